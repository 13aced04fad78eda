import type { Compute, ComputeOptions, Kernel } from '../compute/kernel.js';
import { sharedF64, shareF32 } from '../compute/shared.js';
import { InputError } from '../errors.js';
import type { Ensemble, EnsembleMeta } from './ensemble.js';
import { nextNode } from './predict.js';
import { gaussLegendre } from './quadrature.js';

/** What an explanation gives. */
export interface ShapValues {
  /** Rows × outputs × features: of row i, output o, feature j at `[(i * outputs + o) * features + j]`. */
  readonly values: Float64Array;
  /** Per output; with the values of a row it adds up to that row's raw output (see `predictRaw`). */
  readonly expected: Float64Array;
}

/**
 * Path-dependent SHAP values of every raw output: exact Shapley values of the game in which an absent feature
 * sends a row down both sides in proportion to their training weight (Lundberg et al. 2020, `feature_perturbation=
 * "tree_path_dependent"` in shap; pred_contrib in LightGBM).
 *
 * A leaf's share for feature i is v (o − z) ∫₀¹ Π f(t) dt over the path's other features, f = o t + z (1 − t), o
 * whether the row agrees with the path and z the share of weight that does. The integral is a polynomial's, so a
 * Gauss rule with half as many nodes as features on the path gives it exactly, and products and sums over leaves
 * run along the tree once, as in Linear TreeSHAP (Yu et al. 2022). O(rows × nodes × depth / 2), memory
 * O(nodes of the largest tree × depth).
 */
export async function shapTree(
  compute: Compute,
  ensemble: Ensemble,
  x: Float32Array,
  rows: number,
  options?: ComputeOptions,
): Promise<ShapValues> {
  const { features, outputs } = ensemble.meta;
  if (x.length !== rows * features)
    throw new InputError(
      'shape-mismatch',
      `expected ${rows} × ${features} feature values, found ${x.length}`,
    );
  const values = sharedF64(rows * outputs * features);
  await compute(shapKernel, { ensemble, x: shareF32(x), rows, values }, options);
  return { values, expected: expectedValue(ensemble) };
}

/** The mean raw output by training weight. */
export function expectedValue(ensemble: Ensemble): Float64Array {
  const { meta, roots, treeOutput, feature, left, cover, values } = ensemble;
  const expected = new Float64Array(meta.outputs);
  for (let t = 0; t < roots.length; t++) {
    const end = t + 1 < roots.length ? roots[t + 1]! : feature.length;
    const output = treeOutput[t]!;
    const whole = cover[roots[t]!]!;
    for (let n = roots[t]!; n < end; n++) {
      if (feature[n]! >= 0) continue;
      const share = cover[n]! / whole;
      if (output >= 0) expected[output]! += share * values[left[n]!]!;
      else for (let o = 0; o < meta.outputs; o++) expected[o]! += share * values[left[n]! + o]!;
    }
  }
  return expected.map((sum, o) => meta.base[o]! + meta.scale * sum);
}

interface ShapArgs {
  readonly ensemble: Ensemble;
  readonly x: Float32Array;
  readonly rows: number;
  readonly values: Float64Array;
}

/** Rows a block: fewer where the trees are large, so that a block ends within a fraction of a second. */
const blockRows = ({ feature }: Ensemble) => Math.max(2, Math.min(32, Math.floor(1e6 / feature.length)));

/** Explains some rows a block; trees are the outer loop, since what does not depend on the row is set up once a tree. */
export const shapKernel: Kernel<ShapArgs> = {
  name: 'shapKernel',
  url: import.meta.url,
  blocks: ({ ensemble, rows }) => Math.ceil(rows / blockRows(ensemble)),
  run({ ensemble, x, rows, values }, block) {
    const { meta, roots } = ensemble;
    const size = blockRows(ensemble);
    const end = Math.min(rows, (block + 1) * size);
    const row = new Float32Array(meta.features);
    for (let t = 0; t < roots.length; t++) {
      const tree = layOut(ensemble, t);
      if (tree.nodes === 1) continue;
      for (let i = block * size; i < end; i++) {
        for (let j = 0; j < row.length; j++) row[j] = x[j * rows + i]!;
        agree(ensemble, tree, row);
        descend(tree.nodes, tree.points, tree.parent, tree.before, tree.agrees, tree.factors, tree.product);
        for (let k = 0; k < tree.ascents; k++) {
          const output = tree.output < 0 ? k : tree.output;
          const at = (i * meta.outputs + output) * meta.features;
          tree.sums.fill(0);
          ascend(
            tree.nodes,
            tree.points,
            tree.parent,
            tree.edge,
            tree.before,
            tree.share,
            tree.agrees,
            tree.credits,
            tree.product,
            tree.leaf,
            tree.outputs,
            k,
            meta.scale,
            tree.sums,
            values,
            at,
          );
        }
      }
    }
    if (sumsToOne(meta))
      for (let i = block * size; i < end; i++) closeLast(values, i, meta.outputs, meta.features);
  },
};

/** Whether the values of every leaf are probabilities. */
const sumsToOne = ({ kind, classes, outputs }: EnsembleMeta): boolean =>
  kind === 'forest' && outputs > 1 && outputs === classes;

/** What adds up to one owes nothing to a feature: the last class's values are the others' taken back. */
function closeLast(values: Float64Array, row: number, outputs: number, features: number): void {
  const last = (row + 1) * outputs * features - features;
  for (let k = 0; k + 1 < outputs; k++) {
    const at = (row * outputs + k) * features;
    for (let j = 0; j < features; j++) values[last + j]! -= values[at + j]!;
  }
}

/** A tree with what does not depend on the row. Node indices are local; node 0 is the root. */
interface Layout {
  readonly nodes: number;
  readonly points: number;
  readonly first: number;
  readonly output: number;
  /** Values a leaf has, and how many of them are summed up along the tree. */
  readonly outputs: number;
  readonly ascents: number;
  readonly parent: Int32Array;
  /** The feature on the edge into a node, and the last node before on the path whose edge tests it, or 0. */
  readonly edge: Int32Array;
  readonly before: Int32Array;
  /** Share z of weight that agrees with all tests of that feature down to here. */
  readonly share: Float64Array;
  /** f of node n at each point, for rows that do not agree at `2n × points`, for those that do behind them. */
  readonly factors: Float64Array;
  /** In the same places the rule's weight over f. */
  readonly credits: Float64Array;
  /** Leaf values: of output k of node n at `[n * outputs + k]`, 0 at inner nodes. */
  readonly leaf: Float64Array;
  /** Per row: whether it agrees with the path's tests of the edge's feature. */
  readonly agrees: Uint8Array;
  readonly product: Float64Array;
  readonly sums: Float64Array;
}

function layOut(ensemble: Ensemble, t: number): Layout {
  const { meta, roots, feature, left, right, cover, values } = ensemble;
  const first = roots[t]!;
  const nodes = (t + 1 < roots.length ? roots[t + 1]! : feature.length) - first;
  const output = ensemble.treeOutput[t]!;
  const outputs = output < 0 ? meta.outputs : 1;
  const parent = new Int32Array(nodes);
  const edge = new Int32Array(nodes).fill(-1);
  const before = new Int32Array(nodes);
  const share = new Float64Array(nodes).fill(1);
  const distinct = new Int32Array(nodes);
  const leaf = new Float64Array(nodes * outputs);
  let most = 1;
  for (let n = 0; n < nodes; n++) {
    const global = first + n;
    if (n > 0) {
      const up = parent[n]!;
      let same = up;
      while (same > 0 && edge[same] !== edge[n]) same = parent[same]!;
      before[n] = same;
      share[n] = (cover[global]! / cover[first + up]!) * share[same]!;
      distinct[n] = distinct[up]! + (same === 0 ? 1 : 0);
      most = Math.max(most, distinct[n]!);
    }
    const f = feature[global]!;
    if (f < 0) for (let k = 0; k < outputs; k++) leaf[n * outputs + k] = values[left[global]! + k]!;
    else
      for (const child of [left[global]! - first, right[global]! - first]) {
        parent[child] = n;
        edge[child] = f;
      }
  }
  const { nodes: points, weights } = gaussLegendre(Math.ceil(most / 2));
  const q = points.length;
  const factors = new Float64Array(2 * nodes * q).fill(1);
  const credits = new Float64Array(2 * nodes * q);
  for (let n = 1; n < nodes; n++)
    for (let p = 0; p < q; p++) {
      const at = 2 * n * q + p;
      factors[at] = share[n]! * (1 - points[p]!);
      factors[at + q] = points[p]! + factors[at]!;
      credits[at] = weights[p]! / factors[at]!;
      credits[at + q] = weights[p]! / factors[at + q]!;
    }
  return {
    nodes,
    points: q,
    first,
    output,
    outputs,
    ascents: output < 0 && sumsToOne(meta) ? outputs - 1 : outputs,
    parent,
    edge,
    before,
    share,
    factors,
    credits,
    leaf,
    agrees: new Uint8Array(nodes).fill(1),
    product: new Float64Array(nodes * q).fill(1),
    sums: new Float64Array(nodes * q),
  };
}

/** Marks the edges whose feature the row agrees with on the whole path so far. */
function agree(ensemble: Ensemble, { nodes, first, agrees, before }: Layout, row: Float32Array): void {
  for (let n = 0; n < nodes; n++) {
    const f = ensemble.feature[first + n]!;
    if (f < 0) continue;
    const next = nextNode(ensemble, first + n, row[f]!) - first;
    const a = ensemble.left[first + n]! - first;
    const b = ensemble.right[first + n]! - first;
    agrees[a] = next === a ? agrees[before[a]!]! : 0;
    agrees[b] = next === b ? agrees[before[b]!]! : 0;
  }
}

/** Products of f along the paths, at every point: a feature tested again replaces its factor. */
function descend(
  nodes: number,
  points: number,
  parent: Int32Array,
  before: Int32Array,
  agrees: Uint8Array,
  factors: Float64Array,
  product: Float64Array,
): void {
  for (let n = 1; n < nodes; n++) {
    const from = parent[n]! * points;
    const at = n * points;
    const factor = (2 * n + agrees[n]!) * points;
    const last = before[n]!;
    if (last === 0)
      for (let p = 0; p < points; p++) product[at + p] = product[from + p]! * factors[factor + p]!;
    else {
      const old = (2 * last + agrees[last]!) * points;
      for (let p = 0; p < points; p++)
        product[at + p] = (product[from + p]! * factors[factor + p]!) / factors[old + p]!;
    }
  }
}

/**
 * Adds up leaves towards the root; each edge gives its feature what the leaves below owe to it, less what the
 * feature's edge before was given for them.
 */
function ascend(
  nodes: number,
  points: number,
  parent: Int32Array,
  edge: Int32Array,
  before: Int32Array,
  share: Float64Array,
  agrees: Uint8Array,
  credits: Float64Array,
  product: Float64Array,
  leaf: Float64Array,
  outputs: number,
  k: number,
  scale: number,
  sums: Float64Array,
  values: Float64Array,
  into: number,
): void {
  for (let n = nodes - 1; n > 0; n--) {
    const at = n * points;
    const up = parent[n]! * points;
    const v = leaf[n * outputs + k]!;
    const last = before[n]!;
    const credit = (2 * n + agrees[n]!) * points;
    let owed = 0;
    for (let p = 0; p < points; p++) {
      const below = sums[at + p]! + v * product[at + p]!;
      sums[at + p] = below;
      sums[up + p]! += below;
      owed += below * credits[credit + p]!;
    }
    owed *= agrees[n]! - share[n]!;
    if (last > 0) {
      const old = (2 * last + agrees[last]!) * points;
      let given = 0;
      for (let p = 0; p < points; p++) given += sums[at + p]! * credits[old + p]!;
      owed -= given * (agrees[last]! - share[last]!);
    }
    values[into + edge[n]!]! += scale * owed;
  }
}
