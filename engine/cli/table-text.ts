import { cell } from '../artifacts/column.js';
import type { Frame } from '../artifacts/frame.js';
import type { Table } from '../artifacts/table.js';
import { short } from './print.js';
import { columns, wrapped } from './terminal.js';

const WIDEST = 24;

/** The first rows of a table. */
export async function headOf(table: Table, rows: number): Promise<Frame> {
  if (table.rows === 0) return table.frame();
  for await (const frame of table.batches({ rows: Math.min(rows, table.rows) })) return frame;
  return table.frame();
}

export const rowsOfFrame = (frame: Frame): { [column: string]: unknown }[] =>
  Array.from({ length: frame.rows }, (_, row) =>
    Object.fromEntries(frame.schema.fields.map(({ name }) => [name, cell(frame.column(name), row)])),
  );

/** As many columns of a frame as fit side by side, and the names of those that did not. */
export function frameText(frame: Frame, width: number): string {
  const shown: { name: string; cells: string[] }[] = [];
  const left: string[] = [];
  let used = 0;
  for (const { name, type, width: length } of frame.schema.fields) {
    const column = frame.column(name);
    const cells = Array.from({ length: frame.rows }, (_, row) =>
      type === 'vector' ? `[${length} values]` : short(cell(column, row)),
    );
    const needed = Math.min(WIDEST, Math.max(name.length, 1, ...cells.map((text) => text.length))) + 2;
    if (left.length === 0 && (shown.length === 0 || used + needed <= width)) {
      shown.push({ name, cells });
      used += needed;
    } else left.push(name);
  }
  const rows = Array.from({ length: frame.rows }, (_, row) => shown.map(({ cells }) => cells[row]!));
  const text = columns(
    rows,
    width,
    shown.map(({ name }) => name),
  );
  if (left.length === 0) return text;
  return [text, ...wrapped(`and ${left.length} more: ${left.join(', ')}`, width)].join('\n');
}
