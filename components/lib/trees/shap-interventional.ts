import type { Compute, ComputeOptions, Kernel } from '../compute/kernel.js';
import { sharedF64, shareF32 } from '../compute/shared.js';
import { InputError } from '../errors.js';
import type { Ensemble } from './ensemble.js';
import { nextNode, predictRaw } from './predict.js';
import type { ShapValues } from './shap.js';

/**
 * Interventional SHAP values of every raw output: exact Shapley values of the game in which absent features take
 * their values from a background row, averaged over the background (Lundberg et al. 2020, algorithm 3;
 * `feature_perturbation="interventional"` in shap). `expected` is the mean raw output of the background.
 * O(rows × background rows × nodes reached), so a background of 100 to 1,000 rows is usual.
 */
export async function shapInterventional(
  compute: Compute,
  ensemble: Ensemble,
  x: Float32Array,
  rows: number,
  background: Float32Array,
  backgroundRows: number,
  options?: ComputeOptions,
): Promise<ShapValues> {
  const { features, outputs } = ensemble.meta;
  if (x.length !== rows * features || background.length !== backgroundRows * features || backgroundRows < 1)
    throw new InputError(
      'shape-mismatch',
      `expected ${features} features in ${rows} and ${backgroundRows} rows`,
    );
  const values = sharedF64(rows * outputs * features);
  const args = { ensemble, x: shareF32(x), rows, background: shareF32(background), backgroundRows, values };
  await compute(shapInterventionalKernel, args, options);
  const raw = await predictRaw(compute, ensemble, background, backgroundRows);
  const expected = new Float64Array(outputs);
  raw.forEach((v, k) => {
    expected[k % outputs]! += v / backgroundRows;
  });
  return { values, expected };
}

interface Args {
  readonly ensemble: Ensemble;
  readonly x: Float32Array;
  readonly rows: number;
  readonly background: Float32Array;
  readonly backgroundRows: number;
  readonly values: Float64Array;
}

/** Rows a block: one alone where trees or background rows are many. */
const blockRows = ({ ensemble, backgroundRows }: Args) =>
  Math.max(1, Math.min(4, Math.floor(20_000 / (ensemble.roots.length * backgroundRows))));

export const shapInterventionalKernel: Kernel<Args> = {
  name: 'shapInterventionalKernel',
  url: import.meta.url,
  blocks: (args) => Math.ceil(args.rows / blockRows(args)),
  run(args, block) {
    const { ensemble, x, rows, background, backgroundRows, values } = args;
    const size = blockRows(args);
    const { meta, roots, treeOutput } = ensemble;
    const { features, outputs } = meta;
    const own = new Float32Array(features);
    const others = rowMajor(background, backgroundRows, features);
    const end = Math.min(rows, (block + 1) * size);
    const scale = meta.scale / backgroundRows;
    for (let i = block * size; i < end; i++) {
      for (let j = 0; j < features; j++) own[j] = x[j * rows + i]!;
      for (let t = 0; t < roots.length; t++) {
        const width = treeOutput[t]! < 0 ? outputs : 1;
        const into = (i * outputs + Math.max(0, treeOutput[t]!)) * features;
        const game = new Game(ensemble, own, values, into, width, scale);
        for (let b = 0; b < backgroundRows; b++)
          game.play(roots[t]!, others.subarray(b * features, (b + 1) * features));
      }
    }
  },
};

function rowMajor(x: Float32Array, rows: number, features: number): Float32Array {
  const out = new Float32Array(x.length);
  for (let j = 0; j < features; j++) for (let i = 0; i < rows; i++) out[i * features + j] = x[j * rows + i]!;
  return out;
}

const NEITHER = 0;
const OWN = 1;
const OTHER = 2;

/** One row against background rows in one tree. */
class Game {
  /** Who decides a feature on the present path: nobody yet, the row, or the background row. */
  private readonly side: Uint8Array;
  /** Sums over the leaves below, by depth and output: for features of the row and for those of the background. */
  private gains = new Float64Array(64);
  private losses = new Float64Array(64);
  private other = new Float32Array(0);

  constructor(
    private readonly ensemble: Ensemble,
    private readonly own: Float32Array,
    private readonly values: Float64Array,
    private readonly into: number,
    private readonly width: number,
    private readonly scale: number,
  ) {
    this.side = new Uint8Array(own.length);
  }

  play(root: number, other: Float32Array): void {
    this.other = other as Float32Array<ArrayBuffer>;
    this.visit(root, 0, 0, 0);
  }

  /**
   * The leaves below n that some mixture of the two rows reaches, `a` features having to come from the row and `b`
   * from the other. Leaves sums at `depth`: v (a−1)! b! / (a+b)! to be credited to each of the `a`, and
   * v a! (b−1)! / (a+b)! to be charged to each of the `b`.
   */
  private visit(n: number, depth: number, a: number, b: number): void {
    const side = this.side;
    const ensemble = this.ensemble;
    const width = this.width;
    const at = depth * width;
    if (at + width > this.gains.length) this.deepen();
    const f = ensemble.feature[n]!;
    if (f < 0) {
      const gain = a > 0 ? share(a - 1, b) : 0;
      const loss = b > 0 ? share(b - 1, a) : 0;
      for (let k = 0; k < width; k++) {
        const v = ensemble.values[ensemble.left[n]! + k]!;
        this.gains[at + k] = v * gain;
        this.losses[at + k] = v * loss;
      }
      return;
    }
    const mine = nextNode(ensemble, n, this.own[f]!);
    const theirs = nextNode(ensemble, n, this.other[f]!);
    if (side[f] !== NEITHER || mine === theirs) {
      this.visit(side[f] === OTHER ? theirs : mine, depth, a, b);
      return;
    }
    side[f] = OWN;
    this.visit(mine, depth, a + 1, b);
    side[f] = OTHER;
    this.visit(theirs, depth + 1, a, b + 1);
    side[f] = NEITHER;
    for (let k = 0; k < width; k++) {
      const place = this.into + k * side.length + f;
      this.values[place]! += this.scale * (this.gains[at + k]! - this.losses[at + width + k]!);
      this.gains[at + k]! += this.gains[at + width + k]!;
      this.losses[at + k]! += this.losses[at + width + k]!;
    }
  }

  private deepen() {
    const wider = (from: Float64Array) => {
      const to = new Float64Array(2 * from.length + this.width);
      to.set(from);
      return to;
    };
    this.gains = wider(this.gains);
    this.losses = wider(this.losses);
  }
}

/** p! q! / (p + q + 1)!, kept once worked out. */
const shares: number[][] = [];
function share(p: number, q: number): number {
  const known = shares[p]?.[q];
  if (known !== undefined) return known;
  let value = 1 / (p + q + 1);
  for (let k = 1; k <= q; k++) value *= k / (p + k);
  shares[p] ??= [];
  shares[p][q] = value;
  return value;
}
