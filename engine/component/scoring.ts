import { lowerIsBetter } from '../../components/lib/metrics/direction.js';
import type { Model } from '../artifacts/artifact.js';
import type { Table } from '../artifacts/table.js';
import type { Json } from '../canonical.js';
import {
  type Capabilities,
  type Coefficients,
  type Context,
  type MetricSpec,
  metrics,
  type Predictions,
  table,
} from '../component.js';
import { Config, Quantity, Type } from '../schema.js';

/** What the components that score a model on test rows share: settings, outputs and the names of their metrics. */
export const scoringConfig = Config({
  replicates: Type.Integer({
    default: 1000,
    minimum: 0,
    maximum: 100_000,
    description: 'bootstrap replicates; 0 for none',
  }),
  confidence: Quantity('share', {
    default: 0.95,
    exclusiveMinimum: 0,
    exclusiveMaximum: 1,
    description: 'coverage of the intervals',
  }),
  control: Type.Boolean({
    default: true,
    description: 'train once more on a shuffled target and score that',
  }),
  random_split: Type.Boolean({
    default: true,
    description:
      'where rows were cut by block or group, also score a cut at random, to show how much it flatters',
  }),
});

export const scoringOutputs = {
  metrics: metrics('all scores'),
  predictions: table('the test rows with predictions'),
};

/** Each of the metrics shown, and the same of the baseline, the control and a cut at random. */
export const scoringMetrics = (
  shown: { readonly [name: string]: string },
  baseline: string,
): { readonly [name: string]: MetricSpec } => ({
  rows: { description: 'test rows', type: 'integer' },
  ...Object.fromEntries(
    Object.entries(shown).flatMap(([name, description]): [string, MetricSpec][] => [
      [name, { description, better: lowerIsBetter.has(name) ? 'lower' : 'higher' }],
      [`baseline_${name}`, { description: `${description}, by ${baseline}` }],
      [`control_${name}`, { description: `${description}, after training on a shuffled target` }],
      [`random_split_${name}`, { description: `${description}, on a cut at random` }],
    ]),
  ),
});

/** A model to score on rows beside the one that is judged. */
export interface Control {
  readonly name: 'control' | 'random_split';
  readonly model: Model;
  readonly test: Table;
}

/**
 * What a score is held against, as far as the settings ask for it: the model trained on a shuffled target, and, where rows
 * were cut by block or group, one trained and tested on a cut of the training rows at random, with as many test rows.
 */
export async function controls(
  ctx: Context<typeof scoringConfig> & Pick<Capabilities, 'learners'>,
  trained: Model,
  training: Table,
  data: Table,
): Promise<Control[]> {
  const found: Control[] = [];
  if (ctx.config.control) {
    const model = await ctx.learners.refit(trained, training, { seed: ctx.seed, shuffle: true });
    found.push({ name: 'control', model, test: data });
  }
  const cut = data.schema.split?.by;
  if (ctx.config.random_split && (cut === 'block' || cut === 'group') && training.rows > 2) {
    const order = ctx.random(1).permutation(training.rows);
    const held = Math.max(1, Math.min(Math.floor(training.rows / 3), data.rows));
    const test = await ctx.tables.pick(training, order.slice(0, held).sort());
    const rest = await ctx.tables.pick(training, order.slice(held).sort());
    const model = await ctx.learners.refit(trained, rest, { seed: ctx.seed });
    found.push({ name: 'random_split', model, test });
  }
  return found;
}

const mostFeatures = 20;

/** For reports: the features that weigh most in the fitted model, the heaviest first; nothing where it does not say. */
export async function weightsOf(model: Model, predictions: Predictions): Promise<{ importance?: Json }> {
  const { importance, coefficients } = await predictions.open(model);
  const names = model.bundle.features.map(({ name }) => name);
  const weights = importance ?? (coefficients && sizesOf(coefficients, names.length));
  if (!weights || weights.length !== names.length) return {};
  const order = [...names.keys()].sort((a, b) => weights[b]! - weights[a]! || a - b);
  return {
    importance: {
      of: importance ? 'share' : 'coefficient',
      features: order.slice(0, mostFeatures).map((j) => [names[j]!, weights[j]!]),
      more: Math.max(0, names.length - mostFeatures),
    },
  };
}

/** The largest |slope| of each feature over the outputs. */
const sizesOf = ({ values, intercept }: Coefficients, features: number): Float64Array =>
  Float64Array.from({ length: features }, (_, j) =>
    Math.max(...Array.from(intercept, (_, output) => Math.abs(values[output * features + j]!))),
  );
