import type { Kernel } from '../compute/kernel.js';
import { InputError } from '../errors.js';
import { quantileSorted, sorted } from '../statistics/order.js';
import type { AttributeName } from './attribute-names.js';
import { sum, TraceAnalysis } from './trace-analysis.js';

/** A number that says something about one trace. */
export interface Attribute {
  readonly unit: 'amplitude' | 'frequency' | 'radian' | 'ratio' | 'amplitude/√frequency';
  readonly summary: string;
  of(trace: TraceAnalysis): number;
}

/** 0/0 is 0: a dead or constant trace has the value 0 for what is not defined on it, never NaN. */
const ratio = (a: number, b: number) => (b === 0 ? 0 : a / b);

function weightedMean(values: (i: number) => number, weights: Float64Array): number {
  let total = 0;
  for (let i = 0; i < weights.length; i++) total += values(i) * weights[i];
  return ratio(total, sum(weights));
}

const centroid = (trace: TraceAnalysis) => weightedMean((k) => trace.hertz(k), trace.power);
const percentile = (q: number): Attribute => ({
  unit: 'amplitude',
  summary: `${q}th percentile of the samples, linear between neighbours`,
  of: (trace) => quantileSorted(trace.sorted, q / 100),
});
const mean = (values: Float64Array) => ratio(sum(values), values.length);

/** √ of the population variance. */
function deviation(values: Float64Array): number {
  const centre = mean(values);
  return Math.sqrt(mean(values.map((v) => (v - centre) ** 2)));
}

function peak(values: Float64Array): number {
  let best = 0;
  for (let i = 1; i < values.length; i++) if (values[i] > values[best]) best = i;
  return best;
}

/** Mean instantaneous frequency, weighted by the envelope, which keeps the jumps between wavelets out. */
const weightedFrequency = ({ frequency, envelope }: TraceAnalysis) =>
  weightedMean((i) => frequency[i], envelope.subarray(0, frequency.length));

/**
 * The further trace attributes, by name, each selectable by itself. Spectra are |rfft|² of the whole trace over all bins
 * from DC to the Nyquist frequency, without window, padding or removal of the mean; envelope, phase and instantaneous
 * frequency come from the analytic signal of the trace's own length. On a dead trace, and where a trace is too short
 * for the value to be defined, an attribute is 0; a trace with a NaN or an infinity has NaN.
 */
export const attributes = {
  spectral_centroid: {
    unit: 'frequency',
    summary: 'mean frequency, weighted by power',
    of: centroid,
  },
  spectral_bandwidth: {
    unit: 'frequency',
    summary: 'standard deviation of frequency about the centroid, weighted by power',
    of: (trace) => {
      const centre = centroid(trace);
      return Math.sqrt(weightedMean((k) => (trace.hertz(k) - centre) ** 2, trace.power));
    },
  },
  spectral_rolloff: {
    unit: 'frequency',
    summary: 'lowest frequency below which, itself included, 85 % of the power lies',
    of: (trace) => {
      const { power } = trace;
      const due = 0.85 * sum(power);
      let total = 0;
      for (let k = 0; k < power.length; k++) {
        total += power[k];
        if (total >= due) return trace.hertz(k);
      }
      return trace.hertz(power.length - 1);
    },
  },
  spectral_flatness: {
    unit: 'ratio',
    summary: 'geometric over arithmetic mean of the power: 1 for a white spectrum, 0 for a pure tone',
    of: ({ power }) => ratio(Math.exp(mean(power.map(Math.log))), mean(power)),
  },
  spectral_entropy: {
    unit: 'ratio',
    summary: 'Shannon entropy of the normalised power over its maximum, ln of the number of bins',
    of: ({ power }) => {
      const total = sum(power);
      let entropy = 0;
      for (const p of power) if (p > 0) entropy -= (p / total) * Math.log(p / total);
      return ratio(entropy, Math.log(power.length));
    },
  },
  envelope_mean: { unit: 'amplitude', summary: 'mean of the envelope', of: ({ envelope }) => mean(envelope) },
  envelope_max: {
    unit: 'amplitude',
    summary: 'largest value of the envelope',
    of: ({ envelope }) => envelope[peak(envelope)],
  },
  envelope_std: {
    unit: 'amplitude',
    summary: 'population standard deviation of the envelope',
    of: ({ envelope }) => deviation(envelope),
  },
  response_phase: {
    unit: 'radian',
    summary: 'instantaneous phase where the envelope is largest (Bodine 1984)',
    of: ({ envelope, phase }) => phase[peak(envelope)],
  },
  instantaneous_frequency_mean: {
    unit: 'frequency',
    summary: 'mean of the instantaneous frequency',
    of: ({ frequency }) => mean(frequency),
  },
  instantaneous_frequency_median: {
    unit: 'frequency',
    summary: 'median of the instantaneous frequency',
    of: ({ frequency }) => (frequency.length === 0 ? 0 : quantileSorted(sorted(frequency), 0.5)),
  },
  sweetness: {
    unit: 'amplitude/√frequency',
    summary:
      'mean envelope over the root of the envelope-weighted instantaneous frequency (after Radovich and Oliveros 1998); 0 where that frequency is not above rounding',
    of: (trace) => {
      const frequency = weightedFrequency(trace);
      // A constant trace turns by nothing but rounding.
      const turns = frequency * trace.interval;
      return turns <= trace.n * Number.EPSILON ? 0 : mean(trace.envelope) / Math.sqrt(frequency);
    },
  },
  median: { ...percentile(50), summary: 'median of the samples' },
  percentile_5: percentile(5),
  percentile_25: percentile(25),
  percentile_75: percentile(75),
  percentile_95: percentile(95),
  skewness: {
    unit: 'ratio',
    summary: 'third central moment over the cube of the population standard deviation (biased)',
    of: (trace) => ratio(trace.centralMoment(3), trace.centralMoment(2) ** 1.5),
  },
  kurtosis: {
    unit: 'ratio',
    summary: 'excess kurtosis: fourth central moment over the squared population variance, less 3 (biased)',
    of: (trace) => {
      const variance = trace.centralMoment(2);
      return variance === 0 ? 0 : trace.centralMoment(4) / variance ** 2 - 3;
    },
  },
  autocorrelation_lag1: {
    unit: 'ratio',
    summary: 'Σ(xᵢ − m)(xᵢ₊₁ − m) over Σ(xᵢ − m)²',
    of: (trace) => {
      const { x, mean: centre } = trace;
      let products = 0;
      for (let i = 0; i + 1 < x.length; i++) products += (x[i] - centre) * (x[i + 1] - centre);
      return ratio(products, x.length * trace.centralMoment(2));
    },
  },
} as const satisfies Record<AttributeName, Attribute>;

/**
 * The named attributes of traces of n samples (row-major) into one column each, rows `row …`. Frequencies are in Hz for an
 * `interval` in seconds, in cycles per sample for 1. Throws `fft-length` and `unknown-attribute`.
 */
export function traceAttributes(
  names: readonly AttributeName[],
  n: number,
  interval: number,
): (samples: Float32Array, first: number, traces: number, out: readonly Float64Array[], row: number) => void {
  const chosen = names.map((name): Attribute => {
    if (!Object.hasOwn(attributes, name))
      throw new InputError('unknown-attribute', `no attribute is called ${name}`);
    return attributes[name];
  });
  const trace = new TraceAnalysis(n, interval);
  return (samples, first, traces, out, row) => {
    for (let i = 0; i < traces; i++) {
      trace.load(samples, (first + i) * n);
      const finite = Number.isFinite(sum(trace.x.map(Math.abs)));
      chosen.forEach(({ of }, a) => {
        out[a][row + i] = finite ? of(trace) : Number.NaN;
      });
    }
  };
}

export interface TraceAttributesArgs {
  readonly names: readonly AttributeName[];
  /** Row-major traces × n, and the columns: on SharedArrayBuffer, so that workers see and do not copy them. */
  readonly samples: Float32Array;
  readonly n: number;
  readonly interval: number;
  readonly out: readonly Float64Array[];
}

/** 100,000 samples: some 10 ms with every attribute, and a size that the data alone sets. */
const blockTraces = (n: number) => Math.max(1, Math.floor(100_000 / n));

/** `traceAttributes` in parallel over blocks of traces; each block writes its own rows of `out`. */
export const traceAttributesKernel: Kernel<TraceAttributesArgs> = {
  name: 'traceAttributesKernel',
  url: import.meta.url,
  blocks: ({ samples, n }) => Math.ceil(samples.length / n / blockTraces(n)),
  run({ names, samples, n, interval, out }, block) {
    const key = JSON.stringify([names, n, interval]);
    if (planned?.key !== key) planned = { key, extract: traceAttributes(names, n, interval) };
    const size = blockTraces(n);
    const first = block * size;
    planned.extract(samples, first, Math.min(size, samples.length / n - first), out, first);
  },
};

let planned: { key: string; extract: ReturnType<typeof traceAttributes> } | undefined;
