import type { Json } from '../../canonical.js';
import type { Cause } from '../../run/why.js';
import { score as number, shortDigest, shown } from '../numbers.js';
import type { Comparison, Moved, RootCause } from './compare.js';

/** The page in plain words. */
export interface Words {
  readonly changed: readonly string[];
  readonly moved: readonly string[];
  readonly doubt: readonly string[];
  readonly next: readonly string[];
}

const most = 8;

const some = (lines: readonly string[], rest: string): readonly string[] =>
  lines.length > most ? [...lines.slice(0, most), `and ${lines.length - most} more, ${rest}`] : lines;

export function wordsOf({ roots, moved, metrics, params }: Comparison): Words {
  const told = new Set(moved.flatMap(({ because }) => because));
  const above = roots.filter(({ address }) => told.has(address));
  const others = roots.filter(({ address }) => !told.has(address));
  // Where something moved, what is not above it is told last and short.
  const changed =
    above.length > 0
      ? [
          ...above.flatMap(rootLines),
          ...(others.length > 0
            ? [
                `Also, but without changing what was scored: ${others.map(({ address }) => address).join(', ')}.`,
              ]
            : []),
        ]
      : roots.flatMap(rootLines);
  const lines = moved.map(movedLine);
  return {
    changed:
      changed.length > 0
        ? some(changed, 'listed below.')
        : [
            params.length > 0
              ? 'Params, but no step that ran in both runs.'
              : 'Nothing that decides a result.',
          ],
    moved:
      lines.length > 0
        ? some(lines, 'listed under Metrics.')
        : [metrics.length > 0 ? 'No score; other numbers did, see Metrics.' : 'No number that was measured.'],
    doubt: doubtsOf(moved),
    next: nextOf(moved),
  };
}

const rootLines = ({ address, causes, only }: RootCause): string[] =>
  only === undefined
    ? causes.map((cause) => `${address}: ${causeText(cause)}.`)
    : [`${address} is only in the run ${only}.`];

const kinds: { readonly [kind in Cause['kind']]: string } = {
  setting: '',
  default: 'default of ',
  upstream: 'input ',
  file: 'file ',
  seed: '',
  code: 'code of ',
  program: 'version of ',
  environment: 'environment variable ',
  component: '',
};

/** `trees 150 → 300`; terminals may ask for another arrow. */
export function causeText({ kind, name, before, after }: Cause, arrow = '→'): string {
  const what = name.startsWith('version of ') ? name : `${kinds[kind]}${name.replace(/^with\./, '')}`;
  return `${what} ${valueText(before)} ${arrow} ${valueText(after)}`;
}

export const valueText = (value: Json | undefined): string =>
  typeof value === 'string' && /^[0-9a-f]{40,}$/.test(value)
    ? shortDigest(value)
    : value === undefined
      ? 'nothing'
      : shown(value);

function movedLine({ address, metric, before, after, better, because }: Moved): string {
  const way = after > before ? 'rose' : 'fell';
  const why = because.length > 0 ? `; what decides it changed in ${because.join(', ')}` : '';
  return `${metric} of ${address} ${way} from ${number(before)} to ${number(after)}, which is ${better ? 'better' : 'worse'}${why}.`;
}

function doubtsOf(moved: readonly Moved[]): string[] {
  const lines = moved.flatMap(({ address, metric, clear, because }) => [
    ...(clear === false
      ? [`${metric} of ${address}: one value lies within the interval of the other, so it may be chance.`]
      : []),
    ...(clear === undefined ? [`${metric} of ${address}: without intervals chance cannot be told.`] : []),
    ...(because.length > 1
      ? [
          `${metric} of ${address}: several steps changed at once, so this does not tell which of them moved it.`,
        ]
      : []),
  ]);
  return lines.length > 0 ? [...some(lines, 'of the same kind.')] : ['Nothing stands out.'];
}

function nextOf(moved: readonly Moved[]): string[] {
  if (moved.some(({ because }) => because.length > 1))
    return ['Change one thing at a time and compare again.'];
  if (moved.some(({ clear }) => clear === false))
    return ['Run both with other seeds (seed: in the pipeline) before believing the difference.'];
  return ['Ask of a single step: toolbox why STEP --run RUN.'];
}
