import { comparisonFigure } from '../../../components/lib/plot/comparison.js';
import { confusionFigure, mostConfusionClasses } from '../../../components/lib/plot/confusion.js';
import { percent } from '../../../components/lib/plot/text.js';
import { type Grid, grid } from '../grid.js';
import { score as number } from '../numbers.js';
import type { TableProfile } from '../profile.js';
import { renderDiff } from '../render.js';
import type { Score } from '../scores.js';
import {
  type Change,
  type Comparison,
  compareRuns,
  type MetricChange,
  type Moved,
  type Side,
} from './compare.js';
import { type Shift, shiftsOf } from './shifts.js';
import { causeText, valueText, type Words, wordsOf } from './words.js';

/** Everything on the page that compares two runs, as text. */
export interface DiffView {
  readonly title: string;
  readonly subtitle: string;
  readonly words: Words;
  readonly figures: readonly { readonly title: string; readonly own: boolean; readonly embedded: string }[];
  /** Each with its title; empty ones are left out. */
  readonly sections: readonly { readonly id: string; readonly heading: string; readonly grid: Grid }[];
}

/** One self-contained HTML page: which change moved the metrics of two runs. */
export async function diffPage(
  before: Side,
  after: Side,
  profiles: { readonly before: readonly TableProfile[]; readonly after: readonly TableProfile[] },
): Promise<string> {
  const found = compareRuns(before, after);
  return renderDiff(viewOf(before, after, found, shiftsOf(profiles.before, profiles.after)));
}

function viewOf(before: Side, after: Side, found: Comparison, shifts: readonly Shift[]): DiffView {
  const told = ({ record }: Side) => `${record.id} of ${record.started.slice(0, 16).replace('T', ' ')} UTC`;
  const sections = [
    { id: 'metrics', heading: 'Metrics', grid: metricsGrid(found.metrics) },
    { id: 'causes', heading: 'Where it began', grid: causesGrid(found) },
    { id: 'params', heading: 'Parameters', grid: changesGrid('parameter', found.params) },
    { id: 'files', heading: 'Files that were read', grid: changesGrid('file', found.files) },
    { id: 'data', heading: 'Data', grid: shiftsGrid(shifts) },
    { id: 'steps', heading: 'Steps', grid: changesGrid('step', found.steps) },
    { id: 'machine', heading: 'Environment', grid: changesGrid('', found.machine) },
  ];
  return {
    title: `${after.record.pipeline}: what moved between two runs`,
    subtitle: `Before: ${told(before)}. After: ${told(after)}.`,
    words: wordsOf(found),
    figures: [
      ...found.moved.slice(0, 12).map((moved) => ({ ...movedFigure(moved, after), own: true })),
      ...after.scores
        .flatMap((score) => confusions(before, score))
        .map((figure) => ({ ...figure, own: false })),
    ].map(({ title, own, svg }) => ({
      title,
      own,
      embedded: `data:image/svg+xml;base64,${Buffer.from(svg).toString('base64')}`,
    })),
    sections: sections.filter(({ grid: { rows } }) => rows.length > 0),
  };
}

interface Figure {
  readonly title: string;
  readonly svg: string;
}

function movedFigure({ address, metric, before, after, intervals }: Moved, side: Side): Figure {
  const main = side.scores.find((score) => score.address === address)?.main;
  const title = `${metric} of ${address} before and after`;
  const bars = [
    { label: 'before', value: before, ...intervals?.before },
    { label: 'after', value: after, main: true as const, ...intervals?.after },
    ...(main?.baseline === undefined ? [] : [{ label: 'baseline', value: main.baseline }]),
  ];
  return { title, svg: comparisonFigure(title, main?.description || metric, bars) };
}

/** Side by side, where both runs have one of the step and they differ. */
function confusions(before: Side, now: Score): Figure[] {
  const old = before.scores.find(({ address }) => address === now.address);
  const [a, b] = [confusionOf(old), confusionOf(now)];
  if (!a || !b || JSON.stringify(a) === JSON.stringify(b)) return [];
  return [
    { ...a, when: 'before' },
    { ...b, when: 'after' },
  ].map(({ classes, counts, when }) => {
    const title = `Confusion matrix of ${now.address} ${when}`;
    return { title, svg: confusionFigure(title, classes, counts) };
  });
}

function confusionOf(score: Score | undefined) {
  const classes = score?.details['classes'] as readonly string[] | undefined;
  const counts = score?.details['confusion'] as readonly (readonly number[])[] | undefined;
  return classes && counts && classes.length <= mostConfusionClasses ? { classes, counts } : undefined;
}

const interval = (of: { lower: number; upper: number } | undefined) =>
  of ? `${number(of.lower)} – ${number(of.upper)}` : '';

/** Baselines and controls stay in the JSON; here stands what a person compares. */
const isOwn = ({ name }: Change) => !/\.(mean_)?(control|baseline|random_split)_/.test(name);

const metricsGrid = (metrics: readonly MetricChange[]): Grid =>
  grid(
    ['metric', 'before>', 'interval before>', 'after>', 'interval after>', 'change>'],
    metrics
      .filter(isOwn)
      .map(({ name, before, after, intervals }) => [
        name,
        metricText(before),
        interval(intervals?.before),
        metricText(after),
        interval(intervals?.after),
        typeof before === 'number' && typeof after === 'number'
          ? `${after > before ? '+' : ''}${number(after - before)}`
          : '',
      ]),
  );

const metricText = (value: Change['before']) =>
  typeof value === 'number' ? number(value) : value === undefined ? '–' : valueText(value);

const causesGrid = ({ roots }: Comparison): Grid =>
  grid(
    ['step', 'what changed there'],
    roots.flatMap(({ address, causes, only }) =>
      only ? [[address, `only in the run ${only}`]] : causes.map((cause) => [address, causeText(cause)]),
    ),
  );

const changesGrid = (label: string, list: readonly Change[]): Grid =>
  grid(
    [label, 'before', 'after'],
    list.map(({ name, before, after }) => [name, valueText(before), valueText(after)]),
  );

const shiftNames: { readonly [what in Shift['what']]: string } = {
  rows: 'number of rows',
  mean: 'mean',
  spread: 'standard deviation',
  shares: 'shares of the values',
  missing: 'missing',
  column: 'column',
};

const shiftsGrid = (shifts: readonly Shift[]): Grid =>
  grid(
    ['table', 'column', 'what', 'before', 'after', 'by'],
    shifts.map((shift) => [
      shift.table,
      shift.column,
      shiftNames[shift.what],
      shift.before,
      shift.after,
      sizeText(shift),
    ]),
  );

function sizeText({ what, size }: Shift): string {
  if (what === 'mean') return `${number(size)} standard deviations`;
  if (what === 'spread') return `a factor of ${number(Math.exp(size))}`;
  return what === 'column' ? '' : percent(size);
}
