import type { CalibrationBin } from '../../components/lib/metrics/probability.js';
import { calibrationFigure } from '../../components/lib/plot/calibration.js';
import { type Bar, comparisonFigure } from '../../components/lib/plot/comparison.js';
import { confusionFigure, mostConfusionClasses } from '../../components/lib/plot/confusion.js';
import { scatterFigure } from '../../components/lib/plot/scatter.js';
import type { Json } from '../canonical.js';
import { quoted } from '../export/csv.js';
import type { Score } from './scores.js';

/** A picture that the report draws itself, with the numbers in it. */
export interface Chart {
  readonly name: string;
  readonly title: string;
  readonly svg: string;
  readonly csv: string;
}

/** What can be drawn of a step's score: the main metric beside its companions, confusion matrix, calibration, predictions over truth. */
export function chartsOf(score: Score): readonly Chart[] {
  return [comparison, confusion, calibration, scatter]
    .map((draw) => draw(score))
    .filter((chart) => chart !== undefined);
}

const csv = (rows: readonly (readonly Json[])[]): string =>
  rows
    .map((row) => `${row.map((value) => (value === null ? '' : quoted(String(value)))).join(',')}\n`)
    .join('');

function comparison({ address, main }: Score): Chart | undefined {
  if (typeof main?.value !== 'number' || main.baseline === undefined) return undefined;
  const bars: Bar[] = [{ label: 'model', value: main.value, main: true, ...main.interval }];
  const add = (label: string, value: number | undefined) =>
    value !== undefined && bars.push({ label, value });
  add('baseline', main.baseline);
  add('shuffled labels', main.control);
  add('random split', main.randomSplit);
  add('ceiling', main.ceiling);
  const title = `${main.name} of ${address}`;
  return {
    name: 'comparison',
    title,
    svg: comparisonFigure(title, main.description || main.name, bars),
    csv: csv([
      ['', 'value', 'lower', 'upper'],
      ...bars.map((bar) => [bar.label, bar.value, bar.lower ?? null, bar.upper ?? null]),
    ]),
  };
}

function confusion({ address, details }: Score): Chart | undefined {
  const classes = details['classes'] as readonly string[] | undefined;
  const counts = details['confusion'] as readonly (readonly number[])[] | undefined;
  if (!classes || !counts || classes.length > mostConfusionClasses) return undefined;
  const title = `Confusion matrix of ${address}`;
  return {
    name: 'confusion',
    title,
    svg: confusionFigure(title, classes, counts),
    csv: csv([['truth', ...classes], ...classes.map((name, i) => [name, ...counts[i]!])]),
  };
}

function calibration({ address, details }: Score): Chart | undefined {
  const bins = details['calibration'];
  if (!Array.isArray(bins) || bins.length === 0) return undefined;
  const points = bins as unknown as readonly CalibrationBin[];
  const title = `Calibration of ${address}`;
  return {
    name: 'calibration',
    title,
    svg: calibrationFigure(title, points),
    csv: csv([
      ['from', 'to', 'rows', 'mean probability', 'share right'],
      ...points.map((p) => [p.lower, p.upper, p.weight, p.predicted, p.observed]),
    ]),
  };
}

function scatter({ address, details }: Score): Chart | undefined {
  const { points, target } = details;
  if (!Array.isArray(points) || points.length === 0) return undefined;
  const pairs = points as readonly (readonly [number, number])[];
  const title = `Predictions over truth of ${address}`;
  return {
    name: 'predictions',
    title,
    svg: scatterFigure(title, typeof target === 'string' ? target : 'value', pairs),
    csv: csv([['truth', 'predicted'], ...pairs]),
  };
}
