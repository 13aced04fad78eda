import type { Json } from '../canonical.js';

type Metrics = { readonly [name: string]: Json };

/** Scores that stand for a model where only one or two fit. */
export const mainScores = ['f1_weighted', 'accuracy', 'rmse', 'mase', 'r2', 'f1_micro', 'mean_f1_micro'];

/**
 * Names of the scores to show first of a step. A forecast has several: how far off beside the naive methods, by scale
 * and by share, and how often its intervals held.
 */
export function leadingScores(metrics: Metrics): readonly string[] {
  const main = mainScores.find((name) => typeof metrics[name] === 'number');
  if (main === undefined) return [];
  if (main !== 'mase') return [main];
  const names = Object.keys(metrics).sort();
  return [
    main,
    ...names.filter((name) => name === 'wape'),
    ...names.filter((name) => /^coverage_/.test(name)),
  ];
}

/** What a score is compared with: the name's beginning, and the heading of its column. */
const beside = [
  ['baseline', 'baseline'],
  ['naive', 'naive'],
  ['seasonal_naive', 'seasonal naive'],
  ['control', 'shuffled labels'],
  ['random_split', 'random split'],
  ['oracle', 'ceiling'],
] as const;

export const scoreHeadings = ['value', ...beside.map(([, heading]) => heading)];

/** `baseline_accuracy`, `mean_baseline_f1_micro`: shown beside the score that they belong to. */
const isBeside = (name: string, metrics: Metrics): boolean =>
  beside.some(([prefix]) => {
    const own = name.replace(`mean_${prefix}_`, 'mean_').replace(new RegExp(`^${prefix}_`), '');
    return own !== name && own in metrics;
  });

/** Names of the metrics that stand by themselves. */
export const ownMetrics = (metrics: Metrics): readonly string[] =>
  Object.keys(metrics).filter((name) => !isBeside(name, metrics));

/** A score and what it is compared with, in the order of `scoreHeadings`; empty where it was not measured. */
export function scoreCells(metrics: Metrics, name: string): string[] {
  const others = beside.map(
    ([prefix]) =>
      metrics[`${prefix}_${name}`] ??
      (name.startsWith('mean_') ? metrics[name.replace('mean_', `mean_${prefix}_`)] : undefined),
  );
  return [metrics[name], ...others].map(scoreText);
}

/** Scores with three decimals, so that they can be compared down a column; counts and texts as they are. */
function scoreText(value: Json | undefined): string {
  if (typeof value !== 'number') return value === undefined || value === null ? '' : String(value);
  if (Number.isInteger(value) && Math.abs(value) > 1) return String(value);
  const small = value !== 0 && Math.abs(value) < 0.001;
  return small || Math.abs(value) >= 1e6 ? value.toPrecision(3) : value.toFixed(3);
}

/** All metrics of a step as rows, columns without any value left out; the heading first. */
export function scoreTable(metrics: Metrics): {
  readonly header: readonly string[];
  readonly rows: string[][];
} {
  const rows = ownMetrics(metrics).map((name) => [name, ...scoreCells(metrics, name)]);
  return withoutEmpty(['metric', ...scoreHeadings], rows);
}

export function withoutEmpty(header: readonly string[], rows: readonly string[][]) {
  const kept = header.map((_, i) => rows.some((row) => row[i] !== ''));
  const keep = (row: readonly string[]) => row.filter((_, i) => kept[i]);
  return { header: keep(header), rows: rows.map(keep) };
}
