import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fitEts } from '#dist/components/lib/forecast/ets.js';
import { forecastEts } from '#dist/components/lib/forecast/ets-forecast.js';
import { fitDrift, fitSeasonalNaive, forecastSimple } from '#dist/components/lib/forecast/simple.js';
import { fitHolt, fitSes, fitTheta, forecastTheta } from '#dist/components/lib/forecast/theta.js';
import { mase, smape } from '#dist/components/lib/metrics/regression.js';
import { expectClose } from '../../support/close.js';
import { hasSharedData, sharedData } from '../../support/shared.js';

interface Reference {
  readonly n: number;
  readonly test: readonly number[];
  readonly ets: string;
  readonly forecasts: { readonly [method: string]: readonly number[] };
  readonly accuracy: { readonly [method: string]: { readonly mase_m: number } };
}

/** The numbers of one column of a CSV file without embedded line ends; empty cells left out. */
function columnOf(path: string, at: (header: string) => boolean): Float64Array {
  const cells = (line: string) =>
    [...line.matchAll(/("[^"]*"|[^,]*)(?:,|$)/g)].map((m) => m[1]!.replaceAll('"', ''));
  const [header, ...lines] = readFileSync(path, 'utf8').trim().split(/\r?\n/);
  const index = cells(header!).findIndex(at);
  return Float64Array.from(
    lines.map((line) => cells(line)[index]!).filter((text) => text !== ''),
    Number,
  );
}

/** The training part of a reference series: the last 240 values less the twelve that are forecast. */
function training(name: string, { n, test }: Reference): Float64Array {
  const folder = join(sharedData, 'shouldcost');
  const all = name.startsWith('ppi/')
    ? columnOf(join(folder, name), (header) => header !== 'Date')
    : columnOf(join(folder, 'pinksheet_monthly.csv'), (header) => header === name.slice('pinksheet/'.length));
  const window = all.slice(-n);
  expect([...window.slice(-test.length)]).toEqual(test);
  return window.slice(0, -test.length);
}

const methods = {
  naive: (y: Float64Array) => forecastSimple(fitSeasonalNaive(y, 1), 12).mean,
  snaive: (y: Float64Array) => forecastSimple(fitSeasonalNaive(y, 12), 12).mean,
  drift: (y: Float64Array) => forecastSimple(fitDrift(y), 12).mean,
  ses: (y: Float64Array) => forecastEts(fitSes(y), 12).mean,
  holt: (y: Float64Array) => forecastEts(fitHolt(y), 12).mean,
  ets: (y: Float64Array) => forecastEts(fitEts(y, 12), 12).mean,
  theta: (y: Float64Array) => forecastTheta(fitTheta(y, 12), 12).mean,
};

describe.skipIf(!hasSharedData)('monthly price series against R forecast 8.20', () => {
  const path = join(sharedData, 'shouldcost/timeseries_reference.json');
  const all = hasSharedData
    ? Object.entries(JSON.parse(readFileSync(path, 'utf8')) as { [name: string]: Reference })
    : [];
  const series = all.map(([name, reference]) => ({ name, reference, y: training(name, reference) }));

  it.each(['naive', 'snaive', 'drift', 'ses', 'theta'] as const)('%s gives the same forecasts', (method) => {
    for (const { name, reference, y } of series)
      expectClose(methods[method](y), reference.forecasts[method]!, 1e-6, name);
  });

  it.each(['holt', 'ets', 'theta'] as const)('%s is no worse by more than 2 %', (method) => {
    let own = 0;
    let theirs = 0;
    for (const { reference, y } of series) {
      own += mase({ truth: reference.test, predicted: methods[method](y) }, y, 12);
      theirs += reference.accuracy[method]!.mase_m;
    }
    expect(own).toBeLessThanOrEqual(theirs * 1.02);
  });

  it('ets chooses the form that R chooses', () => {
    for (const { name, reference, y } of series.slice(0, 6))
      expect(fitEts(y, 12).name, name).toBe(reference.ets);
  });
});

describe.skipIf(!hasSharedData)('M4 hourly against the published table', () => {
  const rows = (name: string) =>
    readFileSync(join(sharedData, 'timeseries/m4', name), 'utf8')
      .trim()
      .split(/\r?\n/)
      .slice(1)
      .map((line) => {
        const numbers = line
          .split(',')
          .slice(1)
          .map((cell) => cell.replaceAll('"', ''));
        return Float64Array.from(
          numbers.filter((cell) => cell !== '' && cell !== 'NA'),
          Number,
        );
      });

  it('naive, seasonal naive and Theta have the published errors to three decimals', () => {
    const published = JSON.parse(
      readFileSync(join(sharedData, 'timeseries/m4/published_hourly.json'), 'utf8'),
    ) as { [method: string]: { smape: number; mase: number } };
    const [train, test] = [rows('Hourly-train.csv'), rows('Hourly-test.csv')];
    expect(train.length).toBe(414);
    for (const [name, forecast] of [
      ['Naive', (y: Float64Array) => forecastSimple(fitSeasonalNaive(y, 1), 48).mean],
      ['sNaive', (y: Float64Array) => forecastSimple(fitSeasonalNaive(y, 24), 48).mean],
      ['Theta', (y: Float64Array) => forecastTheta(fitTheta(y, 24), 48).mean],
    ] as const) {
      let [errors, scaled] = [0, 0];
      for (const [i, y] of train.entries()) {
        const truth = test[i]!;
        const predicted = forecast(y);
        errors += (100 * smape({ truth, predicted })) / train.length;
        scaled += mase({ truth, predicted }, y, 24) / train.length;
      }
      expect(errors.toFixed(3)).toBe(published[name]!.smape.toFixed(3));
      expect(scaled.toFixed(3)).toBe(published[name]!.mase.toFixed(3));
    }
  });
});
