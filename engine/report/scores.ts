import type { Metrics } from '../artifacts/artifact.js';
import type { Json } from '../canonical.js';
import type { Catalog, MetricSpec } from '../component.js';
import { better } from '../learn/score.js';
import type { NodeResult } from '../run/result.js';

/** One measured number beside those that say what it is worth. */
export interface Measure {
  readonly name: string;
  readonly description: string;
  readonly value: Json;
  readonly interval?: { readonly lower: number; readonly upper: number };
  /** By someone who knows only the target in training: the majority class, the mean; of a forecast the last value. */
  readonly baseline?: number;
  /** Of a forecast: by the value a season before. */
  readonly seasonal?: number;
  /** After training on shuffled labels. */
  readonly control?: number;
  /** On a cut that ignores blocks or groups. */
  readonly randomSplit?: number;
  /** What the best possible classifier reaches, where the truth is modelled. */
  readonly ceiling?: number;
}

/** What one step measured. */
export interface Score {
  readonly address: string;
  /** The address without its instance. */
  readonly step: string;
  readonly use: string;
  readonly measures: readonly Measure[];
  /** The one to look at first, where it stands beside a baseline. */
  readonly main?: Measure;
  readonly details: Metrics['details'];
}

const companions: { readonly [key in Companion]: readonly string[] } = {
  baseline: ['baseline_', 'naive_'],
  seasonal: ['seasonal_naive_'],
  control: ['control_'],
  randomSplit: ['random_split_'],
  ceiling: ['oracle_'],
};
type Companion = 'baseline' | 'seasonal' | 'control' | 'randomSplit' | 'ceiling';
/** A summary over several scores puts its own word in front of theirs: `mean_baseline_f1_micro`. */
const summaries = ['', 'mean_', 'min_', 'max_'];

/** The number to look at first: what is tuned for by default, then what summaries and clusterings have. */
const first = [
  'f1_weighted',
  'rmse',
  'mase',
  'mean_f1_weighted',
  'mean_f1_micro',
  'mean_rmse',
  'accuracy',
  'f1_micro',
  'silhouette',
];

/** What a node measured; `top` are the run's `ceilings`. */
export function scoreOf(
  node: NodeResult,
  details: Metrics['details'],
  top: NodeResult['metrics'],
  catalog?: Catalog,
): Score {
  const values = { ...top, ...node.metrics };
  const specs = catalog?.components.get(node.use)?.metrics ?? {};
  const intervals = (details['intervals'] ?? {}) as { [name: string]: { lower: number; upper: number } };
  // Stored metrics are sorted by name; the component says in which order they are read.
  const order = new Map(Object.keys(specs).map((name, i) => [name, i]));
  const measures = Object.keys(node.metrics)
    .filter((name) => !isCompanion(name, values))
    .sort((a, b) => (order.get(a) ?? order.size) - (order.get(b) ?? order.size))
    .map((name) => measureOf(name, values, intervals[name], specs[name]));
  const step = stepOf(node.address);
  const main = first.map((name) => measures.find((m) => m.name === name)).find((m) => m !== undefined);
  return { address: node.address, step, use: node.use, measures, details, ...(main && { main }) };
}

/** `oracle_…` of a step that made the data is the ceiling of what the others reach. */
export const ceilings = (nodes: readonly NodeResult[]): NodeResult['metrics'] =>
  Object.fromEntries(
    nodes
      .flatMap((node) => Object.entries(node.metrics))
      .filter(([name]) => companions.ceiling.some((prefix) => name.startsWith(prefix))),
  );

function measureOf(
  name: string,
  values: NodeResult['metrics'],
  interval: Measure['interval'],
  spec: MetricSpec | undefined,
): Measure {
  const summary = summaries.findLast((word) => name.startsWith(word))!;
  const beside = Object.entries(companions).flatMap(([key, prefixes]) =>
    prefixes
      .map((prefix) => values[`${summary}${prefix}${name.slice(summary.length)}`])
      .filter((value) => typeof value === 'number')
      .map((value) => [key, value] as const),
  );
  return {
    name,
    description: spec?.description ?? '',
    value: values[name]!,
    ...(interval && { interval: { lower: interval.lower, upper: interval.upper } }),
    ...Object.fromEntries(beside),
  };
}

/** Stands beside another number of the step, and so has no line of its own. */
function isCompanion(name: string, values: NodeResult['metrics']): boolean {
  const summary = summaries.findLast((word) => name.startsWith(word))!;
  const rest = name.slice(summary.length);
  return Object.values(companions)
    .flat()
    .some((prefix) => rest.startsWith(prefix) && `${summary}${rest.slice(prefix.length)}` in values);
}

/** `score[well=NOLAN]` is an instance of `score`; a value with odd letters is quoted as in JSON. */
export const stepOf = (address: string): string => address.replace(/\[(?:[^\]"]|"(?:[^"\\]|\\.)*")*\]$/, '');

/** The score of a step, or of each of its instances. */
export interface ScoreGroup {
  readonly step: string;
  readonly scores: readonly Score[];
}

/** Scores by step, in the order of the run. */
export function byStep(scores: readonly Score[]): readonly ScoreGroup[] {
  const groups = new Map<string, Score[]>();
  for (const score of scores) {
    const group = groups.get(score.step);
    if (group) group.push(score);
    else groups.set(score.step, [score]);
  }
  return [...groups].map(([step, members]) => ({ step, scores: members }));
}

export type Scored = Score & { readonly main: Measure & { readonly value: number } };
export const scoredOf = ({ scores }: ScoreGroup): readonly Scored[] =>
  scores.filter((score): score is Scored => typeof score.main?.value === 'number');

/** Whether `a` of this metric is better than `b`. */
export const isBetter = (name: string, a: number, b: number): boolean =>
  better(name.replace(/^(mean|min|max)_/, ''), a, b);

/** Of errors in the units of the target, where its unit is known. */
export const unitOf = (metric: string, { unit }: Score['details']): string =>
  typeof unit === 'string' && /(?:^|_)(?:rmse|mae)$/.test(metric) ? unit : '';
