import type { Endian } from '../fields.js';
import { viewOf } from '../fields.js';
import { fitGrid, type SurveyGrid } from '../grid.js';
import { traceHeader, traceHeaderBytes } from '../headers.js';
import type { HeaderBlock, ScannedField } from './header-scan.js';
import type { TextHints } from './text-hints.js';
import type { Candidate, Score } from './verdict.js';

/** Two fields taken for the coordinates of a trace, as stored. */
export interface CoordinatePair extends Score {
  readonly byte: readonly [x: number, y: number];
  readonly type: 'int32' | 'float32';
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly grid?: SurveyGrid;
}

/** How usual a byte is for X (Y four bytes on), in units of log odds. */
const usual: Readonly<Record<number, number>> = { 181: 3, 73: 2, 81: 1.5 };
const usualElsewhere = -1.5;
/** Where a pair of 32-bit numbers may begin: at such fields of the standard, and anywhere in what it left open. */
const possible = [
  ...traceHeader.filter(({ type, byte }) => type === 'int32' && byte < 181).map(({ byte }) => byte),
  ...Array.from({ length: 27 }, (_, i) => 181 + 2 * i),
];

export interface LineNumbers {
  readonly inline: Pick<ScannedField, 'byte' | 'values'>;
  readonly crossline: Pick<ScannedField, 'byte' | 'values'>;
}

/** Two neighbouring fields as stored, before anything is known of them. */
export type Places = Pick<CoordinatePair, 'byte' | 'type' | 'x' | 'y'>;

/** Every pair of fields that could be coordinates: both whole numbers, or both floats at the usual bytes; one of them moves. */
export const readPlaces = (block: HeaderBlock, endian: Endian): Places[] =>
  possible.flatMap((byte) =>
    (['int32', 'float32'] as const).flatMap((type) => {
      if (type === 'float32' && usual[byte] === undefined) return [];
      const pair = readPair(block, endian, byte, type);
      return pair ? [pair] : [];
    }),
  );

/**
 * Those that lie on a plane over the line numbers, x = a + b·inline + c·crossline and y alike, best first. Without a
 * grid of lines: those at usual bytes. O(places · traces).
 */
export function coordinatePairs(
  places: readonly Places[],
  lines: LineNumbers | undefined,
  hints: TextHints,
): CoordinatePair[] {
  const taken = lines ? [lines.inline.byte, lines.crossline.byte] : [];
  const found: CoordinatePair[] = [];
  for (const pair of places) {
    const [byte] = pair.byte;
    if (taken.some((line) => line > byte - 4 && line < byte + 8)) continue;
    const one = lines ? onGrid(pair, lines) : usual[byte] === undefined ? undefined : onLine(pair);
    if (!one) continue;
    const named = hints.bytes.x === byte || hints.bytes.y === byte + 4;
    const common = (usual[byte] ?? usualElsewhere) - (pair.type === 'float32' ? 1 : 0);
    found.push({
      ...pair,
      ...one,
      score: one.score + common + (named ? 2.5 : 0),
      evidence: [...one.evidence, ...(named ? [`the text header names bytes ${byte} and ${byte + 4}`] : [])],
    });
  }
  return found.sort((a, b) => b.score - a.score);
}

function readPair(
  block: HeaderBlock,
  endian: Endian,
  byte: number,
  type: 'int32' | 'float32',
): Places | undefined {
  const view = viewOf(block.bytes);
  const little = endian === 'little';
  const column = (first: number) => {
    const values = new Float64Array(block.traces.length);
    for (let i = 0, at = first - 1; i < values.length; i++, at += traceHeaderBytes)
      values[i] = type === 'int32' ? view.getInt32(at, little) : view.getFloat32(at, little);
    return values;
  };
  const [x, y] = [column(byte), column(byte + 4)];
  const varies = (values: Float64Array) => values.some((value) => value !== values[0]);
  if (!(varies(x) || varies(y))) return undefined;
  if (type === 'float32') {
    const fits = (value: number) => value === 0 || (Math.abs(value) > 1e-2 && Math.abs(value) < 1e9);
    if (!(x.every(fits) && y.every(fits))) return undefined;
  }
  return { byte: [byte, byte + 4], type, x, y };
}

function onGrid({ x, y, byte }: Places, { inline, crossline }: LineNumbers) {
  const grid = fitGrid({ inline: inline.values, crossline: crossline.values, x, y });
  if (!grid) return undefined;
  const [high, wide] = [Math.hypot(...grid.inlineStep), Math.hypot(...grid.crosslineStep)];
  const area = Math.abs(
    grid.inlineStep[0] * grid.crosslineStep[1] - grid.inlineStep[1] * grid.crosslineStep[0],
  );
  const bin = Math.min(high, wide);
  // Both numbers must lead somewhere, and not the same way.
  if (!(area > 0.05 * high * wide) || bin < 1e-9) return undefined;
  const off = grid.residual.rms / bin;
  const fit = off <= 0.1 ? 4 : off <= 0.5 ? 2 : -8;
  const skew = Math.abs(grid.angle - 90);
  const right = skew < 0.5 ? 3 : skew < 3 ? 1 : -3;
  const ratio = Math.max(high, wide) / bin;
  // Bins are squares, or of simple proportions.
  const alike = [1, 2, 3, 4].some((simple) => Math.abs(ratio - simple) < 0.01 * simple)
    ? 2
    : ratio < 10
      ? 0
      : -2;
  const isUsual = usual[byte[0]] !== undefined;
  const copies = alongLines(grid) && !isUsual ? -8 : 0;
  const [farX, farY] = [x, y].map((values) => Math.abs(values[values.length >> 1]!));
  const size = Math.min(farX!, farY!) > 1000 ? 1 : isUsual ? -1 : -6;
  return {
    grid,
    score: fit + right + alike + copies + size,
    evidence: [
      `they lie on a plane over the line numbers, off it by ${off.toPrecision(2)} of a bin, with ${grid.angle.toFixed(1)}° between inlines and crosslines`,
    ],
  };
}

/** One coordinate hangs on one line number only and the other on the other: rather line numbers again than places. */
const alongLines = ({ inlineStep, crosslineStep }: SurveyGrid): boolean =>
  [...inlineStep, ...crosslineStep].filter((step) => Math.abs(step) < 1e-6).length === 2;

/** Along a line: it moves on, mostly by the same step. */
function onLine({ x, y }: Places): Score | undefined {
  const steps = Float64Array.from({ length: x.length - 1 }, (_, i) =>
    Math.hypot(x[i + 1]! - x[i]!, y[i + 1]! - y[i]!),
  ).filter((step) => step > 0);
  if (steps.length === 0) return undefined;
  const sorted = steps.slice().sort();
  const middle = sorted[sorted.length >> 1]!;
  const even = steps.filter((step) => Math.abs(step - middle) <= 0.2 * middle).length / steps.length;
  return {
    score: 3 * (even - 0.5),
    evidence: [
      `${Math.round(100 * even)} % of the steps from place to place are about ${middle.toPrecision(4)} as stored`,
    ],
  };
}

const scalars = [-10_000, -1000, -100, -10, 1, 10, 100];
/** Distances between lines that surveys are shot with, in metres and in feet. */
const usualBins = [5, 6.25, 10, 12.5, 15, 18.75, 20, 25, 30, 37.5, 40, 50, 55, 75, 82.5, 100, 110, 165, 220];

/**
 * What the scalar of coordinates is likely to be: as most headers say; unless places then leave the range of map
 * coordinates, or bins are too small or large. `bins`: distance of neighbouring places as stored.
 */
export function scalarCandidates(
  stated: number,
  { x, y }: Pick<CoordinatePair, 'x' | 'y'>,
  bins: readonly number[],
  told?: number,
): Candidate[] {
  const far = (values: Float64Array) => values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const [farX, farY] = [far(x), far(y)];
  return [...new Set([stated, ...scalars])]
    .filter((scalar) => scalar !== 0)
    .map((scalar) => {
      const times = scalar > 0 ? scalar : -1 / scalar;
      const sizes = bins.map((bin) => bin * times);
      const inRange = farX * times <= 2e6 && farY * times <= 1.05e7;
      const mapped = farX * times >= 1e5 && farY * times >= 1e5;
      const sized = sizes.every((size) => size >= 1 && size <= 500);
      const usualSize = sizes.filter((size) =>
        usualBins.some((bin) => Math.abs(size - bin) < 0.012 * bin),
      ).length;
      const said = scalar === stated || (stated === 0 && scalar === 1);
      const score =
        (said ? 4 : 0) +
        (scalar === told ? 3 : 0) +
        (inRange ? 2 : -4) +
        (mapped ? 1.5 : 0) +
        (sized ? 1 : -2) +
        (sizes.length > 0 ? (2 * usualSize) / sizes.length : 0);
      return {
        answer: String(scalar),
        score,
        evidence: [
          stated === 0 ? 'bytes 71–72 give no scalar (0)' : `bytes 71–72 give ${stated}`,
          ...(scalar === told ? [`the text header says that coordinates are scaled by ${-scalar}`] : []),
          `with ${scalar}, coordinates reach ${Number((farX * times).toPrecision(7))} and ${Number((farY * times).toPrecision(7))}${sizes.length > 0 ? `, places are ${sizes.map((size) => Number(size.toPrecision(4))).join(' and ')} apart` : ''}`,
        ],
      };
    });
}
