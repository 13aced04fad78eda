import { columnsOf } from '../columns.js';
import type { Layout } from '../layout.js';
import { readHeaders } from '../reader.js';
import type { ByteSource } from '../source.js';
import { type HeaderRow, meaningOf } from './meaning.js';

export interface TraceHeaderRow extends HeaderRow {
  /** With its scalar applied, where that changes it. */
  readonly scaled?: number;
}

/** Every field of the header of one trace, 0-based, by byte. */
export async function traceHeaderRows(
  source: ByteSource,
  layout: Layout,
  trace: number,
): Promise<TraceHeaderRow[]> {
  const names = Object.keys(layout.fields);
  const read = (raw: boolean) =>
    readHeaders(source, layout.trace, columnsOf(layout, names, raw), { first: trace, count: 1 });
  const [stored, scaled] = [await read(true), await read(false)];
  return Object.values(layout.fields)
    .map(({ name, byte, type }) => {
      const value = stored[name]![0]!;
      const real = scaled[name]![0]!;
      const row = { field: name, byte, type, value, meaning: meaningOf(name, value) };
      return real === value ? row : { ...row, scaled: real };
    })
    .sort((a, b) => a.byte - b.byte);
}
