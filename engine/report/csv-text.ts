import type { Json } from '../canonical.js';
import { quoted } from '../export/csv.js';

/** Numbers of a chart as CSV, safe to open in a spreadsheet. */
export const csv = (rows: readonly (readonly Json[])[]): string =>
  rows
    .map((row) => `${row.map((value) => (value === null ? '' : quoted(String(value)))).join(',')}\n`)
    .join('');
