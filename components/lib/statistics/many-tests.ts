import { InputError } from '../errors.js';

function check(p: ArrayLike<number>) {
  for (let i = 0; i < p.length; i++)
    if (!(p[i]! >= 0 && p[i]! <= 1)) throw new InputError('probabilities', `${p[i]} is not a p-value`);
}

/** p-values times their number, at most 1: bounds the chance of any false alarm. Throws `probabilities`. */
export function bonferroni(p: ArrayLike<number>): Float64Array {
  check(p);
  return Float64Array.from(p, (value) => Math.min(1, value * p.length));
}

/**
 * p-values adjusted by Benjamini and Hochberg (1995): those at or below α bound the share of false alarms among
 * alarms by α (scipy.stats.false_discovery_control). Throws `probabilities`.
 */
export function benjaminiHochberg(p: ArrayLike<number>): Float64Array {
  check(p);
  const order = Array.from(p, (_, i) => i).sort((a, b) => p[b]! - p[a]!);
  const adjusted = new Float64Array(p.length);
  let least = 1;
  order.forEach((i, above) => {
    least = Math.min(least, p[i]! * (p.length / (p.length - above)));
    adjusted[i] = least;
  });
  return adjusted;
}
