import { planeTime } from './column.js';
import type { Geology, GeologyRow } from './geology.js';
import type { LayeredEarthParams } from './params.js';

/** Crossline numbers and map coordinates in metres of one inline, counted from 0. */
export function positions({ grid }: LayeredEarthParams, inline: number) {
  const angle = (grid.azimuth * Math.PI) / 180;
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const along = (j: number) => j * grid.crosslineSpacing;
  const up = inline * grid.inlineSpacing;
  const places = Array.from({ length: grid.crosslines }, (_, j) => j);
  return {
    crosslines: Int32Array.from(places, (j) => grid.firstCrossline + j),
    x: Float64Array.from(places, (j) => grid.originX + along(j) * cos - up * sin),
    y: Float64Array.from(places, (j) => grid.originY + along(j) * sin + up * cos),
  };
}

/** Impedance of the target beds, traces × target beds. */
export function targetImpedance(geology: Geology, row: GeologyRow): Float64Array {
  const { targets, params } = geology;
  return Float64Array.from({ length: row.columns.length * targets.length }, (_, i) => {
    const trace = Math.floor(i / targets.length);
    return Math.exp(row.logImpedance[trace * params.beds.length + targets[i % targets.length]]);
  });
}

/** Time of the top of each bed in ms, traces × beds; NaN where a fault has cut it out, and where only its lower part is left. */
export function horizons({ beds }: LayeredEarthParams, row: GeologyRow): Float64Array {
  const out = new Float64Array(row.columns.length * beds.length).fill(Number.NaN);
  row.columns.forEach(({ tops, beds: stack, whole }, trace) => {
    stack.forEach((bed, s) => {
      if (whole[s]) out[trace * beds.length + bed] = tops[s];
    });
  });
  return out;
}

/** The truth at every sample, traces × samples: facies + 1 in the target beds and 0 elsewhere; 1 at fault planes. */
export function volumes(geology: Geology, row: GeologyRow, inline: number) {
  const { beds, faults, time } = geology.params;
  const faciesVolume = new Uint8Array(row.columns.length * time.samples);
  const faultMask = new Uint8Array(faciesVolume.length);
  row.columns.forEach(({ tops, beds: stack }, trace) => {
    const planes = faults.map((fault) => ({ fault, plane: planeTime(fault, inline, trace) }));
    for (let i = 0, s = 0; i < time.samples; i++) {
      const ms = i * time.intervalMs;
      while (s + 1 < tops.length && tops[s + 1] <= ms) s++;
      const at = trace * time.samples + i;
      if (beds[stack[s]].target) faciesVolume[at] = row.facies[trace] + 1;
      const near = ({ fault, plane }: (typeof planes)[number]) =>
        ms > fault.tip && (Math.abs(ms - plane) * fault.lean) / 100 < 1;
      if (planes.some(near)) faultMask[at] = 1;
    }
  });
  return { faciesVolume, faultMask };
}
