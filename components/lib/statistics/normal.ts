import { InputError } from '../errors.js';
import { normalSurvival } from './special.js';

/**
 * z with P(Z ≤ z) = p of the standard normal distribution (R: `qnorm`), by Newton's method from 0: the density falls
 * to both sides, so that steps towards a tail never pass it. Throws `probability` unless 0 < p < 1.
 */
export function normalQuantile(p: number): number {
  if (!(p > 0 && p < 1)) throw new InputError('probability', `${p} is not between 0 and 1`);
  if (p < 0.5) return -normalQuantile(1 - p);
  let z = 0;
  for (let i = 0; i < 100; i++) {
    const density = Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
    const step = (normalSurvival(z) - (1 - p)) / density;
    z += step;
    if (Math.abs(step) < 1e-15 * Math.max(1, z)) break;
  }
  return z;
}
