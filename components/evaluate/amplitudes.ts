import { frameOfPlain } from '../../engine/artifacts/plain.js';
import { samplesOf, thinned, vectorOf } from '../../engine/artifacts/traces.js';
import { defineComponent, file, metrics, table } from '../../engine/component.js';
import { Config, Type } from '../../engine/schema.js';
import { histogramFigure } from '../lib/plot/histogram.js';
import { percent, shortNumber } from '../lib/plot/text.js';
import { toPng } from '../lib/plot/to-png.js';
import { type Amplitudes, amplitudesOf } from '../lib/statistics/amplitudes.js';

const config = Config({
  column: Type.String({ default: 'trace', minLength: 1, description: 'the vector column with the traces' }),
  bins: Type.Integer({
    default: 200,
    minimum: 2,
    maximum: 10_000,
    description: 'bars from least to largest value',
  }),
  traces: Type.Integer({
    default: 5000,
    minimum: 1,
    maximum: 1_000_000,
    description: 'traces looked at, spread evenly over the survey; all where there are no more',
  }),
  title: Type.Optional(Type.String({ minLength: 1, maxLength: 200, description: 'above the figure' })),
});

const percentiles = [1, 5, 25, 50, 75, 95, 99] as const;

/**
 * Share of all samples at one extreme value from which on it is called clipping: chance puts one sample there, a
 * limiter hundreds.
 */
const clippedShare = 1e-4;
const clippedLeast = 10;

/** Histogram of all amplitudes with percentiles, what is zero, and whether the largest values are cut off. */
export default defineComponent({
  name: 'evaluate.amplitudes',
  version: '1',
  summary: 'Draw the histogram of amplitudes, with percentiles, zeros and clipping',
  config,
  inputs: { traces: table('traces, as ingest.segy gives them') },
  outputs: {
    figure: file('the histogram'),
    histogram: table('a row a bar: its ends and how many samples it holds'),
    metrics: metrics('of all samples'),
  },
  metrics: {
    samples: { description: 'finite samples looked at', type: 'integer' },
    not_finite: { description: 'samples that are NaN or infinite', type: 'integer', better: 'lower' },
    mean: { description: 'mean of the samples' },
    sd: { description: 'population standard deviation' },
    rms: { description: 'root of the mean square' },
    minimum: { description: 'least value' },
    maximum: { description: 'largest value' },
    ...Object.fromEntries(percentiles.map((p) => [`p${p}`, { description: `${p}th percentile, linear` }])),
    zeros: { description: 'share of samples that are 0' },
    clipped: { description: 'share of samples that equal the least or the largest value', better: 'lower' },
    is_clipped: {
      description: 'the values have both signs and more of them stand at an extreme than chance puts there',
      type: 'bool',
    },
  },
  determinism: 'pure',
  example: 'use: evaluate.amplitudes\nin: traces\nsave: { figure: results/amplitudes.png }',
  async run(ctx) {
    const { column, bins } = ctx.config;
    const field = vectorOf(ctx.in.traces, column);
    if (!field)
      return ctx.fail('data/column', `there is no trace column "${column}"`, { path: ['with', 'column'] });
    const rows = await thinned(ctx.tables, ctx.in.traces, ctx.config.traces);
    const all = new Float32Array(rows.rows * field.width);
    let at = 0;
    for await (const frame of rows.batches({ columns: [column] })) {
      const samples = samplesOf(frame, column);
      all.set(samples, at);
      at += samples.length;
      ctx.progress(at / field.width, rows.rows, 'traces');
    }
    const found = amplitudesOf(all);
    if (!found) return ctx.fail('data/values', 'no sample is a finite number', { path: ['in', 'traces'] });
    const { edges, counts } = found.histogram(bins);
    const values = valuesOf(found);
    const svg = histogramFigure({
      title: ctx.config.title ?? 'Amplitudes',
      xLabel: field.unit ?? 'amplitude',
      edges,
      counts,
      marks: [1, 50, 99].map((p) => ({ at: found.quantile(p / 100), label: `p${p}` })),
      notes: notesOf(found, values.is_clipped, rows.rows, ctx.in.traces.rows),
    });
    return {
      figure: await ctx.file({
        name: 'amplitudes.svg',
        media: 'image/svg+xml',
        bytes: new TextEncoder().encode(svg),
        also: { png: await toPng(svg, ctx.compute) },
      }),
      histogram: await ctx.tables.create(
        frameOfPlain([
          { name: 'from', numbers: edges.slice(0, -1) },
          { name: 'to', numbers: edges.slice(1) },
          { name: 'samples', numbers: counts },
        ]),
      ),
      metrics: { kind: 'metrics', values, details: {} },
    };
  },
});

function valuesOf(found: Amplitudes) {
  const { count, minimum, maximum, atMinimum, atMaximum } = found;
  const most = Math.max(atMinimum, atMaximum);
  return {
    samples: count,
    not_finite: found.notFinite,
    mean: found.mean,
    sd: found.sd,
    rms: found.rms,
    minimum,
    maximum,
    ...Object.fromEntries(percentiles.map((p) => [`p${p}`, found.quantile(p / 100)])),
    zeros: found.zeros / count,
    clipped: maximum > minimum ? (atMinimum + atMaximum) / count : 0,
    is_clipped: minimum < 0 && maximum > 0 && most >= Math.max(clippedLeast, clippedShare * count),
  };
}

function notesOf(found: Amplitudes, isClipped: boolean, traces: number, rows: number): readonly string[] {
  const { count, notFinite, minimum, maximum, atMinimum, atMaximum, zeros } = found;
  return [
    `${shortNumber(minimum)} to ${shortNumber(maximum)}, RMS ${shortNumber(found.rms)}; 98% of the samples lie from ${shortNumber(found.quantile(0.01))} to ${shortNumber(found.quantile(0.99))}.`,
    ...(isClipped
      ? [
          `Clipped: ${atMinimum} samples stand at the least value and ${atMaximum} at the largest (${percent((atMinimum + atMaximum) / count)}).`,
        ]
      : []),
    ...(zeros > 0 ? [`${percent(zeros / count)} of the samples are 0.`] : []),
    ...(notFinite > 0 ? [`${notFinite} samples are not finite and left out.`] : []),
    `All samples of ${traces} of ${rows} traces.`,
  ];
}
