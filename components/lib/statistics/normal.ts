import { InputError } from '../errors.js';
import { normalSurvival } from './special.js';

/** z with P(Z ≤ z) = p of the standard normal distribution (R: `qnorm`). Throws `probability` unless 0 < p < 1. */
export function normalQuantile(p: number): number {
  if (!(p > 0 && p < 1)) throw new InputError('probability', `${p} is not between 0 and 1`);
  return p < 0.5 ? -upper(p) : upper(1 - p);
}

/** Smaller tails are as good as this one: the survival function has no digits left there. */
const LEAST = 1e-307;

/**
 * z with P(Z > z) = tail ≤ ½, by Newton's method on the logarithm of the survival function, which is nearly a parabola;
 * from above, P(Z > z) ≤ exp(−z² / 2), so that no step passes it.
 */
function upper(chance: number): number {
  const tail = Math.max(chance, LEAST);
  let z = Math.min(37.5, Math.sqrt(-2 * Math.log(tail)));
  for (let i = 0; i < 100; i++) {
    const beyond = normalSurvival(z);
    const density = Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
    const step = Math.log(beyond / tail) * (beyond / density);
    z += step;
    if (Math.abs(step) < 1e-15 * Math.max(1, z)) break;
  }
  return Math.max(0, z);
}
