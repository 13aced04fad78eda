import { cell } from '../artifacts/column.js';
import type { Frame } from '../artifacts/frame.js';
import type { Table } from '../artifacts/table.js';

/**
 * Lines of RFC 4180 text, UTF-8, LF, a header first. Vectors are left out: a trace is no cell. Text that a
 * spreadsheet would run as a formula (it begins with = + - @ tab or CR) gets an apostrophe in front.
 */
export async function* csvOf(table: Table): AsyncIterable<string> {
  const names = scalarNames(table);
  yield `${names.map(quoted).join(',')}\n`;
  for await (const frame of table.batches({ columns: names })) yield lines(frame, names);
}

export const scalarNames = (table: Table): readonly string[] =>
  table.schema.fields.filter((field) => field.type !== 'vector').map((field) => field.name);

function lines(frame: Frame, names: readonly string[]): string {
  const columns = names.map((name) => frame.column(name));
  // A dictionary is quoted once, not once a row.
  const texts = columns.map((column) =>
    column.type === 'string' ? column.dictionary.map(quoted) : undefined,
  );
  let out = '';
  for (let row = 0; row < frame.rows; row++) {
    for (let j = 0; j < columns.length; j++) {
      const column = columns[j]!;
      if (j > 0) out += ',';
      if (texts[j]) out += column.valid?.[row] === 0 ? '' : (texts[j]![column.values[row]!] ?? '');
      else out += cell(column, row) ?? '';
    }
    out += '\n';
  }
  return out;
}

export function quoted(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
