import type { Axis, Field } from '../../engine/artifacts/schema.js';
import { samplesOf, shownAxis } from '../../engine/artifacts/traces.js';
import { defineTransform } from '../../engine/component.js';
import { Config, Quantity, Type } from '../../engine/schema.js';
import { sharedF64 } from '../lib/compute/shared.js';

/** Time or depth, and the number of the sample nearest to it; the middle of the trace where nothing is asked for. */
const sampleAt = ({ start, step }: Axis, width: number, at: number | undefined): number =>
  at === undefined ? Math.floor((width - 1) / 2) : Math.round((at - start) / step);

/** The amplitude of every trace at one time or depth: what a time slice shows. */
export default defineTransform({
  name: 'prep.trace-slice',
  version: '1',
  summary: 'Take the amplitude of each trace at a time or depth, for a slice through the survey',
  config: Config({
    column: Type.String({ default: 'trace', minLength: 1, description: 'the vector column with the traces' }),
    at: Type.Optional(
      Type.Union([Quantity('time'), Quantity('length')], {
        description: 'time or depth; the nearest sample is taken, that in the middle where absent',
      }),
    ),
    name: Type.String({ default: 'amplitude', minLength: 1, description: 'name of the column' }),
    keep: Type.Boolean({ default: true, description: 'keep the trace column for later items' }),
  }),
  example: 'use: prep.trace-slice\nin: traces\nwith: { at: 1200 ms }',
  scope: 'row',
  determinism: 'pure',
  stateVersion: 1,
  apply(ctx, _state, frame) {
    const { column, at, name, keep } = ctx.config;
    if (!frame.has(column) || frame.field(column).type !== 'vector')
      ctx.fail('data/column', `no trace column "${column}" among the features`, { path: ['with', 'column'] });
    const { width = 0, axis: given, unit } = frame.field(column);
    const { axis, scale, unit: shownUnit } = shownAxis(given);
    const sample = sampleAt(axis, width, at);
    if (!(sample >= 0 && sample < width))
      ctx.fail(
        'data/values',
        `no sample lies there; the traces run from ${axis.start} to ${axis.start + axis.step * (width - 1)} ${axis.unit}`,
        { path: ['with', 'at'] },
      );
    const samples = samplesOf(frame, column);
    const values = sharedF64(frame.rows);
    for (let row = 0; row < frame.rows; row++) values[row] = samples[row * width + sample]!;
    const valid = Uint8Array.from(values, (value) => (Number.isFinite(value) ? 1 : 0));
    const place = Number(((axis.start + sample * axis.step) * scale).toPrecision(9));
    const field: Field = {
      name,
      type: 'float64',
      role: 'feature',
      nullable: valid.includes(0),
      ...(unit !== undefined && { unit }),
      description: `at ${shownUnit === '' ? `sample ${place + 1}` : `${place} ${shownUnit}`}`,
    };
    const out = frame.with(field, { type: 'float64', values, ...(field.nullable && { valid }) });
    return keep ? out : out.drop([column]);
  },
  columns: ({ column, name, keep }, schema) => ({
    ...schema,
    fields: [
      ...schema.fields.filter((f) => (keep || f.name !== column) && f.name !== name),
      { name, type: 'float64', role: 'feature' },
    ],
  }),
});
