/** Metrics of which less is better; of all others more is. */
export const lowerIsBetter: ReadonlySet<string> = new Set([
  'log_loss',
  'brier',
  'ece',
  'mae',
  'rmse',
  'mape',
  'median_ape',
  'wape',
  'smape',
  'mase',
  'pinball',
]);
