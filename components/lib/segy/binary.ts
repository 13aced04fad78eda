import type { Endian, HeaderField } from './fields.js';
import { fieldWidth, readNumber, viewOf } from './fields.js';
import type { Overrides } from './overrides.js';
import type { Result } from './problem.js';
import { bad, ok } from './problem.js';
import type { FormatCode } from './samples.js';
import { isFormat } from './samples.js';

export type Fields = Readonly<Record<string, HeaderField>>;

/** A field of a header that begins with the first of these bytes; 0 where it lies outside them. */
export function readField(
  bytes: Uint8Array,
  { byte, type }: HeaderField,
  endian: Endian,
  view = viewOf(bytes),
): number {
  const at = byte - 1;
  return at >= 0 && at + fieldWidth[type] <= bytes.length ? readNumber(view, at, type, endian) : 0;
}

/** Every field of a header by name. */
export function readFields(bytes: Uint8Array, fields: Fields, endian: Endian): Record<string, number> {
  const view = viewOf(bytes);
  return Object.fromEntries(
    Object.values(fields).map((field) => [field.name, readField(bytes, field, endian, view)]),
  );
}

const constants: Readonly<Record<number, Endian | 'pairwise'>> = {
  16909060: 'big',
  67305985: 'little',
  33620995: 'pairwise',
};

export interface Encoding {
  readonly endian: Endian;
  readonly format: FormatCode;
  /** Whether bytes 3297–3300 state the byte order. */
  readonly stated: boolean;
}

/**
 * Byte order and sample format: as given; by the integer constant of revision 2; else by which order makes the
 * format code one that exists, which no code does in both.
 */
export function encodingOf(header: Uint8Array, fields: Fields, given: Overrides): Result<Encoding> {
  const constant = constants[readField(header, fields.IntegerConstant, 'big')];
  if (constant === 'pairwise' && !given.endian) {
    return bad(
      'pairwise-swapped',
      3297,
      'bytes 3297–3300 say that each pair of bytes is swapped, which is not supported',
      'swap the bytes of the file pairwise, or give endian if the header is wrong',
    );
  }
  const stated = constant === 'big' || constant === 'little';
  const code = (endian: Endian) => readField(header, fields.Format, endian);
  const orders: Endian[] = given.endian ? [given.endian] : stated ? [constant] : ['big', 'little'];
  const endian = orders.find((order) => isFormat(code(order)));
  const format = given.format ?? (endian && (code(endian) as FormatCode));
  if (format !== undefined) return ok({ endian: endian ?? orders[0], format, stated });
  const found = orders.map((order) => `${code(order)} read as ${order}-endian`).join(', ');
  return bad(
    'unknown-format',
    fields.Format.byte,
    `the sample format code is ${found}; known are 1 to 12, 15 and 16`,
    'give format (1 is IBM float, 5 is IEEE float, 3 is 16-bit integer) and, if needed, endian; a Seismic Un*x file has no file header: kind: su',
  );
}

/**
 * The revision whose rules hold: 0, 1 or 2. A number that was written as a plain 16-bit integer counts, and a file
 * that states its byte order follows revision 2 whatever else it says.
 */
export function effectiveRevision(major: number, minor: number, stated: boolean): number {
  if (major === 1 || major === 2) return major;
  if (stated) return 2;
  return major === 0 && (minor === 1 || minor === 2) ? minor : 0;
}
