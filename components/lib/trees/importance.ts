import type { Ensemble } from './ensemble.js';

/**
 * Importance of each feature by what its splits gained, adding to 1 (all 0 when nothing was split).
 * Forests: impurity decrease normalised within each tree, then averaged, as scikit-learn's feature_importances_.
 * Boosting: total gain over all trees, as LightGBM's importance_type "gain". O(nodes).
 */
export function impurityImportance(ensemble: Ensemble): Float64Array {
  const { meta, roots, feature, gain } = ensemble;
  const sums = new Float64Array(meta.features);
  for (let t = 0; t < roots.length; t++) {
    const end = t + 1 < roots.length ? roots[t + 1]! : feature.length;
    const tree = new Float64Array(meta.features);
    for (let n = roots[t]!; n < end; n++) if (feature[n]! >= 0) tree[feature[n]!]! += gain[n]!;
    const part = meta.kind === 'forest' ? normalised(tree) : tree;
    for (let j = 0; j < sums.length; j++) sums[j]! += part[j]!;
  }
  return normalised(sums);
}

function normalised(values: Float64Array): Float64Array {
  const total = values.reduce((sum, v) => sum + v, 0);
  return total > 0 ? values.map((v) => v / total) : values;
}
