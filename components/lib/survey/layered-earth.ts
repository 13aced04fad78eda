import type { Kernel } from '../compute/kernel.js';
import { random } from '../random.js';
import { checkParams } from './check-params.js';
import { Geology, type GeologyRow } from './geology.js';
import { bandNoise } from './noise.js';
import type { LayeredEarthParams } from './params.js';
import { horizons, positions, targetImpedance, volumes } from './truth.js';
import { addReflection } from './wavelet.js';

/** State of a trace as recorded: dead traces are all zero, clipped ones cut off at a level. */
export const traceState = { live: 0, dead: 1, clipped: 2 } as const;

export interface SectionOptions {
  /** Also the truth at every sample: `faciesVolume` and `faultMask`. */
  readonly volumes?: boolean;
  /** Also the samples without noise and damage. */
  readonly clean?: boolean;
}

/** One inline as recorded, and the truth about it. Traces run over crosslines. */
export interface Section {
  readonly inline: number;
  readonly crosslines: Int32Array;
  /** Metres. */
  readonly x: Float64Array;
  readonly y: Float64Array;
  /** Traces × samples. */
  readonly samples: Float32Array;
  /** Index into `params.facies` of what fills the target beds: the label. */
  readonly facies: Uint8Array;
  /** Impedance of the target beds, traces × target beds. */
  readonly targetImpedance: Float64Array;
  /** Time of the top of each bed in ms, traces × beds; NaN where a fault has cut it out. */
  readonly horizons: Float64Array;
  /** One of `traceState` a trace. */
  readonly state: Uint8Array;
  /** Traces × samples: 0 outside the target beds, facies + 1 inside. */
  readonly faciesVolume?: Uint8Array;
  /** Traces × samples: 1 within one trace of a fault plane, below its tip. */
  readonly faultMask?: Uint8Array;
  /** Traces × samples. */
  readonly clean?: Float32Array;
}

export interface LayeredEarth {
  readonly params: LayeredEarthParams;
  readonly geology: Geology;
  /** Root mean square, within the window, of the noise-free traces and of the noise. */
  readonly signalRms: number;
  readonly noiseRms: number;
  /** Inline 0 … inlines−1, whichever sections were made before. */
  section(inline: number, options?: SectionOptions): Section;
}

/**
 * A three-dimensional layered earth of known truth and the stacked survey recorded over it: beds with dip, folds and
 * normal faults, impedance that varies laterally, patches of facies in the target beds, reflection coefficients
 * (Z₂−Z₁)/(Z₂+Z₁) at normal incidence, a Ricker wavelet at exact (not sampled) times, band-limited noise, dead and
 * clipped traces. Primaries only: no multiples, no absorption, no migration artefacts.
 *
 * Equal params and seed give equal bytes. Memory is that of one inline, and some 40 µs a trace. Throws `survey-params`
 * where params do not fit together.
 */
export function layeredEarth(params: LayeredEarthParams, seed: number): LayeredEarth {
  checkParams(params);
  const { grid, time, noise } = params;
  const draw = random(seed, 1);
  const calibration = Math.max(1, Math.floor(grid.inlines / 24));
  const sampled = Array.from({ length: Math.ceil(grid.inlines / calibration) }, (_, i) => i * calibration);
  const geology = new Geology(params, draw, sampled);
  const signalRms = windowRms(geology, sampled);
  const record = recorder(params, draw.u32(), signalRms);

  return {
    params,
    geology,
    signalRms,
    noiseRms: signalRms / noise.snr,
    section(inline, options = {}) {
      const row = geology.row(inline);
      const clean = new Float32Array(grid.crosslines * time.samples);
      const trace = new Float64Array(time.samples);
      const samples = new Float32Array(clean.length);
      const state = new Uint8Array(grid.crosslines);
      for (let j = 0; j < grid.crosslines; j++) {
        reflect(params, row, j, trace);
        clean.set(trace, j * time.samples);
        state[j] = record(trace, inline * grid.crosslines + j);
        samples.set(trace, j * time.samples);
      }
      return {
        inline: grid.firstInline + inline,
        ...positions(params, inline),
        samples,
        facies: row.facies,
        targetImpedance: targetImpedance(geology, row),
        horizons: horizons(params, row),
        state,
        ...(options.clean ? { clean } : {}),
        ...(options.volumes ? volumes(geology, row, inline) : {}),
      };
    },
  };
}

/** Adds noise to a trace, or damages it, and tells its state; every trace draws from a stream of its own. */
function recorder(
  { time, noise, damage }: LayeredEarthParams,
  seed: number,
  signalRms: number,
): (trace: Float64Array, index: number) => number {
  const hisser = bandNoise(time.samples, time.intervalMs, noise);
  const hiss = new Float64Array(time.samples);
  const level = damage.clipAt * signalRms;
  return (trace, index) => {
    const luck = random(seed, index);
    const fate = luck.uniform();
    if (fate < damage.dead) {
      trace.fill(0);
      return traceState.dead;
    }
    hisser.fill(luck, hiss);
    for (let i = 0; i < trace.length; i++) trace[i] += (signalRms / noise.snr) * hiss[i];
    if (fate >= damage.dead + damage.clipped) return traceState.live;
    for (let i = 0; i < trace.length; i++) trace[i] = Math.max(-level, Math.min(level, trace[i]));
    return traceState.clipped;
  };
}

/** The noise-free trace under one place. */
function reflect(params: LayeredEarthParams, row: GeologyRow, crossline: number, out: Float64Array): void {
  const { beds, gain, dominantHz, time } = params;
  const { tops, beds: stack } = row.columns[crossline];
  const from = crossline * beds.length;
  out.fill(0);
  for (let s = 1; s < tops.length; s++) {
    const step = row.logImpedance[from + stack[s]] - row.logImpedance[from + stack[s - 1]];
    // (Z₂ − Z₁)/(Z₂ + Z₁) of impedances given by their logarithms.
    addReflection(out, gain * Math.tanh(step / 2), tops[s], dominantHz, time.intervalMs);
  }
}

/** Root mean square of the noise-free window over every eighth trace of the sampled inlines. */
function windowRms(geology: Geology, inlines: readonly number[]): number {
  const { params } = geology;
  const { samples, intervalMs } = params.time;
  const [from, to] = params.window.map((ms) => Math.round(ms / intervalMs));
  const trace = new Float64Array(samples);
  let squares = 0;
  let count = 0;
  for (const inline of inlines) {
    const row = geology.row(inline);
    for (let j = 0; j < params.grid.crosslines; j += 8) {
      reflect(params, row, j, trace);
      for (let i = from; i < Math.min(to, samples); i++, count++) squares += trace[i] ** 2;
    }
  }
  return Math.sqrt(squares / count);
}

export interface LayeredEarthArgs {
  readonly params: LayeredEarthParams;
  readonly seed: number;
  readonly options?: SectionOptions;
}

let latest: { key: string; earth: LayeredEarth } | undefined;

/** The sections of a survey in parallel: block i is inline i. */
export const layeredEarthKernel: Kernel<LayeredEarthArgs, Section> = {
  name: 'layeredEarthKernel',
  url: import.meta.url,
  blocks: ({ params }) => params.grid.inlines,
  run({ params, seed, options }, block) {
    const key = JSON.stringify([params, seed]);
    if (latest?.key !== key) latest = { key, earth: layeredEarth(params, seed) };
    return latest.earth.section(block, options);
  },
};
