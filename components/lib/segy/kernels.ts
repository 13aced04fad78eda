import { closeSync, openSync, readSync } from 'node:fs';
import type { Kernel } from '../compute/kernel.js';
import { InputError } from '../errors.js';
import type { ColumnValues, HeaderColumn } from './columns.js';
import { decodeColumn } from './columns.js';
import type { TraceLayout } from './layout.js';
import { windowLength } from './layout.js';
import { samplesIn, tracesPerBlock } from './reader.js';

/** A block of traces, read and decoded inside a kernel. */
export interface KernelBlock {
  /** Number of the first trace. */
  readonly first: number;
  readonly count: number;
  /** Whole traces as they lie in the file. Valid until the next block on this thread. */
  readonly bytes: Uint8Array;
}

/** Number of blocks that a kernel over the traces of a file has. */
export const traceBlockCount = (layout: TraceLayout): number =>
  Math.ceil(layout.traces / tracesPerBlock(layout));

/** One buffer a thread for file bytes and one for samples: a kernel handles one block after the other. */
const scratch = { bytes: new Uint8Array(0), samples: new Float32Array(0) };

/**
 * Reads block `block` of the file's traces, synchronously: for use inside a kernel's `run`. Throws InputError
 * `file-changed` when the file is shorter than its layout says.
 */
export function readTraceBlock(path: string, layout: TraceLayout, block: number): KernelBlock {
  const most = tracesPerBlock(layout);
  const first = block * most;
  const count = Math.min(most, layout.traces - first);
  const wanted = count * layout.stride;
  if (scratch.bytes.length < wanted) scratch.bytes = new Uint8Array(most * layout.stride);
  const file = openSync(path, 'r');
  try {
    let done = 0;
    while (done < wanted) {
      const read = readSync(
        file,
        scratch.bytes,
        done,
        wanted - done,
        layout.firstTrace + first * layout.stride + done,
      );
      if (read === 0) throw new InputError('file-changed', `${path} is shorter than when it was opened`);
      done += read;
    }
  } finally {
    closeSync(file);
  }
  return { first, count, bytes: scratch.bytes.subarray(0, wanted) };
}

/** Row-major samples of a block, within the layout's window. Valid until the next block on this thread. */
export function blockSamples(layout: TraceLayout, { bytes, count }: KernelBlock): Float32Array {
  const values = count * windowLength(layout);
  if (scratch.samples.length < values) {
    scratch.samples = new Float32Array(tracesPerBlock(layout) * windowLength(layout));
  }
  samplesIn(bytes, layout, count, scratch.samples);
  return scratch.samples.subarray(0, values);
}

/** Header columns of a block, each into the rows of its traces. */
export function blockHeaders(
  { stride, endian }: TraceLayout,
  { bytes, count, first }: KernelBlock,
  columns: readonly HeaderColumn[],
  headers: readonly ColumnValues[],
): void {
  columns.forEach((column, i) => {
    decodeColumn(column, bytes, count, stride, endian, headers[i], first);
  });
}

export interface ReadSurveyArgs {
  readonly path: string;
  readonly layout: TraceLayout;
  readonly columns: readonly HeaderColumn[];
  /** One array a column, a row a trace, on shared memory. */
  readonly headers: readonly ColumnValues[];
  /** Row-major traces × window length, on shared memory; absent when only headers are wanted. */
  readonly samples?: Float32Array<SharedArrayBuffer>;
}

/** Reads headers, and samples if there is an array for them, of every trace into shared memory. */
export const readSurvey: Kernel<ReadSurveyArgs> = {
  name: 'readSurvey',
  url: import.meta.url,
  blocks: ({ layout }) => traceBlockCount(layout),
  run({ path, layout, columns, headers, samples }, index) {
    const block = readTraceBlock(path, layout, index);
    blockHeaders(layout, block, columns, headers);
    if (samples) samplesIn(block.bytes, layout, block.count, samples, block.first * windowLength(layout));
  },
};
