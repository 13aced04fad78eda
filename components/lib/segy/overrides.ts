import type { Endian, FieldType, HeaderField } from './fields.js';
import { fieldWidth } from './fields.js';
import type { SegyProblem } from './problem.js';
import type { FormatCode } from './samples.js';
import type { TextEncoding } from './text.js';

/** A header position that the user gives: a 1-based byte, or byte and type. */
export type FieldAt = number | { readonly byte: number; readonly type?: FieldType };

/** What the user knows better than the file. Everything is found out where it is not given. */
export interface Overrides {
  /** `su` reads a Seismic Un*x file: traces from byte 1 on, float32. Default `segy`. */
  readonly kind?: 'segy' | 'su';
  readonly endian?: Endian;
  readonly format?: FormatCode;
  /** Samples a trace. */
  readonly samples?: number;
  readonly text_encoding?: TextEncoding;
  /** How many 3200-byte extended text headers follow the binary header. */
  readonly extended_headers?: number;
  /** How many 240-byte headers each trace has after its first. */
  readonly extra_trace_headers?: number;
  /** 1-based byte of the first trace header. */
  readonly first_trace?: number;
  /** Step of the vertical axis, in its unit. */
  readonly interval?: number;
  /** First value of the vertical axis, in its unit. */
  readonly start?: number;
  readonly domain?: 'time' | 'depth';
  readonly unit?: 'ms' | 'm' | 'ft';
  /** Scalar of all coordinates in place of what each trace header says (bytes 71–72): −100 divides by 100. */
  readonly coordinate_scalar?: number;
  /** Positions of binary header fields by name, 1-based in the file. */
  readonly binary?: Readonly<Record<string, FieldAt>>;
  /** Positions of trace header fields by name, 1-based in the trace header; extra headers count on from 241. */
  readonly fields?: Readonly<Record<string, FieldAt>>;
  /** What to do with a file that ends inside a trace. Default `error`. */
  readonly truncated?: 'error' | 'keep_whole';
}

/** The table of fields with the positions that the user moved or added (int32 where no type is known). */
export function movedFields(
  known: ReadonlyMap<string, HeaderField>,
  moved: Readonly<Record<string, FieldAt>> = {},
): Record<string, HeaderField> {
  const fields: Record<string, HeaderField> = Object.fromEntries(known);
  for (const [name, at] of Object.entries(moved)) {
    const { byte, type = known.get(name)?.type ?? 'int32' } = typeof at === 'number' ? { byte: at } : at;
    fields[name] = { name, byte, type };
  }
  return fields;
}

/** The fields that lie within a header of so many bytes. */
export const fieldsWithin = (
  fields: Readonly<Record<string, HeaderField>>,
  bytes: number,
): Record<string, HeaderField> =>
  Object.fromEntries(
    Object.entries(fields).filter(([, { byte, type }]) => byte + fieldWidth[type] - 1 <= bytes),
  );

/** The first position asked for that lies outside bytes `from` to `to` of its header. */
export function checkPositions(
  positions: Readonly<Record<string, FieldAt>> = {},
  from: number,
  to: number,
  header: string,
): SegyProblem | undefined {
  for (const [name, at] of Object.entries(positions)) {
    const { byte, type = 'int32' } = typeof at === 'number' ? { byte: at } : at;
    if (Number.isInteger(byte) && byte >= from && byte + fieldWidth[type] - 1 <= to) continue;
    return {
      code: 'segy/position',
      byte,
      message: `${name} at byte ${byte} does not fit into the ${header}, which has bytes ${from} to ${to}`,
      hint: 'give its first byte, counted from 1, and its type',
    };
  }
  return undefined;
}
