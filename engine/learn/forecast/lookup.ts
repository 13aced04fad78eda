import { sharedF64 } from '../../../components/lib/compute/shared.js';
import { type Column, cell } from '../../artifacts/column.js';
import { Frame } from '../../artifacts/frame.js';
import { readTimes, type TimeForm } from '../../artifacts/times.js';
import type { Json } from '../../canonical.js';
import type { Matrix, Prediction } from '../../component.js';
import { forecastFields } from './fields.js';

/**
 * What a forecast model is: the forecasts themselves, found by series and time. A row of later times asks for the
 * forecast of its time; no code of the method runs any more, so that online and in files the answers are the same.
 */
export interface ForecastState {
  readonly by: readonly string[];
  readonly time: string;
  readonly form: TimeForm;
  readonly frequency: string;
  readonly horizon: number;
  /** By series: its keys as JSON, what the method found, and what it learned. */
  readonly series: readonly { readonly key: string; readonly label: string; readonly model: Json }[];
  /** Horizon values a series, the series in that order. */
  readonly times: Float64Array;
  readonly predicted: Float64Array;
  /** Of the intervals. */
  readonly bounds: readonly Bound[];
}

export interface Bound {
  readonly column: string;
  readonly values: Float64Array;
}

/** The key of a series: its cells as JSON. */
export const keyOf = (columns: readonly Column[], row: number): string =>
  JSON.stringify(columns.map((column) => cell(column, row)));

/** The two steps of every prediction: rows to a matrix (here the number of the forecast, NaN for none), and its values. */
export function openLookup(state: ForecastState) {
  const found = new Map<string, number>();
  const at = (key: string, time: number) => `${time} ${key}`;
  for (const [s, { key }] of state.series.entries())
    for (let i = s * state.horizon; i < (s + 1) * state.horizon; i++) found.set(at(key, state.times[i]!), i);
  return {
    async matrix(frame: Frame): Promise<Matrix> {
      const keys = state.by.map((name) => frame.column(name));
      const times = readTimes(frame.column(state.time))?.values;
      const data = new Float32Array(frame.rows).fill(Number.NaN);
      if (times)
        for (let row = 0; row < frame.rows; row++)
          data[row] = found.get(at(keyOf(keys, row), times[row]!)) ?? Number.NaN;
      return { rows: frame.rows, names: ['forecast'], data, categories: [undefined] };
    },
    async predict({ data, rows }: Matrix): Promise<Extract<Prediction, { kind: 'number' }>> {
      const pick = (from: Float64Array) => {
        const out = sharedF64(rows);
        for (let row = 0; row < rows; row++) out[row] = from[data[row]!] ?? Number.NaN;
        return out;
      };
      const bounds = state.bounds.map(({ column, values }) => [column, pick(values)] as const);
      return { kind: 'number', values: pick(state.predicted), bounds: Object.fromEntries(bounds) };
    },
  };
}

/** Those values as columns; NaN is null. */
export function forecastRows({ values, bounds = {} }: Extract<Prediction, { kind: 'number' }>): Frame {
  const columns = [values, ...Object.values(bounds)].map((numbers): Column => {
    const valid = Uint8Array.from(numbers, (v) => (Number.isNaN(v) ? 0 : 1));
    return { type: 'float64', values: numbers, ...(valid.includes(0) && { valid }) };
  });
  const fields = forecastFields(Object.keys(bounds));
  return new Frame({ fields }, new Map(fields.map(({ name }, i) => [name, columns[i]!])));
}
