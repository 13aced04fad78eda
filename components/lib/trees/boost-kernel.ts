import type { Kernel } from '../compute/kernel.js';
import { dismiss, help } from '../compute/team.js';
import type { BinLabels } from './bins.js';
import type { BoostRoom } from './boost-room.js';
import type { BoostLimits } from './boost-split.js';
import { Steps, workOf } from './boost-steps.js';
import { growBoosted } from './boost-tree.js';
import type { Tree } from './ensemble.js';
import type { Targets } from './losses.js';

/** Everything some trees of a boosted ensemble are grown from. All arrays are on shared memory. */
export interface BoostArgs {
  readonly bins: BinLabels;
  readonly targets: Targets;
  /** The greatest row weight, and whether every row weighs 1. */
  readonly heaviest: number;
  readonly equalWeights: boolean;
  readonly limits: BoostLimits;
  readonly learningRate: number;
  /** For each tree the features it may use, ascending. */
  readonly trees: readonly Int32Array[];
  /** The output that the first tree adds to, the others following; with output 0 all derivatives are renewed. */
  readonly output: number;
  /** Rows in the bag, the first so many of `room.rows`, ascending; more than one tree only with all rows. */
  readonly inBag: number;
  readonly room: BoostRoom;
  /** Fresh for every call. */
  readonly control: Int32Array;
}

const helpers = 7;

/** Grows trees: block 0 leads, the others help with long steps (see team.ts). The part of block 0 is the trees. */
export const boostKernel: Kernel<BoostArgs, Tree[] | undefined> = {
  name: 'boostKernel',
  url: import.meta.url,
  blocks: () => 1 + helpers,
  run(args, block) {
    const work = workOf(args);
    if (block > 0) {
      help(args.control, work);
      return undefined;
    }
    try {
      const steps = new Steps(args, work);
      const { outputs } = args.targets;
      return args.trees.map((active, k) => growBoosted(args, steps, active, (args.output + k) % outputs));
    } finally {
      dismiss(args.control);
    }
  },
};
