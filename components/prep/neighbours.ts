import { type Column, isNumber } from '../../engine/artifacts/column.js';
import type { Frame } from '../../engine/artifacts/frame.js';
import { type Context, defineTransform } from '../../engine/component.js';
import { Config, Type } from '../../engine/schema.js';
import { sharedF64 } from '../lib/compute/shared.js';

/** Values of the rows before and after in the same group, in order: neighbouring depths of a well. */
export default defineTransform({
  name: 'prep.neighbours',
  version: '1',
  summary: 'Add the values of the rows above and below in the same group, and the gradient between them',
  config: Config({
    order: Type.String({ description: 'column that orders the rows of a group: depth, time' }),
    group: Type.String({ description: 'column whose equal values make a group: well, part' }),
    reach: Type.Integer({ default: 1, minimum: 1, maximum: 50, description: 'rows to look each way' }),
    gradient: Type.Boolean({
      default: true,
      description: 'add the difference per unit of order between the rows around',
    }),
  }),
  example: 'use: prep.neighbours\nin: logs\nwith: { group: well, order: depth }',
  scope: 'group',
  groups: (config) => [config.group],
  determinism: 'pure',
  stateVersion: 1,
  apply(ctx, _state, frame) {
    const { reach, gradient } = ctx.config;
    const names = frame.schema.fields
      .filter((f) => f.role === 'feature' && isNumber(f.type))
      .map((f) => f.name);
    const { order, start, end } = placed(ctx, frame);
    const depth = numbers(frame.column(ctx.config.order));
    let out = frame;
    const add = (name: string, valueAt: (k: number) => number) => {
      const values = sharedF64(frame.rows);
      for (let k = 0; k < frame.rows; k++) values[order[k]!] = valueAt(k);
      out = out.with(
        { name, type: 'float64', role: 'feature', nullable: false },
        { type: 'float64', values },
      );
    };
    for (const name of names) {
      const values = numbers(frame.column(name));
      const at = (k: number, step: number) =>
        values[order[Math.min(end[k]! - 1, Math.max(start[k]!, k + step))]!]!;
      // Past the ends of a group its last value stands, so that no row is lost.
      for (let step = 1; step <= reach; step++) {
        add(`${name}_above_${step}`, (k) => at(k, -step));
        add(`${name}_below_${step}`, (k) => at(k, step));
      }
      if (gradient)
        add(`${name}_gradient`, (k) => {
          const upper = order[Math.max(start[k]!, k - 1)]!;
          const lower = order[Math.min(end[k]! - 1, k + 1)]!;
          const distance = depth[lower]! - depth[upper]!;
          return distance === 0 ? 0 : (values[lower]! - values[upper]!) / distance;
        });
    }
    return out;
  },
  columns: (config, schema) => ({
    ...schema,
    fields: [
      ...schema.fields,
      ...schema.fields
        .filter((f) => f.role === 'feature' && (!f.type || isNumber(f.type)))
        .flatMap(({ name }) => [
          ...Array.from({ length: config.reach }, (_, i) => [
            `${name}_above_${i + 1}`,
            `${name}_below_${i + 1}`,
          ]).flat(),
          ...(config.gradient ? [`${name}_gradient`] : []),
        ])
        .map((name) => ({ name, type: 'float64' as const, role: 'feature' as const, nullable: false })),
    ],
  }),
});

const numbers = (column: Column): ArrayLike<number> => column.values;

/** Rows sorted by group and order, and for each place where its group starts and ends. */
function placed(ctx: Context, frame: Frame) {
  const config = ctx.config as { group: string; order: string };
  for (const key of ['group', 'order'] as const)
    if (!frame.has(config[key]))
      ctx.fail('data/column', `no column "${config[key]}" among features, groups, order and positions`, {
        path: ['with', key],
        hint: 'a key is never shown to prep: give it the role group or order where the data come in',
      });
  const group = frame.column(config.group);
  const depth = numbers(frame.column(config.order));
  const label = group.type === 'string' ? ranks(group.values, group.dictionary) : numbers(group);
  const order = Uint32Array.from({ length: frame.rows }, (_, i) => i);
  order.sort((a, b) => label[a]! - label[b]! || depth[a]! - depth[b]! || a - b);
  const start = new Uint32Array(frame.rows);
  const end = new Uint32Array(frame.rows);
  for (let k = 1; k < frame.rows; k++)
    start[k] = label[order[k]!] === label[order[k - 1]!] ? start[k - 1]! : k;
  for (let k = frame.rows - 1; k >= 0; k--)
    end[k] = k + 1 < frame.rows && start[k + 1] === start[k] ? end[k + 1]! : k + 1;
  return { order, start, end };
}

/** Codes renumbered by the code-point order of their text, so that the dictionary's order changes nothing. */
function ranks(codes: Int32Array, dictionary: readonly string[]): Int32Array {
  const sorted = [...dictionary].sort();
  const rank = new Map(sorted.map((text, i) => [text, i]));
  return codes.map((code) => (code < 0 ? -1 : rank.get(dictionary[code]!)!));
}
