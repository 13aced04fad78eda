/** The zero-phase Ricker wavelet of a dominant frequency in Hz at time t in ms; 1 at t = 0 (Ricker 1953). */
export function ricker(hz: number, t: number): number {
  const a = (Math.PI * hz * t) / 1000;
  return (1 - 2 * a * a) * Math.exp(-a * a);
}

/** Past this |t| in ms the wavelet is below 1e-8. */
export const rickerReach = (hz: number) => 4600 / Math.PI / hz;

/** Adds a reflection of this amplitude at a time in ms, which need not fall on a sample. */
export function addReflection(
  out: Float64Array,
  amplitude: number,
  time: number,
  hz: number,
  intervalMs: number,
): void {
  const reach = rickerReach(hz);
  const first = Math.max(0, Math.ceil((time - reach) / intervalMs));
  const last = Math.min(out.length - 1, Math.floor((time + reach) / intervalMs));
  for (let i = first; i <= last; i++) out[i] += amplitude * ricker(hz, i * intervalMs - time);
}
