import type { Layout } from '../layout.js';
import type { FieldAt } from '../overrides.js';
import type { ReadSettings } from '../settings.js';
import { type CoordinatePair, coordinatePairs, type Places, readPlaces } from './coordinates.js';
import { type LinePair, linePairs } from './grid-score.js';
import { type HeaderBlock, type ScannedField, scanHeaders } from './header-scan.js';
import { coordinateVerdicts, moved } from './place-verdicts.js';
import type { TextHints } from './text-hints.js';
import { type Candidate, type Verdict, verdictOf } from './verdict.js';

export interface SurveyFindings {
  readonly verdicts: readonly Verdict[];
  readonly settings: ReadSettings;
  readonly geometry: '3d' | '2d' | 'none';
}

/** Support of "one line, or gathers" before anything is looked at. */
const lineScore = 3;

/** What the trace headers hold: lines, coordinates and their scalar, geometry, order. */
export function surveyVerdicts(layout: Layout, block: HeaderBlock, hints: TextHints): SurveyFindings {
  const { endian } = layout.trace;
  if (block.traces.length < 2) return { verdicts: [], settings: {}, geometry: 'none' };
  const fields = scanHeaders(block, endian);
  const offset = fields.find(({ byte, type }) => byte === 37 && type === 'int32');
  const pairs = linePairs(fields, offset, hints, block.all);
  const places = readPlaces(block, endian);
  const along = coordinatePairs(places, undefined, hints);
  const straight = along.some(collinear);
  const judged = pairs.slice(0, 12).map((pair) => judge(pair, places, hints, straight));
  judged.sort((a, b) => b.score - a.score);
  const best = standardCopy(judged);
  const line = {
    answer: '2-D or gathers',
    score: lineScore + (straight ? 2 : 0),
    evidence: [
      'no two fields number traces as a grid',
      ...(straight ? ['all places lie on a straight line'] : []),
    ],
  };
  const geometry = verdictOf('geometry', [
    ...(best ? [{ answer: '3-D', score: best.score, evidence: best.pair.evidence }] : []),
    line,
  ]);
  return geometry.answer === '3-D'
    ? grid(layout, block, best!, judged, geometry, hints)
    : oneLine(layout, block, fields, offset, geometry, hints, along);
}

interface Judged {
  readonly pair: LinePair;
  readonly coordinates: readonly CoordinatePair[];
  readonly score: number;
}

/** A pair of line numbers with the coordinates that fit it: a grid on the ground speaks for it, a single line against. */
function judge(pair: LinePair, places: readonly Places[], hints: TextHints, straight: boolean): Judged {
  const coordinates = coordinatePairs(places, pair, hints);
  const fit = coordinates[0];
  const fits = fit !== undefined && fit.score > 4;
  return { pair, coordinates, score: pair.score + (fits ? 4 : straight ? -4 : 0) };
}

/** All places on a straight line, to a hundredth of its length. */
function collinear({ x, y }: CoordinatePair): boolean {
  const n = x.length;
  const mean = (values: Float64Array) => values.reduce((a, b) => a + b, 0) / n;
  const [mx, my] = [mean(x), mean(y)];
  let [xx, xy, yy] = [0, 0, 0];
  for (let i = 0; i < n; i++) {
    const [dx, dy] = [x[i]! - mx, y[i]! - my];
    xx += dx * dx;
    xy += dx * dy;
    yy += dy * dy;
  }
  const root = Math.sqrt((xx - yy) ** 2 + 4 * xy * xy);
  const [large, small] = [xx + yy + root, xx + yy - root];
  return large > 0 && small < 1e-4 * large;
}

function grid(
  layout: Layout,
  block: HeaderBlock,
  { pair, coordinates }: Judged,
  judged: readonly Judged[],
  geometry: Verdict,
  hints: TextHints,
): SurveyFindings {
  const { inline, crossline } = pair;
  const lines = verdictOf(
    'inline and crossline',
    sameNumbers(judged).map(
      ({ pair: { inline: a, crossline: b, evidence }, score }): Candidate => ({
        answer: `bytes ${at(a)} and ${at(b)}: ${a.least} … ${a.largest} and ${b.least} … ${b.largest}`,
        score,
        evidence,
      }),
    ),
  );
  const bytes: Record<string, FieldAt> = {
    ...moved('INLINE_3D', 189, inline.byte, inline.type),
    ...moved('CROSSLINE_3D', 193, crossline.byte, crossline.type),
  };
  const places = coordinateVerdicts(layout, block, coordinates, [inline, crossline], hints);
  const fast = inline.changes >= crossline.changes ? 'crossline' : 'inline';
  const sorting = sortingVerdict(
    layout,
    `by ${fast}${pair.prestack ? ', gathers of offsets' : ''}`,
    inline,
    crossline,
  );
  return {
    geometry: '3d',
    verdicts: [
      { ...geometry, answer: pair.prestack ? '3-D prestack' : '3-D' },
      lines,
      ...places.verdicts,
      sorting,
    ],
    settings: {
      ...(places.scalar !== undefined && { coordinate_scalar: places.scalar }),
      ...bytesSetting({ ...bytes, ...places.bytes }),
    },
  };
}

/** The best, or the same numbers at the bytes of the standard. */
const standardCopy = (judged: readonly Judged[]): Judged | undefined => {
  const top = judged[0];
  const isStandard = ({ pair: { inline, crossline } }: Judged) =>
    inline.byte === 189 && crossline.byte === 193;
  return top && (judged.find((one) => isStandard(one) && sameLines(one, top)) ?? top);
};

const sameValues = (a: ScannedField, b: ScannedField): boolean =>
  a.values.every((value, i) => value === b.values[i]);
const sameLines = (a: Judged, b: Judged): boolean =>
  sameValues(a.pair.inline, b.pair.inline) && sameValues(a.pair.crossline, b.pair.crossline);

/** Of pairs with the same numbers, copies of one another, only the best: either is right. */
function sameNumbers(judged: readonly Judged[]): Judged[] {
  const kept: Judged[] = [];
  for (const one of judged) if (!kept.some((other) => sameLines(other, one))) kept.push(one);
  return kept;
}

function oneLine(
  layout: Layout,
  block: HeaderBlock,
  fields: readonly ScannedField[],
  offset: ScannedField | undefined,
  geometry: Verdict,
  hints: TextHints,
  coordinates: readonly CoordinatePair[],
): SurveyFindings {
  const numbers = alongCandidates(fields, hints);
  const best = numbers[0];
  const prestack = offset !== undefined && offset.distinct > 1;
  const cdp = coordinates.filter(({ byte }) => byte[0] === 181 || !prestack);
  const places = coordinateVerdicts(layout, block, cdp, [], hints);
  const standard = best && [21, 189, 193].includes(best.field.byte);
  const bytes = best && !standard ? moved('CDP', 21, best.field.byte, best.field.type) : {};
  return {
    geometry: best ? '2d' : 'none',
    verdicts: [
      { ...geometry, answer: best ? (prestack ? '2-D, gathers of offsets' : '2-D') : 'no line found' },
      ...(best
        ? [
            verdictOf(
              'along the line',
              numbers.map(({ field, score, evidence }) => ({
                answer: `byte ${at(field)}: ${field.least} … ${field.largest}`,
                score,
                evidence,
              })),
            ),
          ]
        : []),
      ...places.verdicts,
    ],
    settings: {
      ...(places.scalar !== undefined && { coordinate_scalar: places.scalar }),
      ...bytesSetting({ ...bytes, ...places.bytes }),
    },
  };
}

const bytesSetting = (bytes: Readonly<Record<string, FieldAt>>): ReadSettings =>
  Object.keys(bytes).length > 0 ? { bytes } : {};

/** How usual a byte is for what numbers places along a line. */
const usualAlong: Readonly<Record<number, number>> = {
  21: 3,
  193: 2.5,
  189: 2,
  17: 0,
  197: 0,
  5: -2,
  1: -2,
  9: -1,
  13: -3,
};

function alongCandidates(fields: readonly ScannedField[], hints: TextHints) {
  return fields
    .filter(
      ({ distinct, type, steady, byte }) =>
        distinct > 1 && steady >= 0.5 && (type === 'int32' || byte > 180) && byte !== 37,
    )
    .map((field) => ({
      field,
      score:
        (usualAlong[field.byte] ?? -3) +
        2 * (field.steady - 0.5) +
        (hints.bytes.crossline === field.byte || hints.bytes.inline === field.byte ? 2 : 0),
      evidence: [`it steps by ${field.step} in ${Math.round(100 * field.steady)} % of its changes`],
    }))
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score);
}

const sortingNames: Readonly<Record<number, string>> = {
  1: 'as recorded',
  2: 'CDP gathers',
  4: 'horizontally stacked',
};

function sortingVerdict(
  layout: Layout,
  answer: string,
  inline: ScannedField,
  crossline: ScannedField,
): Verdict {
  const [slow, fast] = inline.changes < crossline.changes ? [inline, crossline] : [crossline, inline];
  const clear = fast.changes > 0 ? 1 - slow.changes / fast.changes : 0;
  const code = layout.binary['SortingCode'] ?? 0;
  return verdictOf('order of traces', [
    {
      answer,
      score: 6 * clear,
      evidence: [
        `one number changes at ${Math.round(100 * fast.changes)} % of the traces, the other at ${Math.round(100 * slow.changes)} %`,
        ...(sortingNames[code] ? [`the file header says ${sortingNames[code]}`] : []),
      ],
    },
    { answer: 'mixed', score: 0, evidence: [] },
  ]);
}

const at = ({ byte, type }: ScannedField): string => (type === 'int16' ? `${byte} (int16)` : String(byte));
