import { InputError } from '../errors.js';
import type { ColumnValues, HeaderColumn } from './columns.js';
import { columnArray, decodeColumn } from './columns.js';
import type { TraceLayout } from './layout.js';
import { windowLength } from './layout.js';
import { decodeSamples, sampleBytes } from './samples.js';
import type { ByteSource } from './source.js';

/** Traces by number, 0-based: a run, or a list in any order. */
export type Selection = { readonly first: number; readonly count: number } | ArrayLike<number>;

/** Bytes read at a time: small enough to stay in cache and to look at a cancel signal between, big enough to be fast. */
export const blockBytes = 1 << 19;

/** Traces that make a block of {@link blockBytes}: fixed by the layout alone. */
export const tracesPerBlock = ({ stride }: TraceLayout): number =>
  Math.max(1, Math.floor(blockBytes / stride));

/** Neighbouring traces that are read at once. */
export interface Run {
  readonly first: number;
  readonly count: number;
  /** Row of the first of them in the selection. */
  readonly row: number;
}

/** The selection cut into runs of at most `most` neighbouring traces, in its order. */
export function* runs(selection: Selection, most: number): Generator<Run> {
  if ('first' in selection) {
    const { first, count } = selection;
    for (let row = 0; row < count; row += most) {
      yield { first: first + row, count: Math.min(most, count - row), row };
    }
    return;
  }
  for (let row = 0; row < selection.length; ) {
    const first = selection[row];
    let count = 1;
    while (count < most && row + count < selection.length && selection[row + count] === first + count)
      count++;
    yield { first, count, row };
    row += count;
  }
}

export const selected = (selection: Selection): number =>
  'first' in selection ? selection.count : selection.length;

/** The samples of the layout's window from the bytes of `count` whole traces. */
export function samplesIn(
  bytes: Uint8Array,
  layout: TraceLayout,
  count: number,
  out: Float32Array,
  to = 0,
): void {
  const { headerBytes, window, format, endian, stride } = layout;
  const first = headerBytes + window[0] * sampleBytes(format);
  const samples = windowLength(layout);
  decodeSamples(bytes, { format, endian, first, stride, traces: count, samples }, out, to);
}

/** A buffer for the bytes of every run that `runs` gives. */
const bufferFor = (layout: TraceLayout, selection: Selection): Uint8Array =>
  new Uint8Array(Math.min(tracesPerBlock(layout), selected(selection)) * layout.stride);

/**
 * The whole bytes of a run of traces, in `into` where it is given. Throws InputError `file-changed` when the file has
 * become shorter.
 */
export async function traceBytes(
  source: ByteSource,
  layout: TraceLayout,
  { first, count }: Run,
  into?: Uint8Array,
): Promise<Uint8Array> {
  const wanted = count * layout.stride;
  const bytes = await source.read(layout.firstTrace + first * layout.stride, wanted, into);
  if (bytes.length < wanted) {
    throw new InputError(
      'file-changed',
      `trace ${first + 1} and on: the file is shorter than when it was opened`,
    );
  }
  return bytes;
}

/**
 * Samples of the selected traces, within the layout's window, row-major into `out` from element `to` on; `out` may
 * lie on shared memory. Neighbours are read together, {@link blockBytes} at a time.
 */
export async function readTraces(
  source: ByteSource,
  layout: TraceLayout,
  selection: Selection,
  out: Float32Array,
  to = 0,
): Promise<void> {
  const samples = windowLength(layout);
  const buffer = bufferFor(layout, selection);
  for (const run of runs(selection, tracesPerBlock(layout))) {
    const bytes = await traceBytes(source, layout, run, buffer);
    samplesIn(bytes, layout, run.count, out, to + run.row * samples);
  }
}

/** Trace headers of the selected traces, one array a column. Where traces are long only their headers are read. */
export async function readHeaders(
  source: ByteSource,
  layout: TraceLayout,
  columns: readonly HeaderColumn[],
  selection: Selection = { first: 0, count: layout.traces },
): Promise<Record<string, ColumnValues>> {
  const arrays = columns.map((column) => columnArray(column, selected(selection)));
  const apart = layout.stride > 64 * layout.headerBytes;
  const buffer = apart ? new Uint8Array(layout.headerBytes) : bufferFor(layout, selection);
  for (const run of runs(selection, apart ? 1 : tracesPerBlock(layout))) {
    const bytes = apart
      ? await source.read(layout.firstTrace + run.first * layout.stride, layout.headerBytes, buffer)
      : await traceBytes(source, layout, run, buffer);
    columns.forEach((column, i) => {
      decodeColumn(column, bytes, run.count, layout.stride, layout.endian, arrays[i], run.row);
    });
  }
  return Object.fromEntries(columns.map((column, i) => [column.name, arrays[i]]));
}

export interface TraceBlock {
  /** Row of the block's first trace in the selection. */
  readonly row: number;
  /** Traces in the block. */
  readonly count: number;
  readonly headers: Readonly<Record<string, ColumnValues>>;
  /** Row-major count × window length. Valid until the next block. */
  readonly samples: Float32Array;
}

/** Walks the selected traces block by block: constant memory, each byte read once. */
export async function* traceBlocks(
  source: ByteSource,
  layout: TraceLayout,
  columns: readonly HeaderColumn[],
  selection: Selection = { first: 0, count: layout.traces },
): AsyncGenerator<TraceBlock> {
  const most = tracesPerBlock(layout);
  const samples = new Float32Array(Math.min(most, selected(selection)) * windowLength(layout));
  const buffer = bufferFor(layout, selection);
  for (const run of runs(selection, most)) {
    const bytes = await traceBytes(source, layout, run, buffer);
    samplesIn(bytes, layout, run.count, samples);
    const headers = Object.fromEntries(
      columns.map((column) => {
        const values = columnArray(column, run.count);
        decodeColumn(column, bytes, run.count, layout.stride, layout.endian, values, 0);
        return [column.name, values];
      }),
    );
    yield {
      row: run.row,
      count: run.count,
      headers,
      samples: samples.subarray(0, run.count * windowLength(layout)),
    };
  }
}
