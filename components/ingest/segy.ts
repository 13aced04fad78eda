import { basename, extname } from 'node:path';
import type { Column } from '../../engine/artifacts/column.js';
import { Frame } from '../../engine/artifacts/frame.js';
import type { Axis, Field, PlannedSchema, Role } from '../../engine/artifacts/schema.js';
import type { Json } from '../../engine/canonical.js';
import { type Context, defineComponent, table } from '../../engine/component.js';
import { Config, OneOf, Path, Quantity, type Static, Type } from '../../engine/schema.js';
import { sharedF64, sharedI32 } from '../lib/compute/shared.js';
import { windowOf } from '../lib/segy/axis.js';
import { type Layout, windowLength } from '../lib/segy/layout.js';
import { overridesOf, type ReadSettings } from '../lib/segy/settings.js';

const position = Type.Union(
  [
    Type.Integer({ minimum: 1, description: 'first byte, counted from 1' }),
    Type.Object(
      {
        byte: Type.Integer({ minimum: 1 }),
        type: Type.Optional(
          OneOf(['int8', 'uint8', 'int16', 'uint16', 'int32', 'uint32', 'float32', 'float64']),
        ),
      },
      { additionalProperties: false },
    ),
  ],
  { description: 'byte, or byte and type' },
);

const config = Config({
  path: Path({ description: 'the SEG-Y or SU file' }),
  window: Type.Optional(
    Type.Array(Type.Union([Quantity('time'), Quantity('length')]), {
      minItems: 2,
      maxItems: 2,
      description: 'part of each trace to read, both ends included: [1200 ms, 1600 ms], or in m for depth',
    }),
  ),
  kind: OneOf(['auto', 'segy', 'su'], {
    default: 'auto',
    description: 'su: traces without file header (Seismic Unix); auto takes the ending .su for that',
  }),
  endian: Type.Optional(OneOf(['big', 'little'], { description: 'byte order; found out where absent' })),
  format: Type.Optional(
    OneOf([1, 2, 3, 5, 6, 7, 8, 9, 10, 11, 12, 15, 16], {
      description: 'sample format code; from byte 3225 where absent',
    }),
  ),
  samples: Type.Optional(Type.Integer({ minimum: 1, description: 'samples a trace' })),
  text_encoding: Type.Optional(OneOf(['ebcdic', 'ascii'], { description: 'of the text header' })),
  extended_headers: Type.Optional(
    Type.Integer({ minimum: 0, description: 'number of extended text headers' }),
  ),
  extra_trace_headers: Type.Optional(
    Type.Integer({ minimum: 0, description: 'headers of a trace after its first' }),
  ),
  interval: Type.Optional(
    Type.Union([Quantity('time'), Quantity('length')], { description: 'sample interval' }),
  ),
  domain: OneOf(['auto', 'time', 'depth'], {
    default: 'auto',
    description: 'vertical axis; auto: as revision 2 headers state it, time where they say nothing',
  }),
  unit: Type.Optional(
    OneOf(['m', 'ft'], { description: 'of a vertical axis in depth; from byte 3255 where absent' }),
  ),
  first_trace: Type.Optional(
    Type.Integer({ minimum: 1, description: 'byte where the first trace begins, counted from 1' }),
  ),
  coordinate_scalar: Type.Optional(
    Type.Integer({
      minimum: -1_000_000,
      maximum: 1_000_000,
      description: 'scalar of all coordinates in place of bytes 71–72: -100 divides by 100, 1 leaves alone',
    }),
  ),
  bytes: Type.Record(Type.String(), position, {
    default: {},
    description:
      'positions of trace header fields that are not where the standard has them: { INLINE_3D: 9 }',
  }),
  headers: Type.Array(Type.String(), {
    default: [],
    description: 'more trace header fields to read as columns, by their standard names',
  }),
  truncated: OneOf(['error', 'keep_whole'], {
    default: 'error',
    description: 'what to do with a file that ends inside a trace',
  }),
});
type SegyConfig = Static<typeof config>;

/** Header fields that every table of traces has, their columns and what they are for. */
const standard: readonly { header: string; name: string; role: Role }[] = [
  { header: 'INLINE_3D', name: 'inline', role: 'position' },
  { header: 'CROSSLINE_3D', name: 'crossline', role: 'position' },
  { header: 'CDP_X', name: 'cdp_x', role: 'position' },
  { header: 'CDP_Y', name: 'cdp_y', role: 'position' },
  { header: 'FieldRecord', name: 'field_record', role: 'key' },
  { header: 'TraceNumber', name: 'trace_number', role: 'key' },
  { header: 'CDP', name: 'cdp', role: 'key' },
  { header: 'offset', name: 'offset', role: 'key' },
];
const perUnit = { ms: 0.001, m: 1, ft: 0.3048, samples: 1 } as const;

/** Traces of a SEG-Y file, read where they lie: headers become columns, samples stay in the file until used. */
export default defineComponent({
  name: 'ingest.segy',
  version: '1',
  summary: 'Read a SEG-Y or SU file: one row a trace, with its headers and its samples',
  config,
  inputs: {},
  outputs: { traces: table('one row a trace') },
  metrics: {
    traces: { description: 'traces read', type: 'integer' },
    samples: { description: 'samples a trace, within the window', type: 'integer' },
    interval: { description: 'sample interval, s or m' },
  },
  needs: ['files'],
  determinism: 'pure',
  example: 'use: ingest.segy\nwith: { path: data/survey.sgy, window: [1200 ms, 1600 ms] }',
  columns: (given): { traces: PlannedSchema } => ({ traces: { fields: plannedFields(given.headers) } }),
  async run(ctx) {
    const [{ fileSource }, { describe }, { columnsOf }, { readHeaders }] = await Promise.all([
      import('../lib/segy/source.js'),
      import('../lib/segy/describe.js'),
      import('../lib/segy/columns.js'),
      import('../lib/segy/reader.js'),
    ]);
    const { path, digest } = await ctx.files.input(ctx.config.path);
    await using source = await fileSource(path);
    const found = await describe(source, overridesOf(ctx.config as ReadSettings, path));
    if (!found.ok) {
      const { message, byte, hint } = found.problem;
      return ctx.fail('segy/format', `${basename(path)}, byte ${byte}: ${message}`, {
        path: ['with', 'path'],
        hint,
      });
    }
    const layout = windowed(ctx, found.value);
    for (const note of layout.notes)
      ctx.warn(`byte ${note.byte}: ${note.message}`, { code: 'segy/format', hint: note.hint });
    const wanted = [...standard.map((s) => s.header), ...ctx.config.headers];
    const unknown = wanted.filter((name) => !Object.hasOwn(layout.fields, name));
    if (unknown.length > 0)
      ctx.fail('data/column', `"${unknown[0]}" is no trace header field of this file`, {
        path: ['with', 'headers'],
        hint: `fields are named as the standard names them: ${Object.keys(layout.fields).slice(0, 12).join(', ')} …`,
      });
    const columns = columnsOf(layout, wanted);
    const { traces } = layout.trace;
    const fields = plannedFields(ctx.config.headers, axisOf(layout), windowLength(layout.trace)) as Field[];
    const writer = ctx.tables.writer({ fields: fields.filter((field) => field.type !== 'vector') });
    const file = basename(path, extname(path));
    for (let first = 0; first < traces || first === 0; first += batch) {
      ctx.signal.throwIfAborted();
      const count = Math.min(batch, traces - first);
      const headers = await readHeaders(source, layout.trace, columns, { first, count });
      await writer.append(frameOf(ctx.config, fields, file, first, count, headers));
      ctx.progress(first + count, traces, 'headers');
    }
    ctx.metric('traces', traces);
    ctx.metric('samples', windowLength(layout.trace));
    ctx.metric('interval', layout.axis.step * perUnit[layout.axis.unit]);
    const trace = fields.find((field) => field.type === 'vector')!;
    const external = { reader: 'segy' as const, path, digest, layout: layout.trace as unknown as Json };
    const samples = await ctx.tables.external(trace, [{ rows: traces, column: { external } }]);
    return { traces: await ctx.tables.with(await writer.finish(), samples) };
  },
});

const batch = 65_536;

function plannedFields(headers: readonly string[], axis?: Axis, width?: number) {
  const field = (name: string, type: Field['type'], role: Role) => ({ name, type, role, nullable: false });
  return [
    field('file_id', 'string', 'key'),
    field('trace_id', 'int64', 'key'),
    ...standard.map(({ name, role }) => field(name, 'float64', role)),
    ...headers.map((name) => field(name, 'float64', 'key')),
    { ...field('trace', 'vector', 'feature'), ...(axis && { axis }), ...(width !== undefined && { width }) },
  ].map((f) =>
    /^(inline|crossline|field_record|trace_number|cdp|offset)$/.test(f.name)
      ? { ...f, type: 'int32' as const }
      : f,
  );
}

function frameOf(
  given: SegyConfig,
  fields: readonly Field[],
  file: string,
  first: number,
  count: number,
  headers: Readonly<Record<string, Int32Array | Float64Array>>,
): Frame {
  const columns = new Map<string, Column>([
    ['file_id', { type: 'string', values: sharedI32(count), dictionary: [file] }],
    ['trace_id', { type: 'int64', values: sharedF64(count).map((_, i) => first + i) }],
  ]);
  for (const { header, name } of [...standard, ...given.headers.map((h) => ({ header: h, name: h }))]) {
    const field = fields.find((f) => f.name === name)!;
    const values =
      field.type === 'int32' ? Int32Array.from(headers[header]!) : Float64Array.from(headers[header]!);
    columns.set(name, { type: field.type as 'int32' | 'float64', values });
  }
  return new Frame({ fields: fields.filter((f) => f.type !== 'vector') }, columns, count);
}

/** The axis in seconds or metres, from the first sample that is read. */
function axisOf(layout: Layout): Axis {
  const scale = perUnit[layout.axis.unit];
  const unit = layout.axis.unit === 'ms' ? 's' : layout.axis.unit === 'samples' ? 'samples' : 'm';
  const start = (layout.axis.start + layout.trace.window[0] * layout.axis.step) * scale;
  return { start, step: layout.axis.step * scale, unit };
}

function windowed(ctx: Context<typeof config>, layout: Layout): Layout {
  const { window } = ctx.config;
  if (!window) return layout;
  const scale = perUnit[layout.axis.unit];
  const range = windowOf(layout.axis, layout.trace.samples, [window[0]! / scale, window[1]! / scale]);
  if (!range) {
    const { start, step, unit } = layout.axis;
    ctx.fail(
      'data/values',
      `no sample of the traces lies in the window; they run from ${start} to ${start + step * (layout.trace.samples - 1)} ${unit}`,
      {
        path: ['with', 'window'],
      },
    );
  }
  return { ...layout, trace: { ...layout.trace, window: range! } };
}
