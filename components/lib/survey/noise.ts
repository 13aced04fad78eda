import type { Random } from '../random.js';
import { planRealFft } from '../spectra/fft-real.js';
import type { LayeredEarthParams } from './params.js';

export interface BandNoise {
  /** Covariance of two samples by their distance in samples; 1 at 0. */
  readonly autocovariance: Float64Array;
  /** Fills `out` (n samples) with noise drawn from `random`. */
  fill(random: Random, out: Float64Array): void;
}

/** Gaussian noise of variance 1 with the spectrum asked for, periodic over the n samples of a trace. */
export function bandNoise(
  n: number,
  intervalMs: number,
  { band, floor }: LayeredEarthParams['noise'],
): BandNoise {
  const fft = planRealFft(n);
  const response = Float64Array.from({ length: fft.bins }, (_, k) =>
    k === 0 ? 0 : Math.max(floor, trapezoid(band, (1000 * k) / (n * intervalMs))),
  );
  const alone = (k: number) => 2 * k === n;
  const power = response.reduce((total, r, k) => total + (alone(k) ? 1 : 2) * r * r, 0);
  const spectrum = new Float64Array(2 * fft.bins);
  const autocovariance = new Float64Array(n);
  response.forEach((r, k) => {
    spectrum[2 * k] = (n * r * r) / power;
  });
  fft.inverse(spectrum, 0, autocovariance, 0);
  // A bin of variance v adds 2v/n² to the variance of each sample, for itself and for its mirror image.
  const scale = n / Math.sqrt(power);
  return {
    autocovariance,
    fill(random, out) {
      for (let k = 1; k < fft.bins; k++) {
        const deviation = scale * response[k] * (alone(k) ? 1 : Math.SQRT1_2);
        spectrum[2 * k] = deviation * random.normal();
        spectrum[2 * k + 1] = alone(k) ? 0 : deviation * random.normal();
      }
      fft.inverse(spectrum, 0, out, 0);
    },
  };
}

function trapezoid([a, b, c, d]: readonly [number, number, number, number], hz: number): number {
  if (hz <= a || hz >= d) return 0;
  if (hz < b) return (hz - a) / (b - a);
  return hz > c ? (d - hz) / (d - c) : 1;
}
