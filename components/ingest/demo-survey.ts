import { Frame } from '../../engine/artifacts/frame.js';
import { defineComponent, file, table } from '../../engine/component.js';
import { Config, Type } from '../../engine/schema.js';
import { sharedI32 } from '../lib/compute/shared.js';
import type { Section } from '../lib/survey/layered-earth.js';
import { demoSurvey, type LayeredEarthParams } from '../lib/survey/params.js';

/**
 * A forward-modelled seismic survey of known truth: layered earth with dip, folds and faults, facies with their own
 * impedance, Ricker wavelet, band-limited noise, dead and clipped traces; see `lib/survey`. Its difficulty is fixed
 * by physics, and the best that any classifier of single traces could do is measured beside it.
 */
export default defineComponent({
  name: 'ingest.demo-survey',
  version: '2',
  summary: 'Make a synthetic seismic survey with known facies, to try things on',
  config: Config({
    inlines: Type.Integer({ default: 96, minimum: 16, maximum: 2000, description: 'number of inlines' }),
    crosslines: Type.Integer({
      default: 128,
      minimum: 16,
      maximum: 2000,
      description: 'number of crosslines',
    }),
    oracle: Type.Boolean({
      default: true,
      description: 'measure the ceiling: a classifier that knows the process',
    }),
  }),
  inputs: {},
  outputs: {
    survey: file('the survey as SEG-Y: IBM float, revision 1, 3-D post-stack'),
    labels: table('inline, crossline and facies of every trace'),
  },
  metrics: {
    traces: { description: 'traces made', type: 'integer' },
    oracle_accuracy: { description: 'accuracy of the classifier that knows wavelet, noise and impedances' },
    oracle_f1_weighted: {
      description: 'its F1 weighted by rows: the ceiling for classifiers of single traces',
    },
    oracle_f1_macro: { description: 'its mean F1 of the classes' },
  },
  determinism: 'seeded',
  example: 'use: ingest.demo-survey\nsave: { survey: data/demo/survey.sgy, labels: data/demo/facies.csv }',
  columns: () => ({
    labels: {
      fields: [
        { name: 'inline', type: 'int32', role: 'position' },
        { name: 'crossline', type: 'int32', role: 'position' },
        { name: 'facies', type: 'string', role: 'feature' },
      ],
    },
  }),
  async run(ctx) {
    const { inlines, crosslines } = ctx.config;
    const params: LayeredEarthParams = { ...demoSurvey, grid: { ...demoSurvey.grid, inlines, crosslines } };
    const args = { params, seed: ctx.seed };
    const { layeredEarthKernel } = await import('../lib/survey/layered-earth.js');
    const sections = await ctx.compute(
      layeredEarthKernel,
      { ...args, options: {} },
      {
        progress: (done, total) => ctx.progress(done, total, 'inlines'),
      },
    );
    ctx.metric('traces', inlines * crosslines);
    if (ctx.config.oracle) {
      const { oracleKernel, oracleReport } = await import('../lib/survey/oracle.js');
      const parts = await ctx.compute(oracleKernel, args, {
        progress: (done, total) => ctx.progress(done, total, 'ceiling'),
      });
      const { metrics } = oracleReport(params, parts).trace;
      for (const name of ['accuracy', 'f1_weighted', 'f1_macro'])
        ctx.metric(`oracle_${name}`, metrics[name]!);
    }
    return {
      survey: await ctx.file({
        name: 'survey.sgy',
        media: 'application/x-segy',
        bytes: await segyOf(params, sections),
      }),
      labels: await ctx.tables.create(labelsOf(params, sections)),
    };
  },
});

async function segyOf({ time, grid }: LayeredEarthParams, sections: readonly Section[]): Promise<Uint8Array> {
  const [{ bytesSink }, { createSegy }] = await Promise.all([
    import('../lib/segy/sink.js'),
    import('../lib/segy/writer.js'),
  ]);
  const sink = bytesSink();
  const created = await createSegy(sink, {
    text: textOf(grid),
    samples: time.samples,
    interval: time.intervalMs * 1000,
    format: 1,
    revision: 1,
    binary: { SortingCode: 4, MeasurementSystem: 1 },
  });
  if (!created.ok) throw new Error(created.problem.message);
  for (const [i, section] of sections.entries()) {
    const { crosslines, x, y, samples, inline } = section;
    const count = crosslines.length;
    const number = (k: number) => i * count + k + 1;
    const written = await created.value.write({
      count,
      samples,
      headers: {
        TRACE_SEQUENCE_LINE: Int32Array.from(crosslines, (_, k) => k + 1),
        FieldRecord: new Int32Array(count).fill(inline),
        TraceNumber: Int32Array.from(crosslines, (_, k) => k + 1),
        CDP: Int32Array.from(crosslines, (_, k) => number(k)),
        TraceIdentificationCode: new Int32Array(count).fill(1),
        SourceGroupScalar: new Int32Array(count).fill(-10),
        CDP_X: x,
        CDP_Y: y,
        INLINE_3D: new Int32Array(count).fill(inline),
        CROSSLINE_3D: crosslines,
      },
    });
    if (!written.ok) throw new Error(written.problem.message);
  }
  return sink.bytes();
}

const textOf = (grid: LayeredEarthParams['grid']): readonly string[] => [
  'C 1 SYNTHETIC SURVEY, MADE BY A FORWARD MODEL. NOT A RECORDING.',
  'C 2 LAYERED EARTH WITH DIP, FOLDS, FAULTS; FACIES WITH THEIR OWN IMPEDANCE',
  'C 3 RICKER WAVELET, BAND-LIMITED NOISE, SOME DEAD AND CLIPPED TRACES',
  `C 4 INLINES ${grid.firstInline}-${grid.firstInline + grid.inlines - 1} AT BYTE 189, CROSSLINES ${grid.firstCrossline}-${grid.firstCrossline + grid.crosslines - 1} AT BYTE 193`,
  'C 5 CDP X, Y IN METRES AT BYTES 181, 185, SCALAR AT BYTE 71',
];

function labelsOf({ grid, facies }: LayeredEarthParams, sections: readonly Section[]): Frame {
  const rows = grid.inlines * grid.crosslines;
  const inline = sharedI32(rows);
  const crossline = sharedI32(rows);
  const codes = sharedI32(rows);
  for (const [i, section] of sections.entries())
    for (let k = 0; k < grid.crosslines; k++) {
      const row = i * grid.crosslines + k;
      inline[row] = section.inline;
      crossline[row] = section.crosslines[k]!;
      codes[row] = section.facies[k]!;
    }
  return new Frame(
    {
      fields: [
        { name: 'inline', type: 'int32', role: 'position', nullable: false },
        { name: 'crossline', type: 'int32', role: 'position', nullable: false },
        { name: 'facies', type: 'string', role: 'feature', nullable: false },
      ],
    },
    new Map([
      ['inline', { type: 'int32' as const, values: inline }],
      ['crossline', { type: 'int32' as const, values: crossline }],
      ['facies', { type: 'string' as const, values: codes, dictionary: facies.map((f) => f.name) }],
    ]),
  );
}
