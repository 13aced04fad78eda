import { isNumber } from '../../engine/artifacts/column.js';
import { fieldOf } from '../../engine/artifacts/schema.js';
import type { Table } from '../../engine/artifacts/table.js';
import { openSegy } from '../../engine/artifacts/traces.js';
import { labelsOf, numbersOf } from '../../engine/artifacts/values.js';
import { type Context, defineComponent, file, table } from '../../engine/component.js';
import { Config, Type } from '../../engine/schema.js';
import { shareLabels } from '../lib/plot/classes.js';

const config = Config({
  value: Type.Optional(
    Type.String({
      minLength: 1,
      description: 'column to write; `predicted`, `cluster` or `anomaly_score` where absent',
    }),
  ),
  missing: Type.Number({ default: -1, description: 'value of traces that have none' }),
  trace: Type.String({ default: 'trace', minLength: 1, description: 'the vector column of the traces' }),
});
type SegyContext = Context<typeof config>;

/** A file is made in memory. */
const largest = 2 ** 31;

/**
 * The survey with a value a trace in place of its samples, for interpretation programs: file header, trace headers and
 * sample format stay as bytes, the text header says what was done.
 */
export default defineComponent({
  name: 'serve.segy',
  version: '1',
  summary: 'Write a value a trace as SEG-Y: in every sample of the trace, headers kept as bytes',
  config,
  inputs: {
    values: table('rows with `trace_id` and the value, as serve.predict gives them'),
    traces: table('the traces, as ingest.segy gives them'),
  },
  outputs: { volume: file('the SEG-Y file') },
  metrics: {
    traces: { description: 'traces written', type: 'integer' },
    without_value: { description: 'traces that got the value for missing ones', type: 'integer' },
  },
  determinism: 'pure',
  example: 'use: serve.segy\nin: { values: facies, traces: traces }\nsave: { volume: results/facies.sgy }',
  async run(ctx) {
    const { values: rows, traces } = ctx.in;
    const opened = await openSegy(traces, ctx.config.trace);
    if (!opened)
      return ctx.fail('data/column', `"${ctx.config.trace}" does not lie in one SEG-Y file`, {
        path: ['in', 'traces'],
        hint: 'give the traces as ingest.segy reads them',
      });
    await using source = opened.source;
    if (source.size >= largest)
      ctx.fail('data/values', `the file has ${source.size} bytes, more than the 2 GB that can be written`, {
        path: ['in', 'traces'],
        hint: 'save the values as xyz or parquet',
      });
    const [{ bytesSink }, { copySegy }] = await Promise.all([
      import('../lib/segy/sink.js'),
      import('../lib/segy/copy.js'),
    ]);
    const { trace } = opened.layout;
    // The whole of every trace is written, whatever window of it was looked at.
    const layout = { ...opened.layout, trace: { ...trace, window: [0, trace.samples - 1] as const } };
    const { name, byTrace, without } = await valuesByTrace(ctx, rows, trace.traces);
    const sink = bytesSink();
    const { samples } = trace;
    const copied = await copySegy(source, layout, sink, {
      tool: 'toolbox',
      change: `samples replaced by ${name} of the trace`,
      edit(block) {
        ctx.signal.throwIfAborted();
        for (let i = 0; i < block.count; i++)
          block.samples.fill(byTrace[block.row + i]!, i * samples, (i + 1) * samples);
      },
    });
    if (!copied.ok)
      return ctx.fail('segy/format', copied.problem.message, {
        path: ['in', 'values'],
        hint: copied.problem.hint,
      });
    if (copied.value.lost > 0)
      ctx.warn(`${copied.value.lost} samples hold values that the sample format of the file cannot`, {
        path: ['in', 'values'],
        hint: 'save the values as xyz or parquet',
      });
    ctx.metric('traces', trace.traces);
    ctx.metric('without_value', without);
    return {
      volume: await ctx.file({ name: 'values.sgy', media: 'application/x-segy', bytes: sink.bytes() }),
    };
  },
});

/** The value of each trace of the file; of text the number of its class, in order of their names. */
async function valuesByTrace(ctx: SegyContext, rows: Table, traces: number) {
  const names =
    ctx.config.value === undefined ? ['predicted', 'cluster', 'anomaly_score'] : [ctx.config.value];
  const field = names
    .map((name) => fieldOf(rows.schema, name))
    .find((found) => found && found.type !== 'vector');
  if (!field)
    return ctx.fail('data/column', `there is no column "${names[0]}" to write`, {
      path: ctx.config.value === undefined ? ['in', 'values'] : ['with', 'value'],
      hint: `the table has ${rows.schema.fields.map(({ name }) => name).join(', ')}`,
    });
  if (!fieldOf(rows.schema, 'trace_id'))
    return ctx.fail('data/column', 'there is no column "trace_id", which says of which trace a row is', {
      path: ['in', 'values'],
    });
  const column = await rows.column(field.name);
  const codes = isNumber(field.type) ? undefined : shareLabels([labelsOf(column)]).codes[0]!;
  const values = codes
    ? Float64Array.from(codes, (code) => (code < 0 ? Number.NaN : code))
    : numbersOf(column);
  const ids = numbersOf(await rows.column('trace_id'));
  const byTrace = new Float64Array(traces).fill(Number.NaN);
  ids.forEach((id, row) => {
    byTrace[id] = values[row]!;
  });
  const without = byTrace.reduce((n, value) => n + (Number.isNaN(value) ? 1 : 0), 0);
  return {
    name: field.name,
    byTrace: byTrace.map((value) => (Number.isNaN(value) ? ctx.config.missing : value)),
    without,
  };
}
