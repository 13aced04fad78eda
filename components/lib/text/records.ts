import { textOf } from './readings.js';

/** How fields stand in a delimited file: bytes of the delimiter and the quote, both ASCII. */
export interface Dialect {
  readonly delimiter: number;
  /** Doubled inside a quoted field it stands for itself. */
  readonly quote: number;
}

const CR = 13;
const LF = 10;
const SPACE = 32;

export type Fault = 'fields' | 'quote-open' | 'after-quote';

/** Where a record cannot be read. `line` counts from 0 at the start of the bytes looked at. */
export interface BadRecord {
  readonly fault: Fault;
  readonly line: number;
  /** Fields found, for `fields`. */
  readonly found: number;
}

/** Fields of whole records: field f of row r lies at `start[r * columns + f]` … `end[…]`. */
export interface Fields {
  readonly rows: number;
  readonly start: Int32Array;
  readonly end: Int32Array;
  /** 1 where the field was quoted and holds doubled quotes, which have to be undone. */
  readonly doubled: Uint8Array;
  /** Line on which each row starts, from 0. */
  readonly line: Int32Array;
  /** Line ends in all: CRLF, LF or CR. */
  readonly lines: number;
  readonly bad: readonly BadRecord[];
}

const badKept = 5;

/**
 * Cuts bytes that start at a record and end at one into fields (RFC 4180, with CR, LF and CRLF mixed as they come,
 * blanks around quotes allowed, empty lines skipped). Records with another number of fields than `columns`, or with
 * broken quotes, are left out and told in `bad` (the first five).
 */
export function cutFields(
  bytes: Uint8Array,
  from: number,
  to: number,
  columns: number,
  dialect: Dialect,
): Fields {
  const { delimiter, quote } = dialect;
  let capacity = Math.max(16, Math.ceil((to - from) / (columns * 4)));
  let start = new Int32Array(capacity * columns);
  let end = new Int32Array(capacity * columns);
  let doubled = new Uint8Array(capacity * columns);
  let line = new Int32Array(capacity);
  const bad: BadRecord[] = [];
  let rows = 0;
  let lines = 0;
  let at = from;
  while (at < to) {
    if (bytes[at] === LF || bytes[at] === CR) {
      at += bytes[at] === CR && bytes[at + 1] === LF ? 2 : 1;
      lines++;
      continue;
    }
    if (rows === capacity) {
      capacity *= 2;
      start = grown(start, capacity * columns);
      end = grown(end, capacity * columns);
      doubled = grown(doubled, capacity * columns);
      line = grown(line, capacity);
    }
    const firstLine = lines;
    let fault: Fault | undefined;
    let field = 0;
    for (;;) {
      let a = at;
      let b: number;
      let twice = 0;
      let opening = at;
      while (bytes[opening] === SPACE && opening < to) opening++;
      if (bytes[opening] === quote && opening < to) {
        a = opening + 1;
        b = a;
        for (;;) {
          while (b < to && bytes[b] !== quote) {
            if (bytes[b] === LF || (bytes[b] === CR && bytes[b + 1] !== LF)) lines++;
            b++;
          }
          if (b >= to) {
            fault ??= 'quote-open';
            break;
          }
          if (bytes[b + 1] !== quote || b + 1 >= to) break;
          twice = 1;
          b += 2;
        }
        at = Math.min(to, b + 1);
        while (bytes[at] === SPACE && at < to) at++;
        if (at < to && bytes[at] !== delimiter && bytes[at] !== LF && bytes[at] !== CR) {
          fault ??= 'after-quote';
          while (at < to && bytes[at] !== delimiter && bytes[at] !== LF && bytes[at] !== CR) at++;
        }
      } else {
        while (at < to && bytes[at] !== delimiter && bytes[at] !== LF && bytes[at] !== CR) at++;
        b = at;
      }
      if (field < columns) {
        const k = rows * columns + field;
        start[k] = a;
        end[k] = b;
        doubled[k] = twice;
      }
      field++;
      if (at >= to || bytes[at] !== delimiter) break;
      at++;
    }
    if (at < to) {
      at += bytes[at] === CR && bytes[at + 1] === LF ? 2 : 1;
      lines++;
    }
    if (field !== columns) fault ??= 'fields';
    if (fault === undefined) line[rows++] = firstLine;
    else if (bad.length < badKept) bad.push({ fault, line: firstLine, found: field });
  }
  return { rows, start, end, doubled, line, lines, bad };
}

function grown<A extends Int32Array | Uint8Array>(array: A, length: number): A {
  const larger = new (array.constructor as new (n: number) => A)(length);
  larger.set(array);
  return larger;
}

/**
 * Ends of records at about every `step` bytes, the last record end included: where blocks can be cut. Empty where no
 * record ends. `final` says that the file ends with these bytes, so that their end is one too.
 */
export function recordEnds(
  bytes: Uint8Array,
  length: number,
  step: number,
  dialect: Dialect,
  final: boolean,
): number[] {
  const unquoted = lineEnds(bytes, length, step, dialect.quote);
  if (!unquoted) return everyRecordEnd(bytes, length, dialect, final, step);
  return final && length > unquoted.at(-1)! ? [...unquoted, length] : unquoted;
}

/** The same with no end passed over, where `step` is left out. */
export function everyRecordEnd(
  bytes: Uint8Array,
  length: number,
  { delimiter, quote }: Dialect,
  final: boolean,
  step = 1,
): number[] {
  const ends: number[] = [];
  let last = 0;
  let next = step;
  const ended = (at: number) => {
    last = at;
    if (at < next) return;
    ends.push(at);
    next = at + step;
  };
  let at = 0;
  let quoted = false;
  let fresh = true;
  while (at < length) {
    const byte = bytes[at]!;
    if (quoted) {
      if (byte === quote) {
        if (bytes[at + 1] === quote && at + 1 < length) at++;
        else quoted = false;
      }
    } else if (byte === LF) {
      ended(at + 1);
      fresh = true;
    } else if (byte === CR) {
      // Whether an LF follows is known only with the next byte.
      if (at + 1 < length || final) {
        if (bytes[at + 1] === LF && at + 1 < length) at++;
        ended(at + 1);
      }
      fresh = true;
    } else if (byte === delimiter) fresh = true;
    else if (fresh && byte === quote) {
      quoted = true;
      fresh = false;
    } else if (byte !== SPACE) fresh = false;
    at++;
  }
  const end = final ? length : last;
  if (end > (ends.at(-1) ?? 0)) ends.push(end);
  return ends;
}

/** The same where no quote stands in the bytes: every LF ends a record. Undefined where one does, or no LF. */
function lineEnds(bytes: Uint8Array, length: number, step: number, quote: number): number[] | undefined {
  const seen = bytes.subarray(0, length);
  if (seen.includes(quote) || !seen.includes(LF)) return undefined;
  const last = seen.lastIndexOf(LF) + 1;
  const ends: number[] = [];
  for (let at = step; at < last; ) {
    const end = seen.indexOf(LF, at - 1) + 1;
    if (end === last) break;
    ends.push(end);
    at = end + step;
  }
  return [...ends, last];
}

/** Text of a field. */
export function fieldText(
  bytes: Uint8Array,
  from: number,
  to: number,
  doubled: boolean,
  quote: number,
): string {
  const text = textOf(bytes, from, to);
  const mark = String.fromCharCode(quote);
  return doubled ? text.replaceAll(mark + mark, mark) : text;
}
