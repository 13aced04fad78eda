import type { Axis } from './axis.js';
import type { Endian, FieldType, HeaderField } from './fields.js';
import type { SegyProblem } from './problem.js';
import type { FormatCode } from './samples.js';
import type { TextEncoding } from './text.js';

/**
 * Where every sample of every trace lies: plain data, all that is needed to read any trace again at any time, in
 * any worker. Sample s of trace t begins at `firstTrace + t · stride + headerBytes + s · (bytes a sample)`.
 */
export interface TraceLayout {
  /** 0-based offset of the first trace header. */
  readonly firstTrace: number;
  /** Bytes from a trace to the next. */
  readonly stride: number;
  /** 240 · (1 + extra trace headers). */
  readonly headerBytes: number;
  readonly traces: number;
  /** Samples of a trace in the file. */
  readonly samples: number;
  readonly format: FormatCode;
  readonly endian: Endian;
  /** First and last sample to read, 0-based, both included. */
  readonly window: readonly [first: number, last: number];
}

/** What a SEG-Y or SU file holds and how it was understood. Plain data. */
export interface Layout {
  readonly kind: 'segy' | 'su';
  /** Bytes of the file. */
  readonly size: number;
  readonly trace: TraceLayout;
  readonly axis: Axis;
  /** As written: two bytes, 3501 and 3502. */
  readonly revision: readonly [major: number, minor: number];
  /** Whether bytes 3297–3300 state the byte order (revision 2). */
  readonly statesEndian: boolean;
  readonly textEncoding: TextEncoding;
  /** 40 lines; none in SU. */
  readonly text: readonly string[];
  /** The lines of each extended text header, each in its own encoding. */
  readonly extendedText: readonly (readonly string[])[];
  /** Binary header by field name; empty in SU. */
  readonly binary: Readonly<Record<string, number>>;
  readonly extraTraceHeaders: number;
  /** Whether the second header of the first trace is extension 1 of revision 2. */
  readonly extension1: boolean;
  /** Bytes of data trailer stanzas (revision 2) after the last trace. */
  readonly trailerBytes: number;
  /** Bytes after the last whole trace that nothing accounts for; not 0 only with `truncated: keep_whole`. */
  readonly trailingBytes: number;
  /** Trace-header fields by name, with the positions that were asked for. */
  readonly fields: Readonly<Record<string, HeaderField>>;
  /** What looks odd without hindering reading. */
  readonly notes: readonly SegyProblem[];
}

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
  /** Positions of binary header fields by name, 1-based in the file. */
  readonly binary?: Readonly<Record<string, FieldAt>>;
  /** Positions of trace header fields by name, 1-based in the trace header; extra headers count on from 241. */
  readonly fields?: Readonly<Record<string, FieldAt>>;
  /** What to do with a file that ends inside a trace. Default `error`. */
  readonly truncated?: 'error' | 'keep_whole';
}

/** Number of samples that {@link TraceLayout.window} takes of each trace. */
export const windowLength = ({ window: [first, last] }: TraceLayout): number => last - first + 1;

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
