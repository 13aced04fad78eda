import { isNumber } from '../../engine/artifacts/column.js';
import { frameOfPlain } from '../../engine/artifacts/plain.js';
import type { Axis } from '../../engine/artifacts/schema.js';
import { fieldOf } from '../../engine/artifacts/schema.js';
import type { Table } from '../../engine/artifacts/table.js';
import { openSegy, shownAxis, vectorOf } from '../../engine/artifacts/traces.js';
import { numbersOf } from '../../engine/artifacts/values.js';
import { defineComponent, metrics, report, table } from '../../engine/component.js';
import { Config, Type } from '../../engine/schema.js';

const config = Config({
  column: Type.String({ default: 'trace', minLength: 1, description: 'the vector column with the traces' }),
});

/** What the headers of a survey say: lines, bins, coordinates, sampling, text header. */
export default defineComponent({
  name: 'evaluate.survey',
  version: '1',
  summary: 'Describe a survey by its headers: lines, bins, grid, offsets, sampling, text header',
  config,
  inputs: { traces: table('traces, as ingest.segy gives them') },
  outputs: {
    report: report('the survey in sentences, and its text header'),
    headers: table('a row a header column: distinct values, least, largest, zeros'),
    metrics: metrics('counts and distances'),
  },
  metrics: {
    traces: { description: 'traces', type: 'integer' },
    kind: { description: '3d, 2d or none', type: 'string' },
    prestack: { description: 'several offsets, or several traces in a bin', type: 'bool' },
    inlines: { description: 'distinct inline numbers', type: 'integer' },
    crosslines: { description: 'distinct crossline numbers', type: 'integer' },
    offsets: { description: 'distinct offsets', type: 'integer' },
    bins: { description: 'bins of the rectangle of lines', type: 'integer' },
    completeness: { description: 'share of these bins that hold a trace', better: 'higher' },
    duplicates: {
      description: 'traces with place and offset of an earlier one',
      type: 'integer',
      better: 'lower',
    },
    bin_inline: { description: 'distance of neighbouring inlines, coordinate units' },
    bin_crossline: { description: 'distance of neighbouring crosslines, coordinate units' },
    rotation: { description: 'azimuth of the inlines, degrees clockwise from north' },
    grid_residual: { description: 'largest distance of a trace from the plane grid, coordinate units' },
    samples: { description: 'samples of a trace', type: 'integer' },
    interval: { description: 'sample interval, s or m' },
    start: { description: 'time or depth of the first sample, s or m' },
    end: { description: 'time or depth of the last sample, s or m' },
  },
  determinism: 'pure',
  example:
    'use: evaluate.survey\nin: traces\nsave: { report: results/survey.md, headers: results/headers.csv }',
  async run(ctx) {
    const { traces } = ctx.in;
    const field = vectorOf(traces, ctx.config.column);
    if (!field)
      return ctx.fail('data/column', `there is no trace column "${ctx.config.column}"`, {
        path: ['with', 'column'],
      });
    if (traces.rows === 0)
      ctx.fail('data/rows', 'there are no traces to describe', { path: ['in', 'traces'] });
    const [{ geometryOf }, { geometrySentences }] = await Promise.all([
      import('../lib/segy/geometry.js'),
      import('../lib/segy/geometry-text.js'),
    ]);
    const read = async (name: string) =>
      isNumber(fieldOf(traces.schema, name)?.type ?? 'string')
        ? numbersOf(await traces.column(name))
        : undefined;
    const [cdp, x, y] = [await read('cdp'), await read('cdp_x'), await read('cdp_y')];
    const zeros = new Float64Array(traces.rows);
    const geometry = geometryOf({
      inline: (await read('inline')) ?? zeros,
      crossline: (await read('crossline')) ?? zeros,
      offset: (await read('offset')) ?? zeros,
      ...(cdp && { cdp }),
      ...(x && { x }),
      ...(y && { y }),
    });
    const { grid, binSize } = geometry;
    const { axis } = shownAxis(field.axis);
    const values = {
      traces: traces.rows,
      kind: geometry.kind,
      prestack: geometry.prestack,
      inlines: geometry.inlines.values.length,
      crosslines: geometry.crosslines.values.length,
      offsets: geometry.offsets.values.length,
      bins: geometry.bins,
      completeness: 1 - geometry.missing / geometry.bins,
      duplicates: geometry.duplicates,
      ...(grid &&
        binSize && {
          bin_inline: binSize.inline,
          bin_crossline: binSize.crossline,
          rotation: grid.rotation,
          grid_residual: grid.residual.max,
        }),
      samples: field.width,
      interval: axis.step,
      start: axis.start,
      end: axis.start + axis.step * (field.width - 1),
    };
    const text = await textHeader(traces, ctx.config.column);
    return {
      report: {
        kind: 'report',
        title: 'Survey',
        sections: [
          { heading: 'Geometry', text: geometrySentences(geometry, traces.rows).join('\n\n') },
          { heading: 'Sampling', text: samplingText(field.axis, field.width) },
          ...(text.length > 0 ? [{ heading: 'Text header', text: text.join('\n\n') }] : []),
        ],
      },
      headers: await ctx.tables.create(await headerFrame(traces)),
      metrics: { kind: 'metrics', values, details: {} },
    };
  },
});

function samplingText(axis: Axis | undefined, width: number): string {
  const shown = shownAxis(axis);
  const { start, step, unit } = shown.axis;
  const [first, every, last] = [start, step, start + step * (width - 1)].map((value) =>
    Number((value * shown.scale).toPrecision(9)),
  );
  if (unit !== 's' && unit !== 'm') return `${width} samples a trace; no header states their interval.`;
  return `${width} samples a trace, every ${every} ${shown.unit}, from ${first} to ${last} ${shown.unit}.`;
}

/** Lines of the text header that say something; none where the traces lie in no SEG-Y file. */
async function textHeader(traces: Table, column: string): Promise<readonly string[]> {
  const opened = await openSegy(traces, column);
  if (!opened) return [];
  await using _ = opened.source;
  return opened.layout.text
    .map((line) => line.replace(obeyed, '.').trim())
    .filter((line) => !/^C?\s*\d*[\s.]*$/.test(line));
}

/** Characters that a terminal or a page would obey, not show. */
const obeyed = /[\u0000-\u001f\u007f-\u009f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff<>`]/g;

async function headerFrame(traces: Table) {
  const names = traces.schema.fields
    .filter(({ type, role }) => isNumber(type) && (role === 'position' || role === 'key'))
    .map(({ name }) => name);
  const columns: Float64Array[] = [];
  for (const name of names) columns.push(numbersOf(await traces.column(name)).sort());
  const numbers = (of: (ascending: Float64Array) => number) => Float64Array.from(columns, of);
  return frameOfPlain([
    { name: 'header', texts: names },
    { name: 'distinct', numbers: numbers((v) => new Set(v).size) },
    { name: 'minimum', numbers: numbers((v) => v[0]!) },
    { name: 'maximum', numbers: numbers((v) => v.at(-1)!) },
    { name: 'zeros', numbers: numbers((v) => v.filter((value) => value === 0).length) },
  ]);
}
