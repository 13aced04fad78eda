import { describe, test } from 'vitest';
import type { AttributeName } from '#dist/components/lib/spectra/attribute-names.js';
import { traceAttributes } from '#dist/components/lib/spectra/attributes.js';
import { planRealFft } from '#dist/components/lib/spectra/fft-real.js';
import { planHilbert } from '#dist/components/lib/spectra/hilbert.js';
import { traceFeatureNames } from '#dist/components/lib/spectra/trace-feature-names.js';
import { traceFeatures } from '#dist/components/lib/spectra/trace-features.js';
import { windowFeatures } from '#dist/components/lib/spectra/windows.js';
import { expectWithin } from '../support/close.js';
import { askPeer, hasPeers } from '../support/peer.js';

interface Answer {
  n: number;
  /** Three traces. */
  samples: number[];
  bins: number[];
  quadrature: number[];
  features: number[][];
  windows: { length: number; step: number; mean: number[]; std: number[]; energy: number[] };
  attributes: Record<AttributeName, number[]>;
}

const lengths = [4, 5, 7, 64, 75, 97, 101, 231, 462, 751, 1001, 1024, 1501, 2003, 4096];

function expectClose(got: ArrayLike<number>, want: readonly number[], tolerance: number, what: string) {
  const scale = want.reduce((most, v) => Math.max(most, Math.abs(v)), 0);
  const worst = want.reduce((most, v, i) => Math.max(most, Math.abs(got[i] - v)), 0);
  expectWithin(worst / scale, tolerance, what);
}

describe.skipIf(!hasPeers)('numpy and scipy', () => {
  const answers = hasPeers ? askPeer<Answer[]>('test/interop/spectra.py', JSON.stringify(lengths)) : [];

  test.each(answers)('FFT, Hilbert transform, features and attributes of $n samples', (answer) => {
    const { n } = answer;
    const samples = Float32Array.from(answer.samples);
    const fft = planRealFft(n);
    const bins = new Float64Array(3 * 2 * fft.bins);
    fft.forward(samples, 0, 3, bins, 0);
    expectClose(bins, answer.bins, 1e-13, 'bins');

    const quadrature = new Float64Array(n);
    planHilbert(fft)(samples, 2 * n, quadrature);
    expectClose(quadrature, answer.quadrature.slice(2 * n), 1e-13, 'quadrature');

    const columns = traceFeatureNames.map(() => new Float64Array(3));
    traceFeatures(samples, n, columns);
    columns.forEach((column, f) => {
      expectClose(column, answer.features[f], 1e-12, traceFeatureNames[f]);
    });

    const { length, step, ...inside } = answer.windows;
    const cut = traceFeatureNames.map(() => new Float64Array(inside.mean.length));
    windowFeatures(samples, n, { length, step }, cut);
    expectClose(cut[0], inside.mean, 1e-12, 'mean of windows');
    expectClose(cut[1], inside.std, 1e-12, 'standard deviation of windows');
    expectClose(cut[5], inside.energy, 1e-12, 'energy of windows');

    const names = Object.keys(answer.attributes) as AttributeName[];
    const out = names.map(() => new Float64Array(3));
    traceAttributes(names, n, 0.004)(samples, 0, 3, out, 0);
    names.forEach((name, a) => {
      expectClose(out[a], answer.attributes[name], 1e-10, name);
    });
  });
});
