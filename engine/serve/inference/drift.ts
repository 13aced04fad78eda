import { chiSquare } from '../../../components/lib/statistics/chi-square.js';
import { kolmogorovSurvival } from '../../../components/lib/statistics/kolmogorov-smirnov.js';
import { benjaminiHochberg } from '../../../components/lib/statistics/many-tests.js';
import type { Json } from '../../canonical.js';
import type { JsonRow } from '../../learn/cells.js';

/** How far rows that were asked about have moved from the rows of training. */
export interface Drift {
  /** Features compared: those of which training kept a reference. */
  readonly features: number;
  /** Of those, features whose values differ, at a false discovery rate of 5 %. */
  readonly drifted: number;
}

/** What a bundle keeps of a feature in training (`describeFeatures`). */
type Reference =
  | { readonly rows: number; readonly missing: number; readonly deciles?: readonly number[] }
  | {
      readonly rows: number;
      readonly missing: number;
      readonly values: { readonly [text: string]: number };
      readonly rest: number;
    };

const LEVEL = 0.05;

/** Drift of rows by column name against the references of a bundle; undefined where there is no feature to compare. */
export function driftOf(
  references: { readonly [feature: string]: Json },
  rows: readonly JsonRow[],
): Drift | undefined {
  const p = Object.entries(references).map(([name, reference]) =>
    probability(
      reference as unknown as Reference,
      rows.map((row) => row[name]),
    ),
  );
  if (p.length === 0 || rows.length === 0) return undefined;
  const drifted = benjaminiHochberg(p).filter((adjusted) => adjusted <= LEVEL).length;
  return { features: p.length, drifted };
}

/** How probable values at least so different are where nothing has changed. */
function probability(reference: Reference, values: readonly unknown[]): number {
  if ('values' in reference) return ofTexts(reference, values);
  const present = values.filter((value) => value !== null && value !== undefined).map(Number);
  const before = reference.rows - reference.missing;
  const missing = ofCounts([before, reference.missing], [present.length, values.length - present.length]);
  const { deciles } = reference;
  if (!deciles || present.length === 0) return missing;
  const distance = leastDistance(deciles, before, present);
  const scale = Math.sqrt((before * present.length) / (before + present.length));
  return Math.min(1, 2 * Math.min(missing, kolmogorovSurvival(scale * distance)));
}

/**
 * Lower bound on the Kolmogorov–Smirnov distance of a sample from `rows` values of which only the deciles are known
 * (the i-th the value at `round(i/10 · (rows − 1))` in order): the distance at those values. So what is called drift
 * is drift, while a difference between two deciles can go unseen.
 */
export function leastDistance(deciles: readonly number[], rows: number, sample: readonly number[]): number {
  const sorted = Float64Array.from(sample).sort();
  let distance = 0;
  let below = 0;
  let upTo = 0;
  for (const [i, value] of deciles.entries()) {
    while (below < sorted.length && sorted[below]! < value) below++;
    while (upTo < sorted.length && sorted[upTo]! <= value) upTo++;
    const at = Math.round((i / 10) * (rows - 1));
    distance = Math.max(distance, below / sorted.length - at / rows, (at + 1) / rows - upTo / sorted.length);
  }
  return distance;
}

function ofTexts(
  { values, rest, missing }: Extract<Reference, { values: unknown }>,
  found: readonly unknown[],
): number {
  const names = new Map(Object.keys(values).map((name, i) => [name, i]));
  const before = [...Object.values(values), rest, missing];
  const after = new Array<number>(before.length).fill(0);
  for (const value of found) {
    const at = value === null ? names.size + 1 : (names.get(String(value)) ?? names.size);
    after[at]!++;
  }
  return ofCounts(before, after);
}

/** Chi-squared on two rows of counts; kinds that neither has tell nothing. */
function ofCounts(before: readonly number[], after: readonly number[]): number {
  const kept = before.flatMap((count, i) => (count + after[i]! > 0 ? [i] : []));
  if (kept.length < 2) return 1;
  return chiSquare([kept.map((i) => before[i]!), kept.map((i) => after[i]!)], 1).p;
}
