import { fitGrid } from '../grid.js';
import type { ScannedField } from './header-scan.js';
import type { TextHints } from './text-hints.js';
import type { Score } from './verdict.js';

/** Two fields taken for inline and crossline. */
export interface LinePair extends Score {
  readonly inline: ScannedField;
  readonly crossline: ScannedField;
  /** Whether offset is needed to tell traces apart. */
  readonly prestack: boolean;
}

/** How usual a byte is for a line number, in units of log odds. */
const usualInline: Readonly<Record<number, number>> = {
  189: 3,
  9: 1,
  5: 0.5,
  17: 0,
  13: -1,
  181: -0.5,
  221: -0.5,
  233: -0.5,
  41: -1,
  213: -0.5,
  197: -0.5,
};
const usualCrossline: Readonly<Record<number, number>> = {
  193: 3,
  21: 1.5,
  17: 0.5,
  13: -0.5,
  185: -0.5,
  9: -1,
  237: -0.5,
  225: -0.5,
  25: -1.5,
  45: -1,
};
const usualElsewhere = -1.5;
/** Sequence numbers: of the trace in its line, in the file, in its ensemble. */
const counting = new Set([1, 5, 13, 25]);

/** Shots and channels: a rectangle too, but of a recording. */
const shots = new Set(['9:13', '17:13', '9:25', '17:25', '9:17', '17:9', '13:9', '13:17']);

const mostCandidates = 24;

/**
 * Pairs of fields that number traces as lines of a grid, best first: every trace has a place of its own (with its
 * offset in gathers), places fill a rectangle, one number stands while the other steps. O(candidates² · traces).
 */
export function linePairs(
  fields: readonly ScannedField[],
  offset: ScannedField | undefined,
  hints: TextHints,
  all: boolean,
): LinePair[] {
  const candidates = fields
    .filter((field) => looksLikeLines(field))
    .sort((a, b) => usual(b) - usual(a))
    .slice(0, mostCandidates);
  const found: LinePair[] = [];
  for (const inline of candidates)
    for (const crossline of candidates) {
      if (Math.abs(inline.byte - crossline.byte) < 4 && inline.type === 'int32') continue;
      const pair = scorePair(inline, crossline, offset, hints, all);
      if (pair) found.push(pair);
    }
  return found.sort((a, b) => b.score - a.score);
}

/** How usual a field is for either number. */
const usual = ({ byte, type }: ScannedField): number =>
  Math.max(usualInline[byte] ?? usualElsewhere, usualCrossline[byte] ?? usualElsewhere) -
  (type === 'int16' ? 1 : 0);

const looksLikeLines = ({ byte, least, largest, distinct, values, steady }: ScannedField): boolean =>
  byte !== 37 &&
  least > -1_000_000 &&
  largest < 10_000_000 &&
  distinct >= 2 &&
  (distinct <= Math.max(2, values.length / 2) || values.length <= 8) &&
  steady >= 0.3;

function scorePair(
  inline: ScannedField,
  crossline: ScannedField,
  offset: ScannedField | undefined,
  hints: TextHints,
  all: boolean,
): LinePair | undefined {
  const places = distinctPairs(inline.values, crossline.values);
  const traces = inline.values.length;
  const own = places / traces;
  const withOffset = own < 1 && offset ? distinctTriples(inline, crossline, offset) / traces : own;
  // A field and its copy, or one that follows from the other, make a line and no grid.
  if (places <= 1.5 * Math.max(inline.distinct, crossline.distinct)) return undefined;
  const unique = Math.max(own, withOffset);
  if (unique < 0.5) return undefined;
  const rectangle = inline.distinct * crossline.distinct;
  const coverage = all ? places / rectangle : 1;
  const [fast, slow] = inline.changes >= crossline.changes ? [inline, crossline] : [crossline, inline];
  const steps = (slow.changes < 0.7 * fast.changes ? 2 : 0) + 2 * (fast.steady - 0.5) + (slow.steady - 0.5);
  const wide = [inline, crossline].map(({ least, largest, distinct, step }) =>
    Math.log2((largest - least) / Math.max(1, step) / Math.max(1, distinct - 1)),
  );
  const scattered = wide.reduce((sum, extra) => sum + Math.max(0, extra - 0.5), 0);
  const position =
    (usualInline[inline.byte] ?? usualElsewhere) +
    (usualCrossline[crossline.byte] ?? usualElsewhere) -
    [inline, crossline].reduce((sum, { type }) => sum + (type === 'int16' ? 1 : 0), 0);
  const told = [inline, crossline].map((field, i) => {
    const named = hints.bytes[i === 0 ? 'inline' : 'crossline'] === field.byte;
    const known = field.least > 1 && [field.least, field.largest].every((value) => hints.numbers.has(value));
    return { score: (named ? 2.5 : 0) + (known ? 2 : 0), named, known };
  });
  const counts = [inline, crossline].filter(isSequence).length;
  const shot = offset && follows(offset, inline, crossline) ? 6 : 0;
  const recorded = shots.has(`${inline.byte}:${crossline.byte}`) ? (offset ? 4 : 1.5) : 0;
  // That many traces fill a rectangle, each place once, is no accident.
  const filled = unique > 0.95 && coverage > 0.95 ? Math.min(4, Math.log2(traces) / 2) : 0;
  const score =
    filled +
    8 * (unique - 1) +
    3 * (coverage - 0.5) +
    steps -
    scattered +
    position +
    told[0]!.score +
    told[1]!.score -
    2 * counts -
    recorded -
    shot;
  return {
    inline,
    crossline,
    prestack: own < 0.999 && withOffset > own,
    score,
    evidence: [
      `${percent(unique)} of the traces have a place of their own${withOffset > own ? ' with their offset' : ''}`,
      ...(all
        ? [
            `${percent(coverage)} of the rectangle of ${inline.distinct} by ${crossline.distinct} lines is filled`,
          ]
        : []),
      `${fast === inline ? 'inline' : 'crossline'} numbers step by ${fast.step} from trace to trace, ${fast === inline ? 'crossline' : 'inline'} numbers by ${slow.step} from line to line`,
      ...told.flatMap(({ named, known }, i) => [
        ...(named
          ? [
              `the text header names byte ${[inline, crossline][i]!.byte} for the ${i === 0 ? 'inline' : 'crossline'}`,
            ]
          : []),
        ...(known ? [`the text header has the first and the last ${i === 0 ? 'inline' : 'crossline'}`] : []),
      ]),
    ],
  };
}

/** Whether the offset is a sum of multiples of the two numbers: then they are shot and place, not two directions. */
function follows(offset: ScannedField, inline: ScannedField, crossline: ScannedField): boolean {
  if (offset.distinct < 3) return false;
  const level = new Int32Array(offset.values.length).fill(1);
  const fit = fitGrid({ inline: inline.values, crossline: crossline.values, x: offset.values, y: level });
  return fit !== undefined && fit.residual.rms < 0.02 * (offset.largest - offset.least);
}

/** Begins at 1 (or 0) and steps by 1 at a byte where sequences stand: counts traces rather than naming lines. */
const isSequence = ({ byte, least, step }: ScannedField): boolean =>
  counting.has(byte) && least <= 1 && step === 1;

const percent = (share: number): string =>
  share > 0.99 && share < 1 ? 'more than 99 %' : `${Math.round(100 * share)} %`;

const distinctPairs = (a: Int32Array, b: Int32Array): number => pairIndex(a, b).distinct;

const distinctTriples = (a: ScannedField, b: ScannedField, c: ScannedField): number =>
  pairIndex(pairIndex(a.values, b.values).index, c.values).distinct;

/** The number of each pair among the different ones, in order of appearance. */
function pairIndex(a: Int32Array, b: Int32Array): { index: Int32Array; distinct: number } {
  const rows = new Map<number, Map<number, number>>();
  let distinct = 0;
  const index = Int32Array.from(a, (value, i) => {
    const row = rows.get(value) ?? new Map<number, number>();
    rows.set(value, row);
    const known = row.get(b[i]!);
    if (known !== undefined) return known;
    row.set(b[i]!, distinct);
    return distinct++;
  });
  return { index, distinct };
}
