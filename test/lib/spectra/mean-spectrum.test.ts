import { describe, expect, test } from 'vitest';
import { bandOf, spectrumKernel } from '#dist/components/lib/spectra/mean-spectrum.js';
import { hasSharedData } from '../../support/shared.js';
import { readTrace } from './segy-traces.js';

/** Means over all traces of a stretch. */
function meanSpectrum(samples: Float32Array, n: number, first = 0, length = n) {
  const args = { samples, n, first, length, taper: true };
  expect(spectrumKernel.blocks(args)).toBe(1);
  const { traces, amplitude } = spectrumKernel.run(args, 0);
  return { traces, amplitude: amplitude.map((sum) => sum / traces) };
}

/**
 * numpy 2.4.6, scipy 1.17.1, with x the traces as float64:
 *     f, p = signal.periodogram(x, fs=1/dt, window='hann', detrend='constant', scaling='spectrum', axis=1)
 *     a = numpy.sqrt(2 * p).mean(0)      # the Nyquist bin twice that: scipy does not double it
 */
describe.skipIf(!hasSharedData)('mean amplitude spectrum', () => {
  const f3 = new Float32Array(414 * 75);
  if (hasSharedData) for (let t = 0; t < 414; t++) f3.set(readTrace('segyio/f3.sgy', t, 75), t * 75);

  test('equals scipy on F3, dead traces left out', () => {
    const { amplitude, traces } = meanSpectrum(f3, 75);
    const alive = traces / 414;
    expect(amplitude[7]! * alive).toBeCloseTo(1580.3157257084372, 8);
    expect(amplitude[3]! * alive).toBeCloseTo(1272.4019270369736, 8);
    expect(amplitude[10]! * alive).toBeCloseTo(671.5928449708543, 8);
    const part = meanSpectrum(f3, 75, 25, 25);
    expect((part.amplitude[2]! * part.traces) / 414).toBeCloseTo(2587.4042021314567, 8);
    expect((part.amplitude[5]! * part.traces) / 414).toBeCloseTo(1180.992079062197, 8);
  });

  test('the band within 6 dB equals numpy.interp on F3', () => {
    const { amplitude } = meanSpectrum(f3, 75);
    const hertz = 1 / (75 * 0.004);
    const band = bandOf(amplitude, 6)!;
    expect(band.dominant * hertz).toBeCloseTo(23.333333333333336, 10);
    expect(band.low * hertz).toBeCloseTo(18.08551867378534, 8);
    expect(band.high * hertz).toBeCloseTo(31.76609736466554, 8);
  });
});

test('a sine that fits the trace has a peak of its amplitude, whatever constant is added', () => {
  const sine = Float32Array.from({ length: 64 }, (_, i) => 100 + 3 * Math.sin((2 * Math.PI * 5 * i) / 64));
  expect(meanSpectrum(sine, 64).amplitude[5]).toBeCloseTo(3, 5);
});

test('there is no band where nothing varies', () => {
  expect(bandOf(new Float64Array(9), 6)).toBeUndefined();
  expect(bandOf(new Float64Array(1), 6)).toBeUndefined();
});
