import { cell } from '../artifacts/column.js';
import type { Frame } from '../artifacts/frame.js';
import type { Table } from '../artifacts/table.js';

/**
 * Lines of RFC 4180 text, UTF-8, LF, a header first. Vectors are left out: a trace is no cell. Text that a
 * spreadsheet would run as a formula is disarmed.
 */
export async function* csvOf(table: Table, delimiter: ',' | '\t' = ','): AsyncIterable<string> {
  const names = scalarNames(table);
  yield `${names.map((name) => quoted(name, delimiter)).join(delimiter)}\n`;
  for await (const frame of table.batches({ columns: names })) yield* lines(frame, names, delimiter);
}

/** Rows of one string: text of this size dies young, where that of a whole batch would fill the heap. */
const linesAtOnce = 256;

export const scalarNames = (table: Table): readonly string[] =>
  table.schema.fields.filter((field) => field.type !== 'vector').map((field) => field.name);

function* lines(frame: Frame, names: readonly string[], delimiter: string): Generator<string> {
  const columns = names.map((name) => frame.column(name));
  // A dictionary is quoted once, not once a row.
  const texts = columns.map((column) =>
    column.type === 'string' ? column.dictionary.map((text) => quoted(text, delimiter)) : undefined,
  );
  let out = '';
  for (let row = 0; row < frame.rows; row++) {
    // A lone empty field would be an empty line, which readers pass over.
    const start = out.length;
    for (let j = 0; j < columns.length; j++) {
      const column = columns[j]!;
      if (j > 0) out += delimiter;
      if (texts[j]) out += column.valid?.[row] === 0 ? '' : (texts[j]![column.values[row]!] ?? '');
      else out += cell(column, row) ?? '';
    }
    out += out.length === start ? '""\n' : '\n';
    if ((row + 1) % linesAtOnce === 0 || row + 1 === frame.rows) {
      yield out;
      out = '';
    }
  }
}

/**
 * Text that a spreadsheet would run as a formula, with an apostrophe in front (OWASP, CSV injection): it begins with
 * = + - @, tab, CR or LF; Excel in East Asia also takes the full-width forms of the four.
 */
export const disarmed = (text: string): string =>
  /^[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/.test(text) ? `'${text}` : text;

export function quoted(text: string, delimiter = ','): string {
  const safe = disarmed(text);
  return safe.includes(delimiter) || /["\n\r]|^\s|\s$/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
