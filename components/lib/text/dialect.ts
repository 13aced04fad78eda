import { type BadRecord, cutFields, type Dialect, everyRecordEnd, fieldText, recordEnds } from './records.js';

export const QUOTE = 34;
/** A comma comes last: it also stands inside numbers and sentences, the others hardly do. */
const candidates = ['\t', ';', '|', ','].map((c) => c.charCodeAt(0));

/**
 * The delimiter of a file by its first lines (`whole`: all of them): the one that cuts them all into the same number
 * of fields, more than one; else the one that does so for most; else a comma, since one column needs none.
 */
export function sniffDelimiter(head: Uint8Array, whole: boolean): number {
  let best = candidates.at(-1)!;
  let bestShare = 0.5;
  for (const delimiter of candidates) {
    const dialect = { delimiter, quote: QUOTE };
    const columns = firstRecord(head, dialect).fields.length;
    if (columns < 2) continue;
    const end = recordEnds(head, head.length, 1, dialect, whole).at(-1) ?? 0;
    const { rows, bad } = cutFields(head, 0, end, columns, dialect);
    if (bad.length === 0) return delimiter;
    const share = rows / (rows + bad.length);
    if (share > bestShare) {
      best = delimiter;
      bestShare = share;
    }
  }
  return best;
}

/** Fields of the first record that is not an empty line, where it ends, and on which line, from 0, it stands. */
export function firstRecord(
  bytes: Uint8Array,
  dialect: Dialect,
): {
  readonly fields: readonly string[];
  readonly end: number;
  readonly lines: number;
  readonly bad?: BadRecord;
} {
  for (const end of everyRecordEnd(bytes, bytes.length, dialect, true)) {
    const probe = cutFields(bytes, 0, end, 1, dialect);
    const columns = probe.rows === 1 ? 1 : probe.bad[0]?.found;
    if (columns === undefined) continue;
    const { start, end: ends, doubled, lines, bad } = cutFields(bytes, 0, end, columns, dialect);
    const fields = Array.from({ length: columns }, (_, f) =>
      fieldText(bytes, start[f]!, ends[f]!, doubled[f] === 1, dialect.quote),
    );
    return { fields, end, lines, ...(bad[0] && { bad: bad[0] }) };
  }
  return { fields: [], end: bytes.length, lines: 0 };
}
