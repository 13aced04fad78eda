import type { Random } from '../random.js';

/** Enough for values that are normal to a kurtosis of −0.02. */
const waves = 64;

/**
 * A stationary random field over the map, mean 0, variance 1, correlation exp(−d²/2L²) at a distance of d traces:
 * a sum of plane waves whose wave numbers are drawn from the field's spectrum (Shinozuka and Jan 1972). It needs no
 * memory for the map, so a survey of any size can be made line by line. O(64) a place.
 */
export class RandomField {
  readonly #along = new Float64Array(waves);
  readonly #across = new Float64Array(waves);
  readonly #phase = new Float64Array(waves);

  constructor(random: Random, correlation: number) {
    for (let w = 0; w < waves; w++) {
      this.#along[w] = random.normal() / correlation;
      this.#across[w] = random.normal() / correlation;
      this.#phase[w] = 2 * Math.PI * random.uniform();
    }
  }

  /** The field at `crosslines` neighbouring places of one inline, counted from 0. */
  row(inline: number, crosslines: number): Float64Array {
    const out = new Float64Array(crosslines);
    const amplitude = Math.sqrt(2 / waves);
    for (let w = 0; w < waves; w++) {
      const start = this.#along[w] * inline + this.#phase[w];
      const stepRe = Math.cos(this.#across[w]);
      const stepIm = Math.sin(this.#across[w]);
      let re = amplitude * Math.cos(start);
      let im = amplitude * Math.sin(start);
      for (let j = 0; j < crosslines; j++) {
        out[j] += re;
        const next = re * stepRe - im * stepIm;
        im = re * stepIm + im * stepRe;
        re = next;
      }
    }
    return out;
  }
}
