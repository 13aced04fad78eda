import { expect, it } from 'vitest';
import boosting from '#dist/components/train/gradient-boosting.js';
import forest from '#dist/components/train/random-forest.js';
import { keyHint } from '#dist/engine/spec/synonyms.js';

it.each([
  [forest, 'n_estimators', 'trees'],
  [forest, 'min_samples_split', 'min_split'],
  [forest, 'min_samples_leaf', 'min_leaf'],
  [forest, 'max_features', 'features'],
  [forest, 'oob_score', 'out_of_bag'],
  [boosting, 'subsample', 'row_share'],
  [boosting, 'max_leaf_nodes', 'max_leaves'],
  [boosting, 'num_leaves', 'max_leaves'],
  [boosting, 'min_data_in_leaf', 'min_leaf'],
  [boosting, 'monotonic_cst', 'monotone'],
])('a word of other libraries is told by its name here (case %#)', ({ config }, typed, here) => {
  expect(keyHint(typed, Object.keys(config.properties)).meant).toBe(here);
});
