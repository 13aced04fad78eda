import type { EtsForm, EtsParams } from './ets-filter.js';
import { bounds } from './ets-start.js';

/**
 * Whether the parameters lie within the usual bounds (0 < beta < alpha < 1, 0 < gamma < 1 − alpha, 0.8 ≤ phi ≤ 0.98)
 * and the model forgets its first states: Hyndman et al. (2008), chapter 10; R forecast: `ets`, bounds "both".
 */
export function allowed(form: EtsForm, params: EtsParams, period: number): boolean {
  const { alpha, beta, gamma, phi } = params;
  const [least, most] = bounds.smoothing;
  if (alpha < least || alpha > most) return false;
  if (form.trend === 'A' && (beta < least || beta > alpha || beta > most)) return false;
  if (form.damped && (phi < bounds.phi[0] || phi > bounds.phi[1])) return false;
  // Without a season the usual bounds lie inside the region where the model forgets.
  if (form.season === 'N') return true;
  if (gamma < least || gamma > 1 - alpha || gamma > most) return false;
  return forgets(characteristic(params, form.trend === 'A', period));
}

/** Coefficients from the highest power of the discount matrix's characteristic polynomial, a known root 1 taken out. */
function characteristic({ alpha, beta, gamma, phi }: EtsParams, trend: boolean, m: number): number[] {
  if (!trend) {
    const c = new Array<number>(m + 1).fill(alpha);
    c[0] = 1;
    c[m] = alpha + gamma - 1;
    return c;
  }
  const c = new Array<number>(m + 2).fill(alpha + beta - alpha * phi);
  c[0] = 1;
  c[1] = alpha + beta - phi;
  c[m] = alpha + beta - alpha * phi + gamma - 1;
  c[m + 1] = phi * (1 - alpha - gamma);
  return c;
}

/** Whether every root lies inside the unit circle (Schur–Cohn, by stepping the degree down in place). */
function forgets(a: number[]): boolean {
  for (let degree = a.length - 1; degree > 0; degree--) {
    const k = a[degree]! / a[0]!;
    if (!(Math.abs(k) < 1)) return false;
    for (let i = 0, j = degree; i <= j; i++, j--) {
      const [front, back] = [a[i]!, a[j]!];
      a[i] = front - k * back;
      a[j] = back - k * front;
    }
  }
  return true;
}
