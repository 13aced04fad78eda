import { type Column, cell, isNull, rowsOf } from './column.js';

/** The numbers of a column, NaN where null. Text and vectors have none: NaN everywhere. */
export function numbersOf(column: Column): Float64Array {
  if (column.type === 'string' || column.type === 'vector')
    return new Float64Array(rowsOf(column)).fill(Number.NaN);
  const values = Float64Array.from(column.values);
  if (column.valid) for (let i = 0; i < values.length; i++) if (column.valid[i] === 0) values[i] = Number.NaN;
  return values;
}

/** What stands in each row, as text. */
export const textsOf = (column: Column): (string | null)[] =>
  Array.from({ length: rowsOf(column) }, (_, row) => {
    const value = cell(column, row);
    return value === null ? null : String(value);
  });

/** The values of a column as text: a code a row into `labels`, −1 where null. Labels in no order; some may not occur. */
export function labelsOf(column: Column): { codes: Int32Array; labels: readonly string[] } {
  if (column.type === 'string') {
    const codes = Int32Array.from(column.values);
    if (column.valid) for (let i = 0; i < codes.length; i++) if (column.valid[i] === 0) codes[i] = -1;
    return { codes, labels: column.dictionary };
  }
  const codes = new Int32Array(rowsOf(column));
  const known = new Map<string, number>();
  // A label is made once for each different value: writing a date takes long.
  const seen = new Map<number, number>();
  for (let i = 0; i < codes.length; i++) {
    const raw = column.type === 'vector' ? i : column.values[i]!;
    let code = isNull(column, i) ? -1 : seen.get(raw);
    if (code === undefined) {
      const value = cell(column, i);
      const label = String(value);
      code = value === null ? -1 : (known.get(label) ?? known.size);
      if (code >= 0) known.set(label, code);
      seen.set(raw, code);
    }
    codes[i] = code;
  }
  return { codes, labels: [...known.keys()] };
}
