import { percent } from '../../components/lib/plot/text.js';
import { type Grid, grid } from './grid.js';
import { grouped, score as number, shortDigest, shown } from './numbers.js';
import type { Measure, Score, ScoreGroup } from './scores.js';

export const isScored = ({ main }: Score) => main !== undefined;
/** Digests by their beginning, as everywhere. */
export const valueText = ({ value }: Measure) =>
  typeof value === 'number'
    ? number(value)
    : typeof value === 'string' && /^[0-9a-f]{64}$/.test(value)
      ? shortDigest(value)
      : shown(value);
const orNothing = (value: number | undefined) => (value === undefined ? '' : number(value));

function columnsGrid<T>(
  items: readonly T[],
  columns: readonly (readonly [label: string, text: (item: T) => string])[],
  title: string,
): Grid {
  return grid(
    columns.map(([label]) => label),
    items.map((item) => columns.map(([, text]) => text(item))),
    title,
  );
}

const intervalText = (measure: Measure | undefined) =>
  measure?.interval ? `${number(measure.interval.lower)} – ${number(measure.interval.upper)}` : '';

export const metricsGrid = ({ address, use, measures }: Score): Grid =>
  columnsGrid(
    measures,
    [
      ['metric', (m) => m.name],
      ['value>', valueText],
      ['interval>', intervalText],
      ['baseline>', (m) => orNothing(m.baseline)],
      ['seasonal naive>', (m) => orNothing(m.seasonal)],
      ['shuffled labels>', (m) => orNothing(m.control)],
      ['random split>', (m) => orNothing(m.randomSplit)],
      ['ceiling>', (m) => orNothing(m.ceiling)],
      ['what it is', (m) => m.description],
    ],
    `${address} (${use})`,
  );

/** One line an instance: rows, and the number to look at first beside its companions. */
export function instancesGrid({ step, scores }: ScoreGroup): Grid {
  const rows = (score: Score) => score.measures.find(({ name }) => name === 'rows');
  return columnsGrid(
    scores,
    [
      ['instance', ({ address }) => address.slice(step.length + 1, -1)],
      ['test rows>', (score) => (rows(score) ? valueText(rows(score)!) : '')],
      [`${scores[0]!.main?.name ?? 'value'}>`, ({ main }) => (main ? valueText(main) : '')],
      ['interval>', ({ main }) => intervalText(main)],
      ['baseline>', ({ main }) => orNothing(main?.baseline)],
      ['seasonal naive>', ({ main }) => orNothing(main?.seasonal)],
      ['shuffled labels>', ({ main }) => orNothing(main?.control)],
      ['random split>', ({ main }) => orNothing(main?.randomSplit)],
    ],
    `${step} (${scores[0]!.use}), ${scores.length} instances`,
  );
}

export function perClassGrid({ address, details }: Score): Grid[] {
  const classes = details['per_class'];
  if (!Array.isArray(classes) || classes.length === 0) return [];
  const rows = classes as readonly { readonly [name: string]: string | number | undefined }[];
  const cell = (row: (typeof rows)[number], name: string) =>
    typeof row[name] === 'number' ? orNothing(row[name]) : String(row[name] ?? '');
  const names = ['precision', 'recall', 'f1', 'roc_auc', 'average_precision'].filter((name) =>
    rows.some((row) => row[name] !== undefined),
  );
  return [
    grid(
      ['class', 'rows>', ...names.map((name) => `${name.replaceAll('_', ' ')}>`)],
      rows.map((row) => [cell(row, 'class'), cell(row, 'support'), ...names.map((name) => cell(row, name))]),
      `Classes of ${address}`,
    ),
  ];
}

export function sizesGrid({ address, details }: Score): Grid[] {
  if (!Array.isArray(details['sizes'])) return [];
  const sizes = details['sizes'] as readonly { cluster: string; rows: number; share: number }[];
  return [
    grid(
      ['cluster', 'rows>', 'share>'],
      sizes.map(({ cluster, rows, share }) => [cluster, grouped(rows), percent(share)]),
      `Clusters of ${address}`,
    ),
  ];
}
