import { CONFUSION_METRICS } from '../components/lib/metrics/classification.js';
import type { Json } from './canonical.js';
import {
  type AnyDefinition,
  type ComponentInfo,
  type MetricSpec,
  metrics,
  model,
  type Ports,
  table,
} from './component.js';

/** Metrics by which training may be steered and that `evaluate.*` measure, by task. */
export const scoreMetrics = {
  classify: [
    ...CONFUSION_METRICS,
    'log_loss',
    'brier',
    'ece',
    'roc_auc_macro',
    'roc_auc_weighted',
    'average_precision_macro',
  ],
  regress: ['mae', 'rmse', 'r2', 'r2_log', 'mape', 'median_ape', 'wape', 'smape'],
} as const;

/** What the engine knows of a component without its code: the line of the manifest. */
export function infoOf(definition: AnyDefinition, module: string, implementation: string): ComponentInfo {
  const { kind, name, version, summary, example } = definition;
  return {
    name,
    kind,
    version,
    summary,
    config: JSON.parse(JSON.stringify(definition.config)) as Json,
    ...ports(definition),
    metrics: metricsOf(definition),
    effects: definition.effects ?? [],
    needs: kind === 'component' ? (definition.needs ?? []) : [],
    determinism: definition.determinism,
    ...(kind === 'estimator' && { task: definition.task }),
    ...(kind === 'transform' && { scope: definition.scope }),
    example: example.trim(),
    implementation,
    module,
  };
}

function ports(definition: AnyDefinition): { inputs: Ports; outputs: Ports } {
  if (definition.kind === 'component') return { inputs: definition.inputs, outputs: definition.outputs };
  if (definition.kind === 'transform')
    return {
      inputs: { in: table('rows to learn from and to change') },
      outputs: { out: table('the same rows, changed') },
    };
  if (definition.task === 'forecast') return forecastPorts;
  return {
    inputs: { in: table('training rows') },
    outputs: { model: model('the whole path from input columns to prediction') },
  };
}

const forecastPorts = {
  inputs: { in: table('one series, or several below each other, a row a time') },
  outputs: {
    forecast: table('the next values of each series, with intervals'),
    backtest: table('what was forecast from points in the past, and what came'),
    scores: table('errors of the method and of the naive ones on each series'),
    model: model('the forecasts, found by series and time'),
    metrics: metrics('errors in the backtest, means over the series'),
  },
};

const forecastErrors = {
  mase: 'mean absolute error in units of the seasonal naive method’s inside the series',
  wape: 'sum of absolute errors over sum of absolute values',
  smape: 'mean of 2|y − p| / (|y| + |p|)',
} as const;

const forecastMetrics: { readonly [name: string]: MetricSpec } = {
  ...Object.fromEntries(
    (['', 'naive_', 'seasonal_naive_'] as const).flatMap((prefix) =>
      Object.entries(forecastErrors).map(([name, meaning]) => {
        const of = prefix === '' ? '' : `, of the ${prefix.slice(0, -1).replace('_', ' ')} method`;
        return [
          `${prefix}${name}`,
          { description: `${meaning}, in the backtest${of}`, better: 'lower' as const },
        ];
      }),
    ),
  ),
  pinball: {
    description: 'mean quantile loss of the interval bounds, in the units of mase',
    better: 'lower',
  },
  ...Object.fromEntries(
    [50, 80, 90, 95, 99].map((level) => [
      `coverage_${level}`,
      { description: `share of what came that the ${level}% intervals of the backtest hold` },
    ]),
  ),
  series: { description: 'series', type: 'integer' },
  horizon: { description: 'steps ahead', type: 'integer' },
  season: { description: 'steps a season', type: 'integer' },
  trials: { description: 'forecasts from points in the past', type: 'integer' },
  filled: { description: 'missing values that were filled', type: 'integer' },
};

const trainingPrefixes = {
  cv: 'mean over the folds of the trial that was chosen',
  fold: 'on one held-back fold',
  control: 'on the same fold after training on shuffled labels',
  baseline: 'on the same fold by the majority class or the mean',
};

function metricsOf(definition: AnyDefinition): { readonly [name: string]: MetricSpec } {
  if (definition.kind === 'component') return definition.metrics ?? {};
  if (definition.kind !== 'estimator') return {};
  if (definition.task === 'forecast') return forecastMetrics;
  const scores = scoresOf(definition.task);
  const onFolds = Object.fromEntries(
    Object.entries(trainingPrefixes).flatMap(([prefix, description]) =>
      scores.map((metric) => [`${prefix}_${metric}`, { description: `${metric} ${description}` }]),
    ),
  );
  return { ...definition.metrics, ...onFolds };
}

function scoresOf(task: NonNullable<ComponentInfo['task']>): readonly string[] {
  if (task === 'supervised') return [...scoreMetrics.classify, ...scoreMetrics.regress];
  return task === 'classify' || task === 'regress' ? scoreMetrics[task] : [];
}
