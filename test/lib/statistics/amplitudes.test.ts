import { expect, test } from 'vitest';
import { amplitudesOf } from '#dist/components/lib/statistics/amplitudes.js';
import { hasSharedData } from '../../support/shared.js';
import { readTrace } from '../spectra/segy-traces.js';

/** numpy 2.4.6, v all samples of segyio/f3.sgy as float64: v.mean(), v.std(), numpy.percentile(v, …), numpy.histogram(v, 20) */
test.skipIf(!hasSharedData)('amplitudes of F3 equal numpy', () => {
  const all = new Float32Array(414 * 75);
  for (let t = 0; t < 414; t++) all.set(readTrace('segyio/f3.sgy', t, 75), t * 75);
  const found = amplitudesOf(all)!;
  expect(found.mean).toBeCloseTo(25.128856682769726, 9);
  expect(found.sd).toBeCloseTo(2160.2136957678686, 8);
  expect(found.rms).toBeCloseTo(2160.3598475303265, 8);
  expect([found.minimum, found.maximum]).toEqual([-10239, 10827]);
  expect(found.quantile(0.01)).toBeCloseTo(-5485.51, 8);
  expect(found.quantile(0.95)).toBeCloseTo(3719.0999999999985, 8);
  expect(found.zeros / found.count).toBeCloseTo(0.1851207729468599, 12);
  const { edges, counts } = found.histogram(20);
  expect([...counts]).toEqual([
    1, 4, 25, 130, 352, 807, 1590, 2519, 3802, 10188, 4293, 3291, 2123, 1161, 514, 190, 49, 10, 0, 1,
  ]);
  expect(edges[3]).toBeCloseTo(-7079.1, 9);
});

test('one value alone has a histogram', () => {
  const { edges, counts } = amplitudesOf(new Float32Array(5).fill(2))!.histogram(4);
  expect([...edges]).toEqual([1.5, 1.75, 2, 2.25, 2.5]);
  expect([...counts]).toEqual([0, 0, 5, 0]);
});
