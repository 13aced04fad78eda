import { isNumber } from '../../engine/artifacts/column.js';
import { type Axis, type Field, fieldOf } from '../../engine/artifacts/schema.js';
import type { Table } from '../../engine/artifacts/table.js';
import { labelsOf, numbersOf } from '../../engine/artifacts/values.js';
import { type Context, defineComponent, file, metrics, table } from '../../engine/component.js';
import { ColumnName, Config, OneOf, Quantity, Type } from '../../engine/schema.js';
import { lineAxis } from '../lib/plot/cells.js';
import { shareLabels } from '../lib/plot/classes.js';
import { rampNames } from '../lib/plot/colours.js';
import { amplitudeRange, type SectionFigure, sectionFigure } from '../lib/plot/section.js';
import { toPng } from '../lib/plot/to-png.js';

const config = Config({
  inline: Type.Optional(
    Type.Integer({ description: 'number of the inline to draw; the middle one where absent' }),
  ),
  crossline: Type.Optional(Type.Integer({ description: 'number of the crossline to draw instead' })),
  column: Type.String({ default: 'trace', minLength: 1, description: 'the vector column with the traces' }),
  classes: Type.Optional(
    ColumnName({
      port: 'traces',
      description: 'column shown as a strip above; `predicted` or `cluster` where absent',
    }),
  ),
  clip: Quantity('share', {
    default: 0.99,
    exclusiveMinimum: 0,
    maximum: 1,
    description: 'share of the amplitudes within the colour scale',
  }),
  colours: Type.Optional(
    OneOf(rampNames, { description: 'blue-red for amplitudes about 0, viridis for others, where absent' }),
  ),
  title: Type.Optional(Type.String({ minLength: 1, maxLength: 200, description: 'above the section' })),
});
type SectionContext = Context<typeof config>;

/** The traces of one line, as numbers of rows in the order in which they stand, and what numbers them. */
interface Line {
  readonly rows: Uint32Array;
  readonly numbers: Float64Array;
  readonly label: string;
  readonly title: string;
}

/** A picture of the traces of one inline or crossline, or of a 2-D line, over time or depth. */
export default defineComponent({
  name: 'evaluate.section',
  version: '1',
  summary: 'Draw the traces of one line as a section over time or depth',
  config,
  inputs: { traces: table('traces, as ingest.segy gives them') },
  outputs: { figure: file('the section'), metrics: metrics('what is drawn') },
  metrics: {
    traces: { description: 'traces drawn', type: 'integer' },
    samples: { description: 'samples of each', type: 'integer' },
    clip: { description: 'value at the upper end of the colour scale' },
  },
  determinism: 'pure',
  example:
    'use: evaluate.section\nin: traces\nwith: { inline: 120 }\nsave: { figure: results/inline-120.png }',
  async run(ctx) {
    const { traces } = ctx.in;
    const { column } = ctx.config;
    const field = fieldOf(traces.schema, column);
    if (field?.type !== 'vector')
      return ctx.fail('data/column', `there is no trace column "${column}"`, { path: ['with', 'column'] });
    const line = await lineOf(ctx, traces);
    const along = lineAxis(line.numbers);
    const standing = new Int32Array(along.count).fill(-1);
    for (const [i, number] of line.numbers.entries()) {
      const place = Math.floor((number - along.first) / along.step + 0.5);
      // Of several traces at one place the first is drawn.
      if (standing[place] === -1) standing[place] = i;
    }
    const picked = await ctx.tables.pick(traces, line.rows);
    const samples = await picked.column(column);
    if (samples.type !== 'vector') throw new Error('a vector field has a vector column');
    const { from, to, signed } = amplitudeRange(samples.values, ctx.config.clip);
    const classes = await classesOf(ctx, traces, line, standing);
    const svg = sectionFigure({
      title: ctx.config.title ?? line.title,
      along,
      alongLabel: line.label,
      traces: standing,
      samples: samples.values,
      width: samples.width,
      vertical: verticalOf(field.axis, samples.width),
      scale: {
        ramp: ctx.config.colours ?? (signed ? 'blue-red' : 'viridis'),
        from,
        to,
        label: field.unit ?? (signed ? 'amplitude' : 'value'),
      },
      ...(classes && { classes }),
    });
    const drawn = standing.reduce((sum, trace) => sum + (trace < 0 ? 0 : 1), 0);
    return {
      figure: await ctx.file({
        name: 'section.svg',
        media: 'image/svg+xml',
        bytes: new TextEncoder().encode(svg),
        also: { png: await toPng(svg, ctx.compute) },
        data: await ctx.tables.select(
          picked,
          picked.schema.fields.filter((f) => f.type !== 'vector').map((f) => f.name),
        ),
      }),
      metrics: { kind: 'metrics', values: { traces: drawn, samples: samples.width, clip: to }, details: {} },
    };
  },
});

/** The line that was asked for, else the middle inline, else all traces along whatever numbers them. */
async function lineOf(ctx: SectionContext, traces: Table): Promise<Line> {
  if (traces.rows === 0) ctx.fail('data/rows', 'there are no traces to draw', { path: ['in', 'traces'] });
  const read = async (name: string) =>
    isNumber(fieldOf(traces.schema, name)?.type ?? 'string')
      ? numbersOf(await traces.column(name))
      : undefined;
  const [inline, crossline] = [await read('inline'), await read('crossline')];
  const across = ctx.config.crossline !== undefined && ctx.config.inline === undefined;
  const wanted = across ? ctx.config.crossline : ctx.config.inline;
  const [fixed, running] = across ? [crossline, inline] : [inline, crossline];
  const names = across ? ['crossline', 'inline'] : ['inline', 'crossline'];
  if (wanted !== undefined && !fixed?.includes(wanted))
    ctx.fail('data/values', `no trace lies on ${names[0]} ${wanted}`, {
      path: ['with', names[0]!],
      hint: fixed
        ? `they run from ${least(fixed)} to ${most(fixed)}`
        : `the table has no column "${names[0]}"`,
    });
  if (fixed && running && varies(running)) {
    const number = wanted ?? middle(fixed);
    return ordered(running, (row) => fixed[row] === number, names[1]!, `${capital(names[0]!)} ${number}`);
  }
  const all = () => true;
  for (const name of ['inline', 'cdp', 'trace_number', 'trace_id']) {
    const numbers = await read(name);
    if (numbers && varies(numbers)) return ordered(numbers, all, name, 'Traces along the line');
  }
  return ordered(
    Float64Array.from({ length: traces.rows }, (_, i) => i),
    all,
    'trace',
    'Traces',
  );
}

const varies = (values: Float64Array) => values.some((value) => value !== values[0]);
const least = (values: Float64Array) => values.reduce((a, b) => Math.min(a, b));
const most = (values: Float64Array) => values.reduce((a, b) => Math.max(a, b));
const middle = (values: Float64Array) => {
  const distinct = Float64Array.from(new Set(values)).sort();
  return distinct[distinct.length >> 1]!;
};
const capital = (word: string) => word[0]!.toUpperCase() + word.slice(1);

function ordered(numbers: Float64Array, keep: (row: number) => boolean, label: string, title: string): Line {
  const rows = Uint32Array.from(numbers.keys())
    .filter((row) => keep(row) && Number.isFinite(numbers[row]!))
    .sort((a, b) => numbers[a]! - numbers[b]! || a - b);
  return { rows, numbers: Float64Array.from(rows, (row) => numbers[row]!), label, title };
}

/** Milliseconds for time, metres for depth. */
function verticalOf(axis: Axis | undefined, width: number): SectionFigure['vertical'] {
  const { start, step, unit } = axis ?? { start: 0, step: 1, unit: 'samples' };
  const scale = unit === 's' ? 1000 : 1;
  return {
    from: start * scale,
    to: (start + step * (width - 1)) * scale,
    label: unit === 's' ? 'time (ms)' : unit === 'm' ? 'depth (m)' : 'sample',
  };
}

/** Classes of all the traces have colours, so that they are the same on every line of a survey. */
async function classesOf(ctx: SectionContext, traces: Table, line: Line, standing: Int32Array) {
  const names = ctx.config.classes === undefined ? ['predicted', 'cluster'] : [ctx.config.classes];
  const field = names
    .map((name) => fieldOf(traces.schema, name))
    .find((found): found is Field => found !== undefined && !found.type.startsWith('float'));
  if (!field || field.type === 'vector') return undefined;
  const { codes, labels } = shareLabels([labelsOf(await traces.column(field.name))]);
  return {
    label: field.name,
    labels: field.name === 'cluster' ? labels.map((label) => `cluster ${label}`) : labels,
    codes: standing.map((trace) => (trace < 0 ? -1 : codes[0]![line.rows[trace]!]!)),
  };
}
