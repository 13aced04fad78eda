import type { Field, PlannedField, PlannedSchema } from '../../artifacts/schema.js';
import { type ForecastSettings, levelName } from '../../component/forecaster.js';

/** Columns that a forecast adds to rows of series and time; null where the time lies outside the horizon. */
export const forecastFields = (bounds: readonly string[]): readonly Field[] => [
  numberField('predicted', 'expected value'),
  ...bounds.map((name) => numberField(name, 'bound of the prediction interval')),
];

const numberField = (name: string, description: string): Field => ({
  name,
  type: 'float64',
  role: 'prediction',
  nullable: true,
  description,
});

const number = (name: string, description: string, role: Field['role'] = 'prediction'): Field => ({
  name,
  type: 'float64',
  role,
  nullable: false,
  description,
});

const stepField: Field = {
  name: 'step',
  type: 'int32',
  role: 'key',
  nullable: false,
  description: 'steps after the last known value',
};

/** Columns of the intervals' bounds. */
export const boundNames = ({ intervals }: Pick<ForecastSettings, 'intervals'>) =>
  intervals.flatMap((level) => [`lower_${levelName(level)}`, `upper_${levelName(level)}`]);

/** Fields beside the keys and times of the series, by output. */
export const ownFields = {
  forecast: (settings: Pick<ForecastSettings, 'intervals'>): readonly Field[] => [
    stepField,
    ...forecastFields(boundNames(settings)).map((field) => ({ ...field, nullable: false })),
  ],
  backtest: (settings: Pick<ForecastSettings, 'intervals'>): readonly Field[] => [
    stepField,
    number('actual', 'what came', 'target'),
    number('predicted', 'what was expected'),
    number('naive', 'the last value that was known'),
    number('seasonal_naive', 'the last value of the same season that was known'),
    ...boundNames(settings).map((name) => number(name, 'bound of the prediction interval')),
  ],
};

/** What is known of the tables before anything runs. */
export function plannedTables(
  settings: Partial<ForecastSettings>,
  input: PlannedSchema,
): { readonly [port: string]: PlannedSchema } {
  const open: PlannedSchema = { fields: [], open: true };
  const time = input.fields.find((f) => (settings.time ? f.name === settings.time : f.role === 'order'));
  const named = settings.by === undefined ? undefined : [settings.by].flat();
  const by = input.fields.filter((f) => (named ? named.includes(f.name) : f.role === 'group'));
  if (input.open || !time || !settings.intervals) return { forecast: open, backtest: open, scores: open };
  const keys = by.map((field): PlannedField => ({ ...field, role: 'group' }));
  const own = { intervals: settings.intervals };
  const order: PlannedField = { ...time, role: 'order' };
  return {
    forecast: { fields: [...keys, order, ...ownFields.forecast(own)] },
    backtest: {
      fields: [...keys, { ...time, name: 'origin', role: 'key' }, order, ...ownFields.backtest(own)],
    },
    scores: { fields: keys, open: true },
  };
}
