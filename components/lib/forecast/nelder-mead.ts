export interface NelderMeadOptions {
  /** Stops where the simplex's values differ by less than this share of the first value. Default √ε. */
  readonly tolerance?: number;
  /** Default 2000. */
  readonly maxEvaluations?: number;
}

export interface Minimum {
  readonly x: Float64Array;
  readonly value: number;
  readonly evaluations: number;
}

/** Stands for a value that is not finite: such a point is never preferred. */
const huge = 1e35;

/**
 * A minimum of `f` near `start` by the simplex of Nelder and Mead (1965) in the form of Nash (1990), algorithm 19:
 * the one that R's `optim` follows, so that fits agree with R's. Reflection 1, contraction ½, expansion 2; the first
 * steps are a tenth of the largest coordinate. `f` may return NaN or Infinity where it is not defined.
 */
export function nelderMead(
  f: (x: Float64Array) => number,
  start: Float64Array,
  { tolerance = Math.sqrt(Number.EPSILON), maxEvaluations = 2000 }: NelderMeadOptions = {},
): Minimum {
  const n = start.length;
  let evaluations = 0;
  const valueAt = (x: Float64Array) => {
    evaluations++;
    const value = f(x);
    return Number.isFinite(value) ? value : huge;
  };
  const first = valueAt(start);
  const enough = tolerance * (Math.abs(first) + tolerance);
  const step = start.reduce((most, v) => Math.max(most, 0.1 * Math.abs(v)), 0) || 0.1;
  const points = Array.from({ length: n + 1 }, () => start.slice());
  let size = 0;
  for (let j = 0; j < n; j++) {
    let moved = step;
    for (; points[j + 1]![j] === start[j]; moved *= 10) points[j + 1]![j] = start[j]! + moved;
    size += moved;
  }
  const values = new Float64Array(n + 1);
  values[0] = first;
  let low = 0;
  const evaluateOthers = () => {
    for (let j = 0; j <= n; j++) if (j !== low) values[j] = valueAt(points[j]!);
  };
  evaluateOthers();
  const centre = new Float64Array(n);
  let trial = new Float64Array(n);
  let farther = new Float64Array(n);
  const put = (at: number, value: number) => {
    const spare = points[at]!;
    points[at] = trial;
    values[at] = value;
    trial = spare;
  };
  while (evaluations <= maxEvaluations) {
    let high = low;
    for (let j = 0; j <= n; j++) {
      if (values[j]! < values[low]!) low = j;
      if (values[j]! > values[high]!) high = j;
    }
    const worst = values[high]!;
    if (worst <= values[low]! + enough) break;
    for (let i = 0; i < n; i++) {
      let sum = -points[high]![i]!;
      for (let j = 0; j <= n; j++) sum += points[j]![i]!;
      centre[i] = sum / n;
      trial[i] = 2 * centre[i]! - points[high]![i]!;
    }
    const reflected = valueAt(trial);
    if (reflected < values[low]!) {
      for (let i = 0; i < n; i++) farther[i] = 2 * trial[i]! - centre[i]!;
      const expanded = valueAt(farther);
      if (expanded < reflected) [trial, farther] = [farther, trial];
      put(high, Math.min(expanded, reflected));
      continue;
    }
    if (reflected < worst) put(high, reflected);
    for (let i = 0; i < n; i++) trial[i] = 0.5 * points[high]![i]! + 0.5 * centre[i]!;
    const contracted = valueAt(trial);
    if (contracted < values[high]!) put(high, contracted);
    else if (reflected >= worst) {
      let shrunk = 0;
      for (const [j, point] of points.entries()) {
        if (j === low) continue;
        for (let i = 0; i < n; i++) {
          const from = points[low]![i]!;
          point[i] = 0.5 * (point[i]! - from) + from;
          shrunk += Math.abs(point[i]! - from);
        }
      }
      if (shrunk >= size) break;
      size = shrunk;
      evaluateOthers();
    }
  }
  return { x: points[low]!, value: values[low]!, evaluations };
}
