import { cell } from '../artifacts/column.js';
import type { Table } from '../artifacts/table.js';

/** Rows as JSON objects: an array, or with `lines` one object a line. Vectors are arrays of numbers. */
export async function* jsonOf(table: Table, lines: boolean): AsyncIterable<string> {
  const names = table.schema.fields.map((field) => field.name);
  let first = true;
  if (!lines) yield '[';
  for await (const frame of table.batches()) {
    const columns = names.map((name) => frame.column(name));
    let out = '';
    for (let row = 0; row < frame.rows; row++) {
      const text = JSON.stringify(Object.fromEntries(names.map((name, j) => [name, cell(columns[j]!, row)])));
      out += lines ? `${text}\n` : `${first ? '\n' : ',\n'}${text}`;
      first = false;
    }
    yield out;
  }
  if (!lines) yield '\n]\n';
}
