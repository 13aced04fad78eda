import { nearest } from '../problem.js';
import { own } from './own.js';

/** Words of neighbouring tools, and what the same thing is called here. A hint, never an alias. */
const words: { readonly [typed: string]: readonly [here: readonly string[], from: string] } = {
  // the file
  tasks: [['steps'], 'Airflow, Prefect'],
  stages: [['steps'], 'DVC, GitLab'],
  jobs: [['steps'], 'GitHub Actions'],
  nodes: [['steps'], 'Kedro'],
  rules: [['steps'], 'Snakemake'],
  vars: [['params'], 'DVC, Ansible'],
  parameters: [['params'], 'Kedro, Azure DevOps'],
  variables: [['params', 'env'], 'GitLab, Azure DevOps'],
  profiles: [['environments'], 'dbt'],
  targets: [['environments', 'target'], 'dbt'],
  random_state: [['seed'], 'scikit-learn'],
  cron: [['schedule'], 'cron'],
  on: [['schedule'], 'GitHub Actions'],
  // a step
  uses: [['use'], 'GitHub Actions'],
  component: [['use'], 'Kubeflow'],
  type: [['use'], 'Kedro'],
  run: [['use'], 'GitHub Actions'],
  cmd: [['use'], 'DVC'],
  depends_on: [['needs', 'in'], 'Compose, Airflow'],
  dependsOn: [['needs', 'in'], 'Azure DevOps'],
  deps: [['in', 'needs'], 'DVC'],
  if: [['when'], 'GitHub Actions'],
  condition: [['when'], 'Azure DevOps'],
  config: [['with'], 'dbt'],
  args: [['with'], 'many tools'],
  params: [['with'], 'DVC'],
  options: [['with'], 'many tools'],
  input: [['in'], 'Snakemake'],
  inputs: [['in'], 'Kubeflow'],
  outs: [['save'], 'DVC'],
  output: [['save', 'outputs'], 'Snakemake'],
  outputs: [['save'], 'Kubeflow'],
  strategy: [['foreach'], 'GitHub Actions'],
  matrix: [['foreach'], 'GitHub Actions'],
  retries: [['retry'], 'Airflow'],
  timeout_minutes: [['timeout'], 'GitHub Actions'],
  'timeout-minutes': [['timeout'], 'GitHub Actions'],
  'continue-on-error': [['on_error'], 'GitHub Actions'],
  gate: [['require'], 'many tools'],
  assert: [['require'], 'many tools'],
  preprocess: [['prep'], 'many tools'],
  transformers: [['prep'], 'scikit-learn'],
  // parameters of components
  n_estimators: [['trees'], 'scikit-learn'],
  num_trees: [['trees'], 'ranger'],
  num_boost_round: [['trees', 'rounds'], 'LightGBM, XGBoost'],
  n_components: [['components'], 'scikit-learn'],
  n_clusters: [['clusters', 'k'], 'scikit-learn'],
  n_neighbors: [['neighbors', 'neighbours', 'k'], 'scikit-learn'],
  test_size: [['test'], 'scikit-learn'],
  cv: [['folds'], 'scikit-learn'],
  n_splits: [['folds'], 'scikit-learn'],
  n_trials: [['trials'], 'Optuna'],
  n_iter: [['trials', 'iterations'], 'scikit-learn'],
  max_iter: [['iterations'], 'scikit-learn'],
  scoring: [['metric'], 'scikit-learn'],
  param_grid: [['space'], 'scikit-learn'],
  min_samples_split: [['min_split'], 'scikit-learn'],
  oob_score: [['out_of_bag'], 'scikit-learn'],
  min_samples_leaf: [['min_leaf'], 'scikit-learn'],
  max_features: [['features'], 'scikit-learn'],
  num_leaves: [['max_leaves'], 'LightGBM'],
  max_leaf_nodes: [['max_leaves'], 'scikit-learn'],
  min_data_in_leaf: [['min_leaf'], 'LightGBM'],
  lambda_l2: [['l2'], 'LightGBM'],
  reg_lambda: [['l2'], 'XGBoost'],
  l2_regularization: [['l2'], 'scikit-learn'],
  subsample: [['row_share'], 'scikit-learn, XGBoost'],
  bagging_fraction: [['row_share'], 'LightGBM'],
  colsample_bytree: [['feature_share'], 'XGBoost'],
  feature_fraction: [['feature_share'], 'LightGBM'],
  monotone_constraints: [['monotone'], 'LightGBM, XGBoost'],
  monotonic_cst: [['monotone'], 'scikit-learn'],
  validation_fraction: [['held_out'], 'scikit-learn'],
  early_stopping_rounds: [['early_stopping'], 'LightGBM, XGBoost'],
  n_iter_no_change: [['early_stopping'], 'scikit-learn'],
  eta: [['learning_rate', 'rate'], 'XGBoost'],
  C: [['c', 'strength'], 'scikit-learn'],
  filepath: [['path'], 'Kedro'],
  file: [['path'], 'many tools'],
  filename: [['path'], 'many tools'],
  url: [['path'], 'many tools'],
  label: [['target'], 'many tools'],
  y: [['target'], 'scikit-learn'],
  on_columns: [['keys'], 'SQL'],
  by: [['keys', 'columns'], 'SQL'],
};

/** What to write in place of an unknown key: the word for it here, or the nearest known one. */
export function keyHint(typed: string, known: readonly string[]): { hint?: string; meant?: string } {
  const [here, from] = own(words, typed) ?? own(words, typed.toLowerCase()) ?? [[], ''];
  const word = here.find((w) => known.includes(w));
  if (word) return { hint: `called "${word}" here (${from}: ${typed})`, meant: word };
  const near = nearest(typed, known);
  if (near) return { hint: `did you mean "${near}"?`, meant: near };
  if (known.length === 0) return {};
  const shown = known.slice(0, 16).join(', ');
  return { hint: `known here: ${shown}${known.length > 16 ? ', …' : ''}` };
}
