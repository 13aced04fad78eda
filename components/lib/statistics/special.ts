import { gammaln } from 'simple-statistics';

/**
 * Incomplete gamma and beta functions to about 1e-13 relative, also far in the tails and for large parameters: their
 * leading factors are written as saddle-point densities (Loader 2000), which lose no digits to cancellation. Every
 * function here gives NaN for NaN.
 */

const HALF_LOG_2PI = Math.log(2 * Math.PI) / 2;
const TINY = 1e-300;

/** ln Γ(n + 1) − (n + ½) ln n + n − ½ ln 2π. */
function stirlingError(n: number): number {
  if (n <= 15) return gammaln(n + 1) - (n + 0.5) * Math.log(n) + n - HALF_LOG_2PI;
  const s = 1 / (n * n);
  return (1 / 12 - s * (1 / 360 - s * (1 / 1260 - s * (1 / 1680 - s * (1 / 1188 - s * (691 / 360360)))))) / n;
}

/** x ln(x / m) + m − x, without cancellation where x is near m. */
function deviance(x: number, m: number): number {
  const d = x - m;
  if (Math.abs(d) >= 0.1 * (x + m)) return x * Math.log(x / m) - d;
  const v = d / (x + m);
  let sum = d * v;
  let term = 2 * x * v;
  for (let j = 3; ; j += 2) {
    term *= v * v;
    const next = sum + term / j;
    if (next === sum) return sum;
    sum = next;
  }
}

/** Upper tail Q(a, x) = Γ(a, x) / Γ(a) of the regularised incomplete gamma function, a > 0, x ≥ 0. */
export function gammaQ(a: number, x: number): number {
  if (Number.isNaN(a + x)) return Number.NaN;
  if (x <= 0) return 1;
  if (x === Number.POSITIVE_INFINITY) return 0;
  // xᵃ e⁻ˣ / Γ(a + 1)
  const density = Math.exp(-stirlingError(a) - deviance(a, x)) / Math.sqrt(2 * Math.PI * a);
  if (x < a + 1) {
    let term = 1;
    let sum = 1;
    for (let k = 1; term > sum * 1e-17; k++) {
      term *= x / (a + k);
      sum += term;
    }
    return 1 - density * sum;
  }
  // Lentz's evaluation of the continued fraction of Γ(a, x).
  let b = x + 1 - a;
  let c = 1 / TINY;
  let d = 1 / b;
  let h = d;
  for (let k = 1; ; k++) {
    const an = -k * (k - a);
    b += 2;
    d = 1 / nonZero(an * d + b);
    c = nonZero(b + an / c);
    h *= d * c;
    if (Math.abs(d * c - 1) < 1e-16) return density * a * h;
  }
}

const nonZero = (x: number) => (Math.abs(x) < TINY ? TINY : x);

/**
 * Regularised incomplete beta function I_x(a, b), a, b > 0, with y = 1 − x handed in so that neither end loses digits.
 */
export function betaI(a: number, b: number, x: number, y: number): number {
  if (Number.isNaN(a + b + x + y)) return Number.NaN;
  if (x <= 0) return 0;
  if (y <= 0) return 1;
  if (x > (a + 1) / (a + b + 2)) return 1 - betaTail(b, a, y, x);
  return betaTail(a, b, x, y);
}

function betaTail(a: number, b: number, x: number, y: number): number {
  const n = a + b;
  const log =
    stirlingError(n) - stirlingError(a) - stirlingError(b) - deviance(a, n * x) - deviance(b, n * y);
  // xᵃ yᵇ / (a B(a, b))
  const density = ((Math.exp(log) * b) / n) * Math.sqrt(n / (2 * Math.PI * a * b));
  let c = 1;
  let d = 1 / nonZero(1 - (n * x) / (a + 1));
  let h = d;
  for (let m = 1; ; m++) {
    const even = (m * (b - m) * x) / ((a - 1 + 2 * m) * (a + 2 * m));
    d = 1 / nonZero(1 + even * d);
    c = nonZero(1 + even / c);
    h *= d * c;
    const odd = (-(a + m) * (n + m) * x) / ((a + 2 * m) * (a + 1 + 2 * m));
    d = 1 / nonZero(1 + odd * d);
    c = nonZero(1 + odd / c);
    h *= d * c;
    if (Math.abs(d * c - 1) < 1e-16 || m > 100_000) return density * h;
  }
}

/** Complementary error function. */
export const erfc = (x: number) => (x >= 0 ? gammaQ(0.5, x * x) : 2 - gammaQ(0.5, x * x));

/** Error function. */
export const erf = (x: number): number => {
  if (!(Math.abs(x) <= 0.5)) return 1 - erfc(x);
  let term = x;
  let sum = x;
  for (let k = 1; ; k++) {
    term *= (-x * x) / k;
    const next = sum + term / (2 * k + 1);
    if (next === sum) return (2 / Math.sqrt(Math.PI)) * sum;
    sum = next;
  }
};

/** P(Z > z) of the standard normal distribution. */
export const normalSurvival = (z: number) => erfc(z / Math.SQRT2) / 2;

/** P(X > x) of the χ² distribution. */
export const chiSquareSurvival = (x: number, degrees: number) => gammaQ(degrees / 2, x / 2);

/** P(|T| > |t|) of Student's t distribution. */
export function tTwoSided(t: number, degrees: number): number {
  const square = t * t;
  if (square === Number.POSITIVE_INFINITY) return 0;
  return betaI(degrees / 2, 0.5, degrees / (degrees + square), square / (degrees + square));
}

/** The t that |T| stays below with probability `confidence`, 0 to 1: scipy's t.interval about 0. By bisection, to rounding. */
export function tQuantile(confidence: number, degrees: number): number {
  let high = 1;
  while (tTwoSided(high, degrees) > 1 - confidence) high *= 2;
  let low = 0;
  for (let middle = high / 2; middle > low && middle < high; middle = (low + high) / 2) {
    if (tTwoSided(middle, degrees) > 1 - confidence) low = middle;
    else high = middle;
  }
  return high;
}

/** P(X > f) of the F distribution. */
export function fSurvival(f: number, numerator: number, denominator: number): number {
  if (f === Number.POSITIVE_INFINITY) return 0;
  const whole = denominator + numerator * f;
  return betaI(denominator / 2, numerator / 2, denominator / whole, (numerator * f) / whole);
}

/** eˣ K_ν(x), x > 0: trapezes over ∫ e^(x − x cosh t) cosh νt dt, which converge faster than any power. */
export function besselKScaled(order: number, x: number): number {
  if (Number.isNaN(order + x)) return Number.NaN;
  const step = 0.05;
  let sum = 0.5;
  for (let t = step; ; t += step) {
    const term = Math.exp(-2 * x * Math.sinh(t / 2) ** 2) * Math.cosh(order * t);
    sum += term;
    if (term < sum * 1e-18) return step * sum;
  }
}
