import { type Random, random } from '../random.js';
import type { Facies, LayeredEarthParams } from './params.js';
import { RandomField } from './random-field.js';

/** Which facies fills the target at each place: patches, cut out of two smooth fields at the levels that give the shares. */
export interface FaciesMap {
  /** Index into the facies at each crossline of one inline, counted from 0. */
  row(inline: number, crosslines: number): Uint8Array;
}

interface Cut {
  readonly facies: number;
  /** Of the first field: where this facies ends and the next begins. */
  readonly to: number;
  /** Facies inside this one, above a level of the second field. */
  readonly inside?: { readonly facies: number; readonly from: number };
}

/**
 * The first field, cut into slices in the order of the facies; a facies with `within` takes the highest places of the
 * second field in its host's slice. The levels are quantiles over the places of `sampled` inlines, so shares are met
 * to a per cent or so.
 */
export function faciesMap(params: LayeredEarthParams, seed: Random, sampled: readonly number[]): FaciesMap {
  const { facies, lateral, grid } = params;
  const rocks = new RandomField(random(seed.u32()), lateral.facies);
  const fluids = new RandomField(random(seed.u32()), lateral.facies);
  const places = sampled.flatMap((inline) => {
    const [a, b] = [rocks.row(inline, grid.crosslines), fluids.row(inline, grid.crosslines)];
    return Array.from(a, (value, i) => ({ rock: value, fluid: b[i] }));
  });
  const cuts = faciesCuts(facies, places);
  return {
    row(inline, crosslines) {
      const rock = rocks.row(inline, crosslines);
      const fluid = fluids.row(inline, crosslines);
      return Uint8Array.from(rock, (value, i) => {
        const cut = cuts.find(({ to }) => value < to)!;
        return cut.inside && fluid[i] >= cut.inside.from ? cut.inside.facies : cut.facies;
      });
    },
  };
}

function faciesCuts(facies: readonly Facies[], places: readonly { rock: number; fluid: number }[]): Cut[] {
  const byRock = [...places].sort((a, b) => a.rock - b.rock);
  const cuts: Cut[] = [];
  let share = 0;
  facies.forEach((host, index) => {
    if (host.within !== undefined) return;
    const guest = facies.findIndex(({ within }) => within === host.name);
    const width = host.share + (guest < 0 ? 0 : facies[guest].share);
    const from = Math.round(share * byRock.length);
    share += width;
    const to = Math.round(share * byRock.length);
    const fluids = byRock
      .slice(from, to)
      .map(({ fluid }) => fluid)
      .sort((a, b) => a - b);
    const level = Math.floor(fluids.length * (host.share / width));
    cuts.push({
      facies: index,
      to: byRock[to]?.rock ?? Number.POSITIVE_INFINITY,
      ...(guest < 0 ? {} : { inside: { facies: guest, from: fluids[level] ?? Number.POSITIVE_INFINITY } }),
    });
  });
  return [...cuts.slice(0, -1), { ...cuts[cuts.length - 1], to: Number.POSITIVE_INFINITY }];
}
