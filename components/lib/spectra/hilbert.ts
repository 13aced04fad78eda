import type { RealFft, Samples } from './fft-real.js';

/** Writes the Hilbert transform of x[offset … offset+n) into `out`. */
export type Hilbert = (x: Samples, offset: number, out: Float64Array) => void;

/**
 * The Hilbert transform by way of a real FFT of the trace's own length, the imaginary part of the analytic signal; equals
 * scipy.signal.hilbert(x).imag. Bins are turned by −90°; DC, and the Nyquist bin of an even length, have none to give.
 */
export function planHilbert(fft: RealFft): Hilbert {
  const spectrum = new Float64Array(2 * fft.bins);
  return (x, offset, out) => {
    fft.forward(x, offset, 1, spectrum, 0);
    for (let k = 0; k < fft.bins; k++) {
      const re = spectrum[2 * k];
      const turned = k > 0 && 2 * k < fft.n;
      spectrum[2 * k] = turned ? spectrum[2 * k + 1] : 0;
      spectrum[2 * k + 1] = turned ? -re : 0;
    }
    fft.inverse(spectrum, 0, out, 0);
  };
}
