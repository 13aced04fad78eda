import type { Kernel } from '../compute/kernel.js';
import { SharedLayout } from '../wasm/layout.js';
import type { SharedMemory } from '../wasm/module.js';
import { type Bins, binSlots } from './bins.js';
import { foundPlaces, limitPlaces, nodePlaces } from './boost-cut.js';
import { candidateSize } from './boost-split.js';
import { cellBytes, groupBytes, groupSize, histogramBytes } from './boost-wasm.js';

/** Rows of a chunk of work. */
export const rowBlock = 4096;

/** Bytes of histograms kept for the sibling subtraction; leaves beyond that build theirs anew. */
const keptBytes = 256 * 2 ** 20;

/** What boosting works on, kept from tree to tree: views of one memory, at whose `byteOffset` WebAssembly finds them. */
export interface BoostRoom {
  readonly memory: SharedMemory;
  /** Bins of the features in groups of four: byte k of word `[g * rows + i]` is that of feature 4 g + k in row i. */
  readonly codes: Uint32Array;
  /** Rows in the bag, ordered by leaf. */
  readonly rows: Int32Array;
  /** Targets and weights by row, and the raw score of row i for output k at `[k * rows + i]`. */
  readonly y: Float64Array;
  readonly weight: Float64Array;
  readonly scores: Float64Array;
  /** Of each output and row: gradient, then hessian packed with a count. */
  readonly pairs: Float64Array;
  /** Pairs of the node at hand in the order of its rows; while rows are parted, those of the left and of the right. */
  readonly ordered: Float64Array;
  /** By slot and feature 256 cells of gradient and packed hessian. */
  readonly histograms: Float64Array;
  readonly slots: number;
  /** 1 for each bin that goes left in the split at hand. */
  readonly goesLeft: Uint8Array;
  /** By block of the rows being parted: how many went left; then where its left and its right rows go. */
  readonly parted: Int32Array;
  /** By block of rows the sum of its pairs. */
  readonly sums: Float64Array;
  /** Groups that hold active features, and by group which of its features are: bit k for feature 4 g + k. */
  readonly activeGroups: Int32Array;
  readonly activeBits: Int32Array;
  /** `limitPlaces` for numbers, then for categories. */
  readonly limits: Float64Array;
  /** `nodePlaces` of two nodes. */
  readonly nodes: Float64Array;
  /** A cell of zeros. */
  readonly zero: Float64Array;
  /** By group of features: `foundPlaces`, and the cells of a feature's categories in order. */
  readonly found: Float64Array;
  readonly sorted: Float64Array;
  /** Best cut of each feature for two nodes. */
  readonly candidates: Float64Array;
  readonly categoryBits: Int32Array;
  /** Leaves of the finished tree: begin and end, and value. */
  readonly leafRows: Int32Array;
  readonly leafValues: Float64Array;
}

/** Throws InputError `table-too-large` when 4 GiB are not enough. */
export function makeRoom(rows: number, features: number, outputs: number, leaves: number): BoostRoom {
  const groups = Math.ceil(features / groupSize);
  const slots = Math.min(leaves, Math.max(3, Math.floor(keptBytes / (groups * groupBytes))));
  const blocks = Math.ceil(rows / rowBlock);
  const rest = { slots };
  const layout = new SharedLayout<BoostRoom>();
  const place = layout.place.bind(layout);
  place('codes', Uint32Array, groups * rows);
  place('rows', Int32Array, rows);
  place('y', Float64Array, rows);
  place('weight', Float64Array, rows);
  place('scores', Float64Array, outputs * rows);
  place('pairs', Float64Array, 2 * outputs * rows);
  place('ordered', Float64Array, 2 * rows);
  place('histograms', Float64Array, (slots * groups * groupBytes) / 8);
  place('goesLeft', Uint8Array, binSlots);
  place('parted', Int32Array, 2 * blocks);
  place('sums', Float64Array, 2 * blocks);
  place('activeGroups', Int32Array, groups);
  place('activeBits', Int32Array, groups);
  place('limits', Float64Array, 2 * limitPlaces.length);
  place('nodes', Float64Array, 2 * nodePlaces.length);
  place('zero', Float64Array, cellBytes / 8);
  place('found', Float64Array, groups * 2 * foundPlaces.length);
  place('sorted', Float64Array, (groups * histogramBytes) / 8);
  place('candidates', Float64Array, 2 * features * candidateSize);
  place('categoryBits', Int32Array, 2 * features * 8);
  place('leafRows', Int32Array, 2 * leaves);
  place('leafValues', Float64Array, leaves);
  return layout.make(`boosting ${rows} × ${features} values`, rest);
}

interface GroupArgs {
  readonly bins: Bins;
  readonly groups: Uint32Array;
}

/** Lays out the codes of four features together, one group a block. */
export const groupKernel: Kernel<GroupArgs> = {
  name: 'groupKernel',
  url: import.meta.url,
  blocks: ({ bins }) => Math.ceil(bins.features / groupSize),
  run({ bins, groups }, group) {
    const { rows, features, codes } = bins;
    const words = groups.subarray(group * rows, (group + 1) * rows);
    for (let k = 0; k < Math.min(groupSize, features - groupSize * group); k++) {
      const column = codes.subarray((groupSize * group + k) * rows, (groupSize * group + k + 1) * rows);
      for (let i = 0; i < rows; i++) words[i]! |= column[i]! << (8 * k);
    }
  },
};
