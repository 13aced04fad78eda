import type { Axis } from './axis.js';
import type { Endian, HeaderField } from './fields.js';
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
  /** Scalar of coordinates that was asked for, in place of the one in each trace header. */
  readonly coordinateScalar?: number;
  /** Binary-header fields by name, with the positions that were asked for. */
  readonly binaryFields: Readonly<Record<string, HeaderField>>;
  /** Trace-header fields by name, with the positions that were asked for. */
  readonly fields: Readonly<Record<string, HeaderField>>;
  /** What looks odd without hindering reading. */
  readonly notes: readonly SegyProblem[];
}

/** Number of samples that {@link TraceLayout.window} takes of each trace. */
export const windowLength = ({ window: [first, last] }: TraceLayout): number => last - first + 1;
