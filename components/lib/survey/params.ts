/** A bed of the stack, from its top horizon down. */
export interface Bed {
  readonly name: string;
  /** Two-way time, ms; the last bed goes on to the end of the trace. */
  readonly thickness: number;
  /** Acoustic impedance, (m/s)·(g/cm³), and its relative standard deviation over the survey. Unused in target beds. */
  readonly impedance: number;
  readonly sd: number;
  /** Filled by the facies of the place instead of one rock. */
  readonly target?: boolean;
}

/** A class of rock that may fill the target beds. */
export interface Facies {
  readonly name: string;
  /** Share of the survey's traces; the shares sum to 1. */
  readonly share: number;
  readonly impedance: number;
  /** Relative standard deviation of the impedance: what makes facies overlap. */
  readonly sd: number;
  /** Interbedding: target beds are harder and softer than the mean by this fraction, in turn. */
  readonly layering: number;
  /** Lies in patches inside another facies, as gas does inside a sand. */
  readonly within?: string;
}

/** A normal fault: a plane, with everything above it moved down. */
export interface Fault {
  /** A point of the plane at `time`, in traces from the first inline and crossline. */
  readonly inline: number;
  readonly crossline: number;
  readonly time: number;
  /** Direction the plane dips to, degrees from the inline axis (growing inline number) towards the crossline axis. */
  readonly azimuth: number;
  /** Traces the plane moves on for every 100 ms it goes down; more is flatter. */
  readonly lean: number;
  /** Displacement at depth, ms; grows from 0 at `tip` over the 200 ms below it. */
  readonly throw: number;
  readonly tip: number;
}

export interface Fold {
  /** ms */
  readonly amplitude: number;
  /** Traces. */
  readonly wavelength: number;
  /** Direction of the undulation, degrees from the inline axis towards the crossline axis. Its phase is drawn. */
  readonly azimuth: number;
}

export interface LayeredEarthParams {
  readonly grid: {
    readonly inlines: number;
    readonly crosslines: number;
    readonly firstInline: number;
    readonly firstCrossline: number;
    /** Metres between inlines and between crosslines. */
    readonly inlineSpacing: number;
    readonly crosslineSpacing: number;
    /** Of growing crossline numbers, degrees anticlockwise from east. */
    readonly azimuth: number;
    readonly originX: number;
    readonly originY: number;
  };
  readonly time: { readonly samples: number; readonly intervalMs: number };
  /** Where the target is and S/N is measured, ms. */
  readonly window: readonly [number, number];
  /** Of the Ricker wavelet. */
  readonly dominantHz: number;
  readonly beds: readonly Bed[];
  readonly structure: {
    /** ms a trace. */
    readonly dipInline: number;
    readonly dipCrossline: number;
    readonly folds: readonly Fold[];
    /** Relative standard deviation of each bed's thickness. */
    readonly thickness: number;
    /** Traces over which thickness stays alike. */
    readonly correlation: number;
  };
  readonly faults: readonly Fault[];
  readonly facies: readonly Facies[];
  readonly lateral: {
    /** Traces over which facies, and impedance within a facies, stay alike (Gaussian correlation length). */
    readonly facies: number;
    readonly impedance: number;
    /** Share of the impedance variance within a facies that all target beds of a trace have in common. */
    readonly common: number;
  };
  readonly noise: {
    /** Root mean square of the noise-free window over that of the noise. */
    readonly snr: number;
    /** Trapezoid: 0 up to the first, 1 between the middle two, 0 from the last; Hz. */
    readonly band: readonly [number, number, number, number];
    /** Response outside the band, as no recording is silent anywhere. */
    readonly floor: number;
  };
  readonly damage: {
    /** Shares of traces. */
    readonly dead: number;
    readonly clipped: number;
    /** Clipping level in root mean squares of the noise-free window. */
    readonly clipAt: number;
  };
  /** Amplitude of a reflection coefficient of 1. */
  readonly gain: number;
}

/**
 * The survey of the demonstration: 12,288 traces of 500 samples, which the main job works through in about a minute.
 *
 * Difficulty is set by physics and the oracle alone, before any model sees a trace. Facies differ in mean impedance
 * by what rock physics gives (gas softens a sand by a sixth; a tight carbonate is harder than shale by a fifth) and
 * vary by 4 to 5 % within, so that shale and brine sand overlap; seal and underlying shale vary too, so that even a
 * noise-free reflection does not tell the impedance; S/N is that of good land data. Patches and impedance
 * vary over some ten traces: neighbours resemble each other, and a random split of traces flatters.
 *
 * Over seeds the oracle then reaches an accuracy of 0.93 to 0.95, from impedance and from the recorded trace alike; the
 * commonest facies has 0.38. A learner knows none of what the oracle is told and must come out below.
 */
export const demoSurvey: LayeredEarthParams = {
  grid: {
    inlines: 96,
    crosslines: 128,
    firstInline: 1001,
    firstCrossline: 2001,
    inlineSpacing: 25,
    crosslineSpacing: 25,
    azimuth: 27,
    originX: 432_000,
    originY: 6_481_000,
  },
  time: { samples: 500, intervalMs: 4 },
  window: [1200, 1600],
  dominantHz: 30,
  beds: [
    { name: 'weathered clay', thickness: 180, impedance: 3900, sd: 0.03 },
    { name: 'silt', thickness: 200, impedance: 4600, sd: 0.02 },
    { name: 'clay', thickness: 160, impedance: 4300, sd: 0.02 },
    { name: 'marl', thickness: 200, impedance: 5200, sd: 0.02 },
    { name: 'upper sandstone', thickness: 150, impedance: 4900, sd: 0.03 },
    { name: 'upper shale', thickness: 170, impedance: 5400, sd: 0.02 },
    { name: 'limestone', thickness: 110, impedance: 6300, sd: 0.03 },
    { name: 'seal shale', thickness: 170, impedance: 5900, sd: 0.015 },
    { name: 'target 1', thickness: 30, impedance: 0, sd: 0, target: true },
    { name: 'target 2', thickness: 30, impedance: 0, sd: 0, target: true },
    { name: 'target 3', thickness: 30, impedance: 0, sd: 0, target: true },
    { name: 'target 4', thickness: 30, impedance: 0, sd: 0, target: true },
    { name: 'lower shale', thickness: 140, impedance: 6100, sd: 0.015 },
    { name: 'lower marl', thickness: 130, impedance: 6700, sd: 0.02 },
    { name: 'evaporite', thickness: 150, impedance: 7500, sd: 0.02 },
    { name: 'basement', thickness: 0, impedance: 8300, sd: 0.03 },
  ],
  structure: {
    dipInline: 0.2,
    dipCrossline: -0.15,
    folds: [
      { amplitude: 18, wavelength: 90, azimuth: 35 },
      { amplitude: 8, wavelength: 47, azimuth: 110 },
    ],
    thickness: 0.04,
    correlation: 30,
  },
  faults: [
    { inline: 30, crossline: 40, time: 1300, azimuth: 65, lean: 2.5, throw: 28, tip: 500 },
    { inline: 66, crossline: 88, time: 1300, azimuth: 250, lean: 2, throw: 20, tip: 700 },
  ],
  facies: [
    { name: 'shale', share: 0.38, impedance: 6000, sd: 0.04, layering: 0 },
    { name: 'brine sand', share: 0.3, impedance: 6600, sd: 0.045, layering: 0.03 },
    { name: 'gas sand', share: 0.14, impedance: 5300, sd: 0.05, layering: 0.02, within: 'brine sand' },
    { name: 'carbonate', share: 0.18, impedance: 7400, sd: 0.045, layering: -0.02 },
  ],
  lateral: { facies: 10, impedance: 8, common: 0.6 },
  noise: { snr: 4, band: [4, 10, 70, 90], floor: 0.05 },
  damage: { dead: 0.002, clipped: 0.003, clipAt: 1.5 },
  gain: 10_000,
};
