import {
  absolute,
  largest,
  leastSubgradient,
  type Minimum,
  type Objective,
  rounding,
  type StopRule,
} from './objective.js';

const MEMORY = 10;

interface Pair {
  readonly s: Float64Array;
  readonly y: Float64Array;
  readonly sy: number;
}

const dot = (a: Float64Array, b: Float64Array) => {
  let sum = 0;
  for (let j = 0; j < a.length; j++) sum += a[j]! * b[j]!;
  return sum;
};

/** Applies an approximate inverse of the second derivatives. */
export type Precondition = (v: Float64Array) => Float64Array;

/** −H⁻¹g by the two-loop recursion (Nocedal 1980). */
function direction(g: Float64Array, pairs: readonly Pair[], precondition?: Precondition): Float64Array {
  let d: Float64Array = g.map((v) => -v);
  const factors = pairs.map(() => 0);
  for (let k = pairs.length - 1; k >= 0; k--) {
    const { s, y, sy } = pairs[k]!;
    const factor = dot(s, d) / sy;
    factors[k] = factor;
    for (let j = 0; j < d.length; j++) d[j]! -= factor * y[j]!;
  }
  const last = pairs.at(-1);
  if (precondition) d = precondition(d);
  else if (last) {
    const scale = last.sy / dot(last.y, last.y);
    for (let j = 0; j < d.length; j++) d[j]! *= scale;
  }
  pairs.forEach(({ s, y, sy }, k) => {
    const factor = factors[k]! - dot(y, d) / sy;
    for (let j = 0; j < d.length; j++) d[j]! += factor * s[j]!;
  });
  return d;
}

/**
 * L-BFGS (Liu and Nocedal 1989); with absolute values as OWL-QN (Andrew and Gao 2007), which keeps to one orthant
 * a step. For many parameters: O(size) memory and time an iteration beside one or two looks at the data. A good
 * `precondition` (only without absolute values) saves most of the iterations.
 */
export async function lbfgs(
  { size, penalty, evaluate }: Objective,
  { tolerance, maxIterations }: StopRule,
  precondition?: Precondition | undefined,
): Promise<Minimum> {
  let theta: Float64Array = new Float64Array(size);
  let at = await evaluate(theta, 'gradient');
  let pairs: Pair[] = [];
  for (let iterations = 0; ; iterations++) {
    const steepest = leastSubgradient(theta, at.gradient, penalty);
    if (largest(steepest) <= tolerance) return { theta, iterations, converged: true };
    if (iterations === maxIterations) return { theta, iterations, converged: false };
    const d = direction(steepest, pairs, precondition);
    if (penalty) for (let j = 0; j < size; j++) if (d[j]! * steepest[j]! >= 0) d[j] = 0;
    const side = theta.map((t, j) => Math.sign(t || -steepest[j]!));
    const move = (step: number) =>
      theta.map((t, j) => {
        const moved = t + step * d[j]!;
        return penalty && penalty[j]! > 0 && moved * side[j]! < 0 ? 0 : moved;
      });
    const before = at.value + absolute(theta, penalty);
    let step = pairs.length > 0 || precondition ? 1 : Math.min(1, 1 / Math.sqrt(dot(d, d)));
    let next = move(step);
    let there = await evaluate(next, 'gradient');
    const enough = () => {
      const promised = next.reduce((sum, t, j) => sum + steepest[j]! * (t - theta[j]!), 0);
      return there.value + absolute(next, penalty) <= before + 1e-4 * promised + rounding(before);
    };
    for (; !enough(); step /= 2) {
      if (step < 1e-12) break;
      next = move(step / 2);
      there = await evaluate(next, 'gradient');
    }
    if (step < 1e-12) {
      // Rounding or a stale memory: forget it and try the plain gradient once before giving up.
      if (pairs.length === 0) return { theta, iterations, converged: false };
      pairs = [];
      continue;
    }
    const s = next.map((t, j) => t - theta[j]!);
    const y = there.gradient.map((g, j) => g - at.gradient[j]!);
    const sy = dot(s, y);
    if (sy > 1e-12 * dot(y, y)) pairs = [...pairs, { s, y, sy }].slice(-MEMORY);
    theta = next;
    at = there;
  }
}
