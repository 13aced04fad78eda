import type { Model } from '../../artifacts/artifact.js';
import type { Table } from '../../artifacts/table.js';
import { readTimes } from '../../artifacts/times.js';
import type { Digest, Json } from '../../canonical.js';
import type { Forecaster, Learner } from '../../component.js';
import { makeModel } from '../bundle.js';
import type { LearnEnvironment, PathItem } from '../environment.js';
import { type ForecastState, keyOf } from './lookup.js';
import type { Panel } from './panel.js';
import type { Ahead } from './tables.js';

export type ForecasterItem = Omit<PathItem, 'definition'> & { readonly definition: Forecaster };

/** The forecasts as a model: rows of series and time in, expected value and bounds out. */
export async function forecastModel(
  env: LearnEnvironment,
  estimator: ForecasterItem,
  training: { readonly table: Table; readonly manifest: Digest; readonly seed: number },
  panel: Panel,
  ahead: readonly Ahead[],
  forecast: Table,
  metrics: { readonly [name: string]: number },
): Promise<Model> {
  const { horizon, series, keys, by, time } = panel;
  const joined = (of: (one: Ahead) => Float64Array): Float64Array => {
    const out = new Float64Array(series.length * horizon);
    for (const [s, one] of ahead.entries()) out.set(of(one), s * horizon);
    return out;
  };
  const state: ForecastState = {
    by: by.map(({ name }) => name),
    time: time.name,
    form: panel.form,
    frequency: panel.frequency,
    horizon,
    series: series.map(({ row }, s) => ({
      key: keyOf(keys, row),
      label: ahead[s]!.forecast.label,
      model: plain(ahead[s]!.forecast.model),
    })),
    times: readTimes(await forecast.column(time.name))!.values,
    predicted: joined(({ forecast }) => forecast.mean),
    bounds: Object.keys(ahead[0]!.bounds).map((column) => ({
      column,
      values: joined(({ bounds }) => bounds[column]!),
    })),
  };
  const asked = new Set([time.name, ...state.by]);
  // What the model asks for are the columns that tell series and time, whatever roles the table gave.
  const input = forecast.schema.fields.filter(({ name }) => asked.has(name));
  const fitted = {
    path: { task: 'forecast' as const, items: [], estimator: estimator as unknown as PathItem<Learner> },
    states: [],
    estimatorState: state,
    features: [],
    target: { name: panel.target.name },
    seed: training.seed,
  };
  const example = await env.tables.select(
    forecast,
    input.map(({ name }) => name),
  );
  return makeModel(env, fitted, training.table, training.manifest, { training: metrics }, example);
}

/** What was learned as JSON: lists in place of typed arrays, so that a thousand series are no thousand objects. */
function plain(value: unknown): Json {
  if (ArrayBuffer.isView(value) || Array.isArray(value))
    return Array.from(value as ArrayLike<unknown>, plain);
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
  if (value === null || typeof value !== 'object') return value as Json;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner)]));
}
