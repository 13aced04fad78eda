import { frameOfPlain } from '../../engine/artifacts/plain.js';
import type { Axis } from '../../engine/artifacts/schema.js';
import type { Table } from '../../engine/artifacts/table.js';
import { samplesOf, shownAxis, thinned, vectorOf } from '../../engine/artifacts/traces.js';
import { type Context, defineComponent, file, metrics, table } from '../../engine/component.js';
import { Config, OneOf, Quantity, Type } from '../../engine/schema.js';
import { curvesFigure } from '../lib/plot/curves.js';
import { shortNumber } from '../lib/plot/text.js';
import { toPng } from '../lib/plot/to-png.js';
import { windowOf } from '../lib/segy/axis.js';
import { addSums, type Band, bandOf, emptySums, spectrumKernel } from '../lib/spectra/mean-spectrum.js';

const config = Config({
  column: Type.String({ default: 'trace', minLength: 1, description: 'the vector column with the traces' }),
  parts: Type.Integer({
    default: 3,
    minimum: 1,
    maximum: 8,
    description: 'equal parts of the traces that have a spectrum each, beside that of the whole',
  }),
  windows: Type.Array(
    Type.Array(Type.Union([Quantity('time'), Quantity('length')]), { minItems: 2, maxItems: 2 }),
    {
      default: [],
      maxItems: 8,
      description: 'stretches in place of equal parts: [[0 ms, 500 ms], [500 ms, 1 s]]',
    },
  ),
  taper: OneOf(['hann', 'none'], {
    default: 'hann',
    description: 'window function, against leakage of strong frequencies into their neighbours',
  }),
  traces: Type.Integer({
    default: 20_000,
    minimum: 1,
    description: 'traces looked at, spread evenly over the survey; all where there are no more',
  }),
  title: Type.Optional(Type.String({ minLength: 1, maxLength: 200, description: 'above the figure' })),
});
type SpectrumContext = Context<typeof config>;

/** Samples `first` … `first + length − 1` of every trace, and what they are called. */
interface Stretch {
  readonly label: string;
  readonly first: number;
  readonly length: number;
}
interface Spectrum extends Stretch {
  readonly traces: number;
  readonly frequency: Float64Array;
  readonly amplitude: Float64Array;
}

/** Shortest stretch with a spectrum worth looking at. */
const shortest = 16;

/**
 * Mean amplitude spectrum of the traces, whole and in parts: in Hz for time, in cycles per km for depth. Dead traces
 * and those with NaN do not count.
 */
export default defineComponent({
  name: 'evaluate.spectrum',
  version: '2',
  summary: 'Draw the mean amplitude spectrum of traces, whole and in windows of time or depth',
  config,
  inputs: { traces: table('traces, as ingest.segy gives them') },
  outputs: {
    figure: file('the spectra'),
    spectrum: table('a row a frequency and window: amplitude, decibels below the peak'),
    metrics: metrics('of the whole trace'),
  },
  metrics: {
    traces: { description: 'traces that counted', type: 'integer' },
    dominant: { description: 'frequency with the largest mean amplitude, Hz or cycles per km' },
    low: { description: 'lower end of the band within 6 dB of the peak' },
    high: { description: 'upper end of that band' },
    bandwidth: { description: 'width of that band' },
    octaves: { description: 'width of that band in octaves' },
    resolution: { description: 'distance of two frequencies that can be told apart: 1 over the length' },
    nyquist: { description: 'highest frequency that the sample interval can hold' },
  },
  determinism: 'pure',
  example:
    'use: evaluate.spectrum\nin: traces\nsave: { figure: results/spectrum.png, spectrum: results/spectrum.csv }',
  async run(ctx) {
    const { column, traces: most } = ctx.config;
    const field = vectorOf(ctx.in.traces, column);
    if (!field)
      return ctx.fail('data/column', `there is no trace column "${column}"`, { path: ['with', 'column'] });
    const scale = frequencyScale(field.axis);
    const rows = await thinned(ctx.tables, ctx.in.traces, most);
    const spectra = await measured(ctx, rows, stretches(ctx, field.axis, field.width), scale.perBin);
    const [whole] = spectra as [Spectrum, ...Spectrum[]];
    if (whole.traces === 0)
      ctx.fail('data/values', 'no trace has a spectrum: all are dead or hold values that are not finite', {
        path: ['in', 'traces'],
      });
    const band = bandOf(whole.amplitude, 6);
    const resolution = whole.frequency[1] ?? 0;
    const values = {
      traces: whole.traces,
      ...(band && bandValues(band, resolution)),
      resolution,
      nyquist: scale.perBin / 2,
    };
    const svg = drawn(ctx, spectra, scale.label, band, ctx.in.traces.rows);
    return {
      figure: await ctx.file({
        name: 'spectrum.svg',
        media: 'image/svg+xml',
        bytes: new TextEncoder().encode(svg),
        also: { png: await toPng(svg, ctx.compute) },
      }),
      spectrum: await ctx.tables.create(spectrumTable(spectra, scale.unit)),
      metrics: { kind: 'metrics', values, details: { windows: spectra.map(told) } },
    };
  },
});

/** Frequency of bin k of n samples is k · perBin / n. */
function frequencyScale(axis: Axis | undefined) {
  if (axis?.unit === 's') return { perBin: 1 / axis.step, unit: 'Hz', label: 'frequency (Hz)' };
  if (axis?.unit === 'm')
    return { perBin: 1000 / axis.step, unit: '1/km', label: 'wavenumber (cycles per km)' };
  return { perBin: 1, unit: '1/sample', label: 'frequency (cycles per sample)' };
}

const bandValues = ({ dominant, low, high }: Band, step: number) => ({
  dominant: dominant * step,
  low: low * step,
  high: high * step,
  bandwidth: (high - low) * step,
  ...(low > 0 && { octaves: Math.log2(high / low) }),
});

const told = ({ label, traces, frequency, amplitude }: Spectrum) => {
  const band = bandOf(amplitude, 6);
  return { window: label, traces, ...(band && bandValues(band, frequency[1]!)) };
};

/** The whole trace, then the windows asked for, or equal parts as far as they are long enough. */
function stretches(ctx: SpectrumContext, axis: Axis | undefined, width: number): readonly Stretch[] {
  const { windows } = ctx.config;
  const parts = Math.min(ctx.config.parts, Math.floor(width / shortest));
  const shown = shownAxis(axis);
  const { start, step } = shown.axis;
  const stretch = (first: number, last: number): Stretch => {
    const [from, to] = [first, last].map((i) => shortNumber((start + i * step) * shown.scale));
    return { label: `${from} to ${to}${shown.unit && ` ${shown.unit}`}`, first, length: last - first + 1 };
  };
  const whole = { label: 'whole trace', first: 0, length: width };
  if (windows.length > 0)
    return [
      whole,
      ...windows.map((range, i) => {
        const found = windowOf({ domain: 'time', unit: 'ms', start, step }, width, [range[0]!, range[1]!]);
        if (!found || found[1] - found[0] + 1 < shortest)
          return ctx.fail(
            'data/values',
            `fewer than ${shortest} samples of the traces lie in this window; they run from ${start} to ${start + (width - 1) * step} ${shown.axis.unit}`,
            { path: ['with', 'windows', i] },
          );
        return stretch(...found);
      }),
    ];
  const cut = (i: number) => Math.round((i * width) / parts);
  return [
    whole,
    ...(parts > 1 ? Array.from({ length: parts }, (_, i) => stretch(cut(i), cut(i + 1) - 1)) : []),
  ];
}

async function measured(ctx: SpectrumContext, rows: Table, list: readonly Stretch[], perBin: number) {
  const { column, taper } = ctx.config;
  const sums = list.map(({ length }) => emptySums(length));
  let done = 0;
  for await (const frame of rows.batches({ columns: [column] })) {
    const samples = samplesOf(frame, column);
    const n = samples.length / frame.rows;
    for (const [i, { first, length }] of list.entries()) {
      const args = { samples, n, first, length, taper: taper === 'hann' };
      for (const part of await ctx.compute(spectrumKernel, args)) addSums(sums[i]!, part);
    }
    done += frame.rows;
    ctx.progress(done, rows.rows, 'traces');
  }
  return list.map((stretch, i): Spectrum => {
    const { traces, amplitude } = sums[i]!;
    return {
      ...stretch,
      traces,
      amplitude: amplitude.map((sum) => (traces > 0 ? sum / traces : 0)),
      frequency: amplitude.map((_, k) => (k * perBin) / stretch.length),
    };
  });
}

const decibels = (amplitude: Float64Array): Float64Array => {
  const peak = amplitude.subarray(1).reduce((a, b) => Math.max(a, b), 0);
  return amplitude.map((a) => (a > 0 && peak > 0 ? 20 * Math.log10(a / peak) : Number.NEGATIVE_INFINITY));
};

/** Each curve is drawn relative to its own peak, so that shapes can be compared; what lies 60 dB below it is nothing. */
const deepest = -60;

function drawn(
  ctx: SpectrumContext,
  spectra: readonly Spectrum[],
  label: string,
  band: Band | undefined,
  rows: number,
) {
  const [whole] = spectra as [Spectrum, ...Spectrum[]];
  const step = whole.frequency[1] ?? 1;
  const said = (bin: number) => shortNumber(Number((bin * step).toPrecision(3)));
  const unit = label.slice(label.indexOf('(') + 1, -1);
  return curvesFigure({
    title: ctx.config.title ?? 'Mean amplitude spectrum',
    xLabel: label,
    yLabel: 'amplitude below the peak (dB)',
    curves: spectra
      .filter(({ traces }) => traces > 0)
      .map((s) => ({
        label: s.label,
        points: { x: s.frequency.subarray(1), y: decibels(s.amplitude).subarray(1) },
      })),
    x: [0, whole.frequency.at(-1) || 1],
    y: [deepest, 3],
    ...(band && { marks: [{ at: band.dominant * step, label: `${said(band.dominant)} ${unit}` }] }),
    notes: [
      ...(band
        ? [
            `Dominant ${said(band.dominant)} ${unit}; within 6 dB of it from ${said(band.low)} to ${said(band.high)} ${unit}, of whole traces.`,
          ]
        : []),
      `Mean of ${whole.traces} of ${rows} traces, each curve relative to its own peak.`,
    ],
  });
}

function spectrumTable(spectra: readonly Spectrum[], unit: string) {
  const all = (of: (spectrum: Spectrum) => Iterable<number>) =>
    Float64Array.from(spectra.flatMap((spectrum) => [...of(spectrum)]));
  return frameOfPlain([
    { name: 'window', texts: spectra.flatMap(({ label, frequency }) => Array.from(frequency, () => label)) },
    { name: 'frequency', about: { unit }, numbers: all(({ frequency }) => frequency) },
    { name: 'amplitude', numbers: all(({ amplitude }) => amplitude) },
    { name: 'decibel', about: { unit: 'dB' }, numbers: all(({ amplitude }) => decibels(amplitude)) },
  ]);
}
