import { type Random, random } from '../random.js';
import { type Column, faulted, planeTime } from './column.js';
import { type FaciesMap, faciesMap } from './facies-map.js';
import type { LayeredEarthParams } from './params.js';
import { RandomField } from './random-field.js';

/** The earth under the places of one inline. */
export interface GeologyRow {
  readonly facies: Uint8Array;
  /** Natural logarithm of the impedance, crosslines × beds. */
  readonly logImpedance: Float64Array;
  readonly columns: readonly Column[];
}

/**
 * The mean of ln impedance of a target bed (counted from 0 among the target beds) filled by a facies; its standard
 * deviation is the facies' `sd`, and two target beds of a trace correlate by `lateral.common`.
 */
export const targetMean = (facies: LayeredEarthParams['facies'][number], target: number): number =>
  Math.log(facies.impedance) + (target % 2 === 0 ? facies.layering : -facies.layering);

/** Beds, structure, faults and facies, line by line. All that is random in it is drawn from `seed`. */
export class Geology {
  readonly targets: readonly number[];
  readonly #facies: FaciesMap;
  readonly #impedance: readonly RandomField[];
  readonly #common: RandomField;
  readonly #thickness: readonly RandomField[];
  readonly #phases: readonly number[];

  constructor(
    readonly params: LayeredEarthParams,
    seed: Random,
    sampled: readonly number[],
  ) {
    const { beds, lateral, structure } = params;
    const field = (correlation: number) => new RandomField(random(seed.u32()), correlation);
    this.targets = beds.flatMap(({ target }, i) => (target ? [i] : []));
    this.#facies = faciesMap(params, seed, sampled);
    this.#impedance = beds.map(() => field(lateral.impedance));
    this.#common = field(lateral.impedance);
    this.#thickness = beds.map(() => field(structure.correlation));
    this.#phases = structure.folds.map(() => 2 * Math.PI * seed.uniform());
  }

  /** Index of the facies under each crossline. */
  facies(inline: number): Uint8Array {
    return this.#facies.row(inline, this.params.grid.crosslines);
  }

  row(inline: number): GeologyRow {
    const facies = this.facies(inline);
    return {
      facies,
      logImpedance: this.#logImpedance(inline, facies),
      columns: this.#columns(inline),
    };
  }

  #logImpedance(inline: number, facies: Uint8Array): Float64Array {
    const { beds, grid, lateral, facies: classes } = this.params;
    const out = new Float64Array(grid.crosslines * beds.length);
    const shared = this.#common.row(inline, grid.crosslines);
    const [all, own] = [Math.sqrt(lateral.common), Math.sqrt(1 - lateral.common)];
    beds.forEach((bed, b) => {
      const field = this.#impedance[b].row(inline, grid.crosslines);
      const target = this.targets.indexOf(b);
      for (let j = 0; j < grid.crosslines; j++) {
        const rock = classes[facies[j]];
        out[j * beds.length + b] = bed.target
          ? targetMean(rock, target) + rock.sd * (all * shared[j] + own * field[j])
          : Math.log(bed.impedance) + bed.sd * field[j];
      }
    });
    return out;
  }

  #columns(inline: number): Column[] {
    const { beds, grid, faults } = this.params;
    const thickness = this.#thickness.map((field) => field.row(inline, grid.crosslines));
    const order = beds.map((_, b) => b);
    return Array.from({ length: grid.crosslines }, (_, crossline) => {
      const tops: number[] = [];
      let base = 0;
      let nominal = 0;
      beds.forEach((bed, b) => {
        tops.push(b === 0 ? 0 : Math.max(tops[b - 1], base + this.#relief(inline, crossline, nominal)));
        base += bed.thickness * Math.max(0.2, 1 + this.params.structure.thickness * thickness[b][crossline]);
        nominal += bed.thickness;
      });
      return faults.reduce<Column>(
        (column, fault) => faulted(column, fault, planeTime(fault, inline, crossline)),
        { tops, beds: order, whole: order.map(() => true) },
      );
    });
  }

  /** Dip and folds at a depth, ms: nothing at the surface, in full from 1,000 ms down. */
  #relief(inline: number, crossline: number, depth: number): number {
    const { grid, structure } = this.params;
    const i = inline - grid.inlines / 2;
    const j = crossline - grid.crosslines / 2;
    let relief = structure.dipInline * i + structure.dipCrossline * j;
    structure.folds.forEach(({ amplitude, wavelength, azimuth }, f) => {
      const angle = (azimuth * Math.PI) / 180;
      const along = i * Math.cos(angle) + j * Math.sin(angle);
      relief += amplitude * Math.sin((2 * Math.PI * along) / wavelength + this.#phases[f]);
    });
    return relief * Math.min(1, depth / 1000);
  }
}
