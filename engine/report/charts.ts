import type { CalibrationBin } from '../../components/lib/metrics/probability.js';
import { calibrationFigure } from '../../components/lib/plot/calibration.js';
import { orderedLabels } from '../../components/lib/plot/classes.js';
import { type Bar, comparisonFigure } from '../../components/lib/plot/comparison.js';
import { confusionFigure, mostConfusionClasses } from '../../components/lib/plot/confusion.js';
import { rankingFigure } from '../../components/lib/plot/ranking.js';
import { residualFigure, scatterFigure } from '../../components/lib/plot/scatter.js';
import type { Json } from '../canonical.js';
import { csv } from './csv-text.js';
import { score as number } from './numbers.js';
import { type Measure, type Score, type ScoreGroup, scoredOf, unitOf } from './scores.js';

/** A picture that the report draws itself, with the numbers in it. */
export interface Chart {
  readonly name: string;
  readonly title: string;
  readonly svg: string;
  readonly csv: string;
  /** Gets a row of its own. */
  readonly own?: true;
}

/**
 * What can be drawn of a step's score: the main metric beside its companions, confusion matrix, ROC and
 * precision–recall curves, calibration, predictions over truth and what they miss, the features that weigh most; of
 * several instances, their main metrics and the sum of their confusion matrices.
 */
export function chartsOf(group: ScoreGroup): readonly Chart[] {
  const [score] = group.scores;
  const charts =
    group.scores.length > 1
      ? [instances(group), confusion(summed(group))]
      : [comparison, confusion, roc, precisionRecall, calibration, scatter, residuals, importance].map(
          (draw) => draw(score!),
        );
  return charts.filter((chart) => chart !== undefined);
}

function comparison({ address, main, details }: Score): Chart | undefined {
  if (typeof main?.value !== 'number' || main.baseline === undefined) return undefined;
  const bars: Bar[] = [{ label: 'model', value: main.value, main: true, ...main.interval }];
  const add = (label: string, value: number | undefined) =>
    value !== undefined && bars.push({ label, value });
  add('baseline', main.baseline);
  add('seasonal naive', main.seasonal);
  add('shuffled labels', main.control);
  add('random split', main.randomSplit);
  add('ceiling', main.ceiling);
  return comparisonOf(`${main.name} of ${address}`, main, bars, unitOf(main.name, details));
}

const comparisonOf = (title: string, main: Measure, bars: readonly Bar[], unit = ''): Chart => ({
  name: 'comparison',
  own: true,
  title,
  svg: comparisonFigure(title, `${main.description || main.name}${unit && ` (${unit})`}`, bars),
  csv: csv([
    ['', 'value', 'lower', 'upper'],
    ...bars.map((bar) => [bar.label, bar.value, bar.lower ?? null, bar.upper ?? null]),
  ]),
});

function instances(group: ScoreGroup): Chart | undefined {
  const scores = scoredOf(group);
  const [first] = scores;
  if (!first) return undefined;
  const bars: Bar[] = scores.map(({ address, main }) => ({
    label: address.slice(group.step.length + 1, -1),
    value: main.value,
    main: true,
    ...main.interval,
  }));
  for (const [key, label] of [
    ['baseline', 'mean baseline'],
    ['control', 'mean of shuffled labels'],
  ] as const) {
    const found = scores.map(({ main }) => main[key]).filter((value) => value !== undefined);
    if (found.length > 0) bars.push({ label, value: found.reduce((a, b) => a + b, 0) / found.length });
  }
  const title = `${first.main.name} of ${group.step}`;
  return comparisonOf(title, first.main, bars);
}

/** One score with the confusion matrices of all instances added up, class by class. */
function summed({ step, scores }: ScoreGroup): Score {
  const classes = orderedLabels(
    new Set(scores.flatMap(({ details }) => (details['classes'] ?? []) as string[])),
  );
  const total = classes.map(() => classes.map(() => 0));
  for (const { details } of scores) {
    const places = ((details['classes'] ?? []) as string[]).map((name) => classes.indexOf(name));
    const counts = (details['confusion'] ?? []) as readonly (readonly number[])[];
    counts.forEach((row, i) => {
      row.forEach((count, j) => {
        total[places[i]!]![places[j]!]! += count;
      });
    });
  }
  const details = classes.length > 0 ? { classes, confusion: total } : {};
  return { ...scores[0]!, address: `${step}, all ${scores.length} together`, details };
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

type Pairs = readonly (readonly [number, number])[];

interface ClassCurve {
  readonly class: string;
  readonly roc: Pairs;
  readonly precisionRecall: Pairs;
}

const roc = (score: Score) =>
  curves(score, {
    name: 'roc',
    title: 'ROC curves',
    of: (curve) => curve.roc,
    area: 'roc_auc',
    axes: { x: 'false positive rate', y: 'true positive rate' },
  });

const precisionRecall = (score: Score) =>
  curves(score, {
    name: 'precision-recall',
    title: 'Precision and recall',
    of: (curve) => curve.precisionRecall,
    area: 'average_precision',
    axes: { x: 'recall', y: 'precision' },
  });

function curves(
  { address, details }: Score,
  kind: {
    readonly name: string;
    readonly title: string;
    readonly of: (curve: ClassCurve) => Pairs;
    /** Named beside each class. */
    readonly area: string;
    readonly axes: { readonly x: string; readonly y: string };
  },
): Chart | undefined {
  const found = (details['curves'] ?? []) as unknown as readonly ClassCurve[];
  if (!Array.isArray(found) || found.length === 0) return undefined;
  const areas = (details['per_class'] ?? []) as readonly { readonly [name: string]: Json }[];
  const areaOf = (name: string) => {
    const area = areas.find((one) => one['class'] === name)?.[kind.area];
    return typeof area === 'number' ? ` ${number(area)}` : '';
  };
  const title = `${kind.title} of ${address}`;
  return {
    name: kind.name,
    title,
    svg: rankingFigure(
      title,
      kind.axes,
      found.map((curve) => ({ label: `${curve.class}${areaOf(curve.class)}`, points: kind.of(curve) })),
      kind.name === 'roc',
    ),
    csv: csv([
      ['class', kind.axes.x, kind.axes.y],
      ...found.flatMap((curve) => kind.of(curve).map(([x, y]) => [curve.class, x, y])),
    ]),
  };
}

const pairsOf = ({ points }: Score['details']): Pairs | undefined =>
  Array.isArray(points) && points.length > 0 ? (points as unknown as Pairs) : undefined;
const targetOf = ({ target }: Score['details']) => (typeof target === 'string' ? target : 'value');

function scatter({ address, details }: Score): Chart | undefined {
  const pairs = pairsOf(details);
  if (!pairs) return undefined;
  const title = `Predictions over truth of ${address}`;
  return {
    name: 'predictions',
    title,
    svg: scatterFigure(title, targetOf(details), pairs),
    csv: csv([['truth', 'predicted'], ...pairs]),
  };
}

function residuals({ address, details }: Score): Chart | undefined {
  const pairs = pairsOf(details);
  if (!pairs) return undefined;
  const title = `What predictions of ${address} miss`;
  return {
    name: 'residuals',
    title,
    svg: residualFigure(title, targetOf(details), pairs),
    csv: csv([['predicted', 'truth minus prediction'], ...pairs.map(([t, p]) => [p, t - p])]),
  };
}

function importance({ address, details }: Score): Chart | undefined {
  const found = details['importance'] as
    | { of: string; features: readonly (readonly [string, number])[]; more: number }
    | undefined;
  if (!found?.features?.length) return undefined;
  const title = `Features that weigh most in the model of ${address}`;
  const axis =
    found.of === 'share'
      ? 'share in what the fitted model gained'
      : 'size of the coefficient, of the feature as the model sees it';
  const bars: Bar[] = found.features.map(([label, value]) => ({ label, value, main: true }));
  return {
    name: 'importance',
    title,
    svg: comparisonFigure(title, axis, bars),
    csv: csv([['feature', axis], ...found.features]),
  };
}
