import { cholesky, solveLower } from '../linalg/cholesky.js';
import { targetMean } from './geology.js';
import type { LayeredEarth } from './layered-earth.js';
import { bandNoise } from './noise.js';
import { lowRankLogDensity, products } from './normal-density.js';
import type { Likelihood } from './oracle.js';
import type { LayeredEarthParams } from './params.js';
import { addReflection } from './wavelet.js';

/**
 * ln p(window of a recorded trace | facies) for each facies, with structure, wavelet, noise and the distributions of
 * the impedances known and the impedances themselves not.
 *
 * The window is y = A u + e: u the ln impedances of the beds, A their reflections at the known horizons, e noise of
 * known covariance L Lᵀ. Divided by L the noise is white, and given a facies u is normal, so y is.
 */
export function traceLikelihood(earth: LayeredEarth): Likelihood {
  const { params, noiseRms, geology } = earth;
  const { beds, time, window, gain, dominantHz } = params;
  const from = Math.round(window[0] / time.intervalMs);
  const size = Math.min(time.samples, Math.round(window[1] / time.intervalMs)) - from;
  const { autocovariance } = bandNoise(time.samples, time.intervalMs, params.noise);
  const covariance = Float64Array.from(
    { length: size * size },
    (_, i) => noiseRms ** 2 * autocovariance[Math.abs(Math.floor(i / size) - (i % size))],
  );
  cholesky(covariance, size);
  const laws = params.facies.map((rock) => impedanceLaw(params, geology.targets, rock));
  const wave = new Float64Array(time.samples);

  return (section) => {
    const { columns } = geology.row(section.inline - params.grid.firstInline);
    const design = beds.map(() => new Float64Array(size));
    return (trace) => {
      const { tops, beds: stack } = columns[trace];
      for (const column of design) column.fill(0);
      for (let s = 1; s < tops.length; s++) {
        wave.fill(0);
        addReflection(wave, gain / 2, tops[s], dominantHz, time.intervalMs);
        for (let i = 0; i < size; i++) {
          design[stack[s]][i] += wave[from + i];
          design[stack[s - 1]][i] -= wave[from + i];
        }
      }
      const seen = beds.flatMap((_, b) => (design[b].some((v) => v !== 0) ? [b] : []));
      const start = trace * time.samples + from;
      const y = solveLower(
        covariance,
        size,
        Float64Array.from(section.samples.subarray(start, start + size)),
      );
      const a = seen.map((b) => solveLower(covariance, size, design[b].slice()));
      const gram = a.map((column) => products(a, column));
      const projections = products(a, y);
      return laws.map((law) => {
        const { mean, factor } = law(seen);
        return lowRankLogDensity(gram, projections, mean, factor);
      });
    };
  };
}

/**
 * Mean and factor of the law of ln impedance of some beds, u = mean + factor·z: a z of each bed's own, and one common to
 * the target beds. Factors come by columns. Means are relative to the facies', which changes no contrast and spares digits.
 */
function impedanceLaw(
  { beds, lateral }: LayeredEarthParams,
  targets: readonly number[],
  rock: LayeredEarthParams['facies'][number],
) {
  const base = Math.log(rock.impedance);
  const own = rock.sd * Math.sqrt(1 - lateral.common);
  const common = rock.sd * Math.sqrt(lateral.common);
  const mean = beds.map(
    (bed, b) => (bed.target ? targetMean(rock, targets.indexOf(b)) : Math.log(bed.impedance)) - base,
  );
  return (seen: readonly number[]) => {
    const factor = seen.map((b, i) => {
      const column = new Float64Array(seen.length);
      column[i] = beds[b].target ? own : beds[b].sd;
      return column;
    });
    const shared = new Float64Array(seen.map((b) => (beds[b].target ? common : 0)));
    return { mean: new Float64Array(seen.map((b) => mean[b])), factor: [...factor, shared] };
  };
}
