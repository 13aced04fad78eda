import { scoreText } from '../../components/lib/contract/report.js';
import { percent } from '../../components/lib/plot/text.js';
import type { NodeResult } from '../run/result.js';
import { type Grid, grid } from './grid.js';
import { counted, grouped, seconds } from './numbers.js';
import type { Score } from './scores.js';

/** What one step found when it held data to rules. */
export interface Quality {
  readonly address: string;
  readonly verdict: string;
  readonly state: string;
  /** Score and counts in one sentence. */
  readonly summary: string;
  readonly checks?: Grid;
}

/** A rule as a checking step tells it in its metrics' details, under `rules` or `checks`. */
interface Check {
  readonly rule?: string;
  readonly check?: string;
  readonly columns?: readonly string[];
  readonly severity?: string;
  readonly checked?: number;
  readonly broken?: number;
  readonly message?: string;
  /** Not judged, since another rule of its column is broken. */
  readonly moot?: boolean;
}

const states: { readonly [verdict: string]: string } = { pass: 'good', warn: 'unsure', fail: 'bad' };

/** Of every step that gave a verdict, and of every contract that stopped the run. */
export function qualityOf(scores: readonly Score[], nodes: readonly NodeResult[]): readonly Quality[] {
  const broke = nodes.filter(
    ({ status, problems }) => status === 'failed' && problems.some(({ code }) => code === 'data/contract'),
  );
  const told = scores.flatMap((score) => {
    if (broke.some(({ address }) => address === score.address)) return [];
    const value = (name: string) => score.measures.find((measure) => measure.name === name)?.value;
    const verdict = value('verdict');
    if (typeof verdict !== 'string') return [];
    const points = value('score');
    const { rules, checks } = score.details;
    const list = [rules, checks].find(Array.isArray) as readonly Check[] | undefined;
    return [quality(score.address, verdict, typeof points === 'number' ? points : undefined, list ?? [])];
  });
  return [...told, ...broke.map(stopped)];
}

/** The step's details are lost with its outputs; its problem tells the rules that are broken. */
function stopped({ address, problems, metrics, seconds: after }: NodeResult): Quality {
  const { score: points, rules, breaches } = metrics;
  const summary = [
    `The data break their contract; the run was stopped here${after > 0 ? ` after ${seconds(after)}` : ''}.`,
    typeof points === 'number' ? `Score ${scoreText(points)} of 100.` : '',
    typeof rules === 'number' && typeof breaches === 'number'
      ? `${breaches} of ${counted(rules, 'rule')} broken.`
      : '',
  ];
  const broken = problems.filter(({ code }) => code === 'data/contract');
  const lines = broken.flatMap(({ message }) => message.split('\n').slice(1));
  return {
    address,
    verdict: 'FAIL',
    state: 'bad',
    summary: summary.filter(Boolean).join(' '),
    checks: grid(
      ['broken rule'],
      lines.map((line) => [line]),
    ),
  };
}

function quality(
  address: string,
  verdict: string,
  points: number | undefined,
  list: readonly Check[],
): Quality {
  const broken = list.filter((check) => (check.broken ?? 0) > 0 && !check.moot);
  const kept = list.filter((check) => !broken.includes(check));
  const summary = [
    points === undefined ? '' : `Score ${scoreText(points)} of 100.`,
    list.length === 0 ? '' : `${broken.length} of ${counted(list.length, 'rule')} broken.`,
  ];
  return {
    address,
    verdict: verdict.toUpperCase(),
    state: states[verdict.toLowerCase()] ?? 'unsure',
    summary: summary.filter(Boolean).join(' '),
    ...(list.length > 0 && {
      checks: grid(
        ['rule', 'columns', 'severity', 'checked>', 'broken>', 'what was found'],
        [...broken.map(brokenLine), ...keptLines(kept)],
      ),
    }),
  };
}

const nameOf = (check: Check) => check.rule ?? check.check ?? '';

const brokenLine = (check: Check): string[] => [
  nameOf(check),
  (check.columns ?? []).join(', '),
  check.severity ?? '',
  check.checked === undefined ? '' : grouped(check.checked),
  brokenText(check),
  check.message ?? '',
];

/** Rules that are kept, those of one kind and severity in one line. */
function keptLines(kept: readonly Check[]): string[][] {
  const lines = new Map<string, { check: Check; columns: string[] }>();
  for (const check of kept) {
    const key = JSON.stringify([nameOf(check), check.severity, check.checked, check.moot]);
    const line = lines.get(key) ?? { check, columns: [] };
    line.columns.push(...(check.columns ?? []));
    lines.set(key, line);
  }
  return [...lines.values()].map(({ check, columns }) => [
    nameOf(check),
    columns.join(', '),
    check.severity ?? '',
    check.checked === undefined ? '' : grouped(check.checked),
    '0',
    check.moot ? 'not judged, since another rule of its column is broken' : 'kept',
  ]);
}

const brokenText = ({ broken = 0, checked = 0 }: Check): string =>
  broken > 0 && checked > 1 ? `${grouped(broken)} (${percent(broken / checked)})` : grouped(broken);
