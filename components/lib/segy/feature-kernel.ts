import type { Kernel } from '../compute/kernel.js';
import type { FeatureColumns, TraceFeatureExtractor } from '../spectra/trace-features.js';
import { traceFeatureExtractor } from '../spectra/trace-features.js';
import type { ColumnValues, HeaderColumn } from './columns.js';
import { blockHeaders, blockSamples, readTraceBlock, traceBlockCount } from './kernels.js';
import type { TraceLayout } from './layout.js';
import { windowLength } from './layout.js';

export interface SegyFeaturesArgs {
  readonly path: string;
  readonly layout: TraceLayout;
  /** The eight feature columns, a row a trace, on shared memory. */
  readonly out: FeatureColumns;
  /** Trace-header columns to read on the way, with an array each on shared memory. */
  readonly columns: readonly HeaderColumn[];
  readonly headers: readonly ColumnValues[];
}

let planned: { n: number; extract: TraceFeatureExtractor } | undefined;

/**
 * SEG-Y file → the eight trace features over the layout's window, without ever holding more than a block of it:
 * each block is read, decoded, reduced and forgotten on one worker. Headers come from the same bytes.
 */
export const segyTraceFeatures: Kernel<SegyFeaturesArgs> = {
  name: 'segyTraceFeatures',
  url: import.meta.url,
  blocks: ({ layout }) => traceBlockCount(layout),
  run({ path, layout, out, columns, headers }, index) {
    const n = windowLength(layout);
    if (planned?.n !== n) planned = { n, extract: traceFeatureExtractor(n) };
    const block = readTraceBlock(path, layout, index);
    blockHeaders(layout, block, columns, headers);
    planned.extract(blockSamples(layout, block), 0, block.count, out, block.first);
  },
};
