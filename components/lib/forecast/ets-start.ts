import { cholesky, choleskySolve } from '../linalg/cholesky.js';
import { seasonalFigure } from './decompose.js';
import type { EtsForm, EtsParams, EtsStates } from './ets-filter.js';

/** Bounds of alpha, beta, gamma (all alike) and phi: those of R's `ets`. */
export const bounds = { smoothing: [0.0001, 0.9999], phi: [0.8, 0.98] } as const;

/** Where the search for smoothing parameters begins (R forecast: `ets`). */
export function startParams(form: EtsForm, period: number): EtsParams {
  const [least, most] = bounds.smoothing;
  const alpha = least + (0.2 * (most - least)) / (form.season === 'N' ? 1 : period);
  const beta = form.trend === 'N' ? 0 : least + 0.1 * (Math.min(most, alpha) - least);
  const gamma = form.season === 'N' ? 0 : least + 0.05 * (Math.min(most, 1 - alpha) - least);
  const phi = form.damped ? bounds.phi[0] + 0.99 * (bounds.phi[1] - bounds.phi[0]) : 1;
  return { alpha, beta, gamma, phi };
}

/**
 * Where the search for the first states begins (Hyndman et al. 2002; R forecast: `ets`): seasons by classical
 * decomposition, or by a trend with one harmonic below three periods; level and slope by a line through the first
 * ten values or two periods.
 */
export function startStates(values: Float64Array, form: EtsForm, period: number): EtsStates {
  const kind = form.season;
  const n = values.length;
  let season = new Float64Array(0);
  let adjusted = values;
  if (kind !== 'N') {
    const seasonal = seasonsOf(values, kind, period);
    season = seasonal.slice(0, period);
    if (kind === 'A') adjusted = values.map((y, t) => y - seasonal[t]!);
    else {
      adjusted = values.map((y, t) => y / Math.max(seasonal[t]!, 1e-2));
      for (let i = 1; i < period; i++) season[i] = Math.max(season[i]!, 1e-2);
      const sum = season.subarray(1).reduce((a, b) => a + b, 0);
      const scale = sum > period ? sum + 1e-2 * (period - 1) : 1;
      for (let i = 1; i < period; i++) season[i]! /= scale;
    }
    season[0] = closing(season, kind);
  }
  const head = adjusted.subarray(0, Math.min(Math.max(10, 2 * season.length), n));
  if (form.trend === 'N') return { level: head.reduce((a, b) => a + b, 0) / head.length, slope: 0, season };
  const [level, slope] = regress(head, [() => 1, (t) => t + 1]) as unknown as [number, number];
  // A first forecast of zero has no relative error.
  if (Math.abs(level + slope) < 1e-8) return { level: level * 1.001, slope: slope * 0.999, season };
  return { level, slope, season };
}

/** The first season, which the others leave: together they are 0, or on average 1. */
export function closing(season: Float64Array, kind: 'A' | 'M'): number {
  let sum = 0;
  for (let i = season.length - 1; i > 0; i--) sum += season[i]!;
  return (kind === 'M' ? season.length : 0) - sum;
}

/** The seasonal part of each value. */
function seasonsOf(values: Float64Array, kind: 'A' | 'M', period: number): Float64Array {
  if (values.length >= 3 * period) {
    const figure = seasonalFigure(values, period, kind === 'A' ? 'additive' : 'multiplicative');
    return values.map((_, t) => figure[t % period]!);
  }
  const angle = (t: number) => (2 * Math.PI * (t + 1)) / period;
  const waves = [
    (t: number) => Math.cos(angle(t)),
    ...(period > 2 ? [(t: number) => Math.sin(angle(t))] : []),
  ];
  const [level, slope] = regress(values, [() => 1, (t) => t + 1, ...waves]);
  return values.map((y, t) => {
    const line = level! + slope! * (t + 1);
    return kind === 'A' ? y - line : y / line;
  });
}

/** Least squares of the values on functions of their index, the first of which is constant. */
export function regress(values: ArrayLike<number>, terms: readonly ((t: number) => number)[]): Float64Array {
  const k = terms.length;
  const gram = new Float64Array(k * k);
  const cross = new Float64Array(k);
  for (let t = 0; t < values.length; t++)
    for (let i = 0; i < k; i++) {
      const x = terms[i]!(t);
      cross[i]! += x * values[t]!;
      for (let j = 0; j <= i; j++) gram[i * k + j]! += x * terms[j]!(t);
    }
  cholesky(gram, k);
  return choleskySolve(gram, k, cross);
}
