import { sharedF64, sharedI32 } from '../../../components/lib/compute/shared.js';
import { timeAt } from '../../../components/lib/forecast/grid.js';
import { type Column, take } from '../../artifacts/column.js';
import { Frame } from '../../artifacts/frame.js';
import type { Field } from '../../artifacts/schema.js';
import { typeOfForm, writeTimes } from '../../artifacts/times.js';
import { type ForecastSettings, levelName } from '../../component/forecaster.js';
import type { SeriesForecast } from '../../component.js';
import type { Trial } from './backtest.js';
import { boundNames, ownFields } from './fields.js';
import type { Panel } from './panel.js';
import { type MethodName, methods, type Scores } from './scores.js';

/** The next values of one series: mean and bounds by column. */
export interface Ahead {
  readonly forecast: SeriesForecast;
  readonly bounds: { readonly [column: string]: Float64Array };
}

/** `lower_80`, `upper_80`, … with half the width of each. */
export function boundsOf(
  mean: Float64Array,
  widths: readonly Float64Array[],
  levels: readonly number[],
): { [column: string]: Float64Array } {
  return Object.fromEntries(
    levels.flatMap((level, k) =>
      (['lower', 'upper'] as const).map((side) => [
        `${side}_${levelName(level)}`,
        mean.map((v, i) => v + (side === 'lower' ? -1 : 1) * widths[k]![i]!),
      ]),
    ),
  );
}

/** The number as a whole column on shared memory. */
const numbers = (parts: readonly Float64Array[]): Column => {
  const values = sharedF64(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    values.set(part, at);
    at += part.length;
  }
  return { type: 'float64', values };
};

const steps = (times: number, horizon: number): Column => {
  const values = sharedI32(times * horizon);
  for (let i = 0; i < values.length; i++) values[i] = (i % horizon) + 1;
  return { type: 'int32', values };
};

/** Keys of the series, once for each of the rows that `series` tells the series of. */
function keyColumns({ by, keys, series }: Panel, of: readonly number[]): [Field, Column][] {
  const rows = Uint32Array.from(of, (s) => series[s]!.row);
  return by.map((field, i) => [{ ...field, role: 'group' }, take(keys[i]!, rows)]);
}

const times = (
  panel: Panel,
  name: string,
  role: Field['role'],
  values: readonly number[],
): [Field, Column] => [
  { name, type: typeOfForm(panel.form), role, nullable: false },
  writeTimes(panel.form, Float64Array.from(values)),
];

const frame = (columns: readonly (readonly [Field, Column])[], rows: number): Frame =>
  new Frame(
    { fields: columns.map(([field]) => field) },
    new Map(columns.map(([field, c]) => [field.name, c])),
    rows,
  );

const repeat = <T>(list: readonly T[], times: number): T[] =>
  list.flatMap((item) => new Array<T>(times).fill(item));

/** The forecasts, a row a step of a series. */
export function forecastFrame(panel: Panel, ahead: readonly Ahead[], settings: ForecastSettings): Frame {
  const { horizon, grid, series } = panel;
  const all = Array.from(series.keys());
  const at = series.flatMap(({ start, values }) =>
    Array.from({ length: horizon }, (_, i) => timeAt(grid, start, values.length + i)),
  );
  const columns = [
    steps(series.length, horizon),
    numbers(ahead.map(({ forecast }) => forecast.mean)),
    ...boundNames(settings).map((name) => numbers(ahead.map(({ bounds }) => bounds[name]!))),
  ];
  return frame(
    [
      ...keyColumns(panel, repeat(all, horizon)),
      times(panel, panel.time.name, 'order', at),
      ...ownFields.forecast(settings).map((field, i): [Field, Column] => [field, columns[i]!]),
    ],
    at.length,
  );
}

/** What the backtest said and what came, a row a step of an origin. */
export function backtestFrame(panel: Panel, trials: readonly Trial[], settings: ForecastSettings): Frame {
  const { horizon, grid, series } = panel;
  const origins = trials.map((trial) => timeAt(grid, series[trial.series]!.start, trial.known - 1));
  const at = trials.flatMap((trial) =>
    Array.from({ length: horizon }, (_, i) => timeAt(grid, series[trial.series]!.start, trial.known + i)),
  );
  const bounds = trials.map(({ forecast, widths }) => boundsOf(forecast.mean, widths, settings.intervals));
  const columns = [
    steps(trials.length, horizon),
    numbers(trials.map((trial) => trial.actual)),
    numbers(trials.map((trial) => trial.forecast.mean)),
    numbers(trials.map((trial) => trial.naive)),
    numbers(trials.map((trial) => trial.seasonalNaive)),
    ...boundNames(settings).map((name) => numbers(bounds.map((own) => own[name]!))),
  ];
  return frame(
    [
      ...keyColumns(
        panel,
        repeat(
          trials.map((trial) => trial.series),
          horizon,
        ),
      ),
      times(panel, 'origin', 'key', repeat(origins, horizon)),
      times(panel, panel.time.name, 'order', at),
      ...ownFields.backtest(settings).map((field, i): [Field, Column] => [field, columns[i]!]),
    ],
    at.length,
  );
}

/** Errors of each method on each series, with what was found for the forecast; null where one is not defined. */
export function scoresFrame(
  panel: Panel,
  own: { readonly name: string; readonly labels: readonly string[] },
  scores: readonly { readonly [method in MethodName]: Scores }[],
): Frame {
  const rows = scores.flatMap((all, s) => methods.map((method) => ({ s, method, errors: all[method] })));
  const names = [...new Set(rows.flatMap(({ errors }) => Object.keys(errors)))];
  const words = (texts: readonly string[]): Column => {
    const dictionary = [...new Set(texts)];
    const codes = sharedI32(texts.length);
    for (const [i, text] of texts.entries()) codes[i] = dictionary.indexOf(text);
    return { type: 'string', values: codes, dictionary };
  };
  const told = (name: string, description: string, texts: readonly string[]): [Field, Column] => [
    { name, type: 'string', role: 'key', nullable: false, description },
    words(texts),
  ];
  return frame(
    [
      ...keyColumns(
        panel,
        rows.map(({ s }) => s),
      ),
      told(
        'method',
        'whose errors these are',
        rows.map(({ method }) => (method === 'method' ? own.name : method)),
      ),
      told(
        'found',
        'what the method found',
        rows.map(({ s, method }) => (method === 'method' ? own.labels[s]! : method)),
      ),
      ...names.map((name): [Field, Column] => {
        const values = sharedF64(rows.length);
        const valid = new Uint8Array(rows.length);
        for (const [i, { errors }] of rows.entries()) {
          values[i] = errors[name] ?? Number.NaN;
          valid[i] = name in errors ? 1 : 0;
        }
        const field: Field = { name, type: 'float64', role: 'feature', nullable: true };
        return [field, { type: 'float64', values, ...(valid.includes(0) && { valid }) }];
      }),
    ],
    rows.length,
  );
}
