import type { Frame } from '../../engine/artifacts/frame.js';
import type { PlannedSchema } from '../../engine/artifacts/schema.js';
import { readTimes } from '../../engine/artifacts/times.js';
import { type Context, defineTransform } from '../../engine/component.js';
import { Config, OneOf, Type } from '../../engine/schema.js';
import { sharedF64 } from '../lib/compute/shared.js';
import { calendarPart, calendarParts } from '../lib/forecast/calendar.js';

const config = Config({
  time: Type.Optional(
    Type.String({
      minLength: 1,
      description: 'column with dates, timestamps or months; the one with the role order where absent',
    }),
  ),
  parts: Type.Array(OneOf(calendarParts), {
    default: ['trend', 'month', 'year_sin', 'year_cos'],
    minItems: 1,
    description:
      'trend: years since 2000; month, quarter, day, weekday (1 is Monday), week (ISO), hour; year_sin and year_cos: the place in the year as a circle',
  }),
});

/** What the calendar says of each row's time. Nothing is learned, so that training and later rows are treated alike. */
export default defineTransform({
  name: 'prep.calendar',
  version: '1',
  summary: 'Add month, quarter, weekday, place in the year and trend of each row’s time',
  config,
  example: 'use: prep.calendar\nin: prices\nwith: { time: month, parts: [trend, month] }',
  scope: 'row',
  determinism: 'pure',
  stateVersion: 1,
  apply(ctx, _state, frame) {
    const name = ctx.config.time ?? frame.withRole('order')[0]?.name;
    const values = timesOf(ctx, frame, name);
    let out = frame;
    for (const part of ctx.config.parts) {
      const numbers = sharedF64(frame.rows);
      for (let row = 0; row < frame.rows; row++) numbers[row] = calendarPart(part, values[row]!);
      const valid = Uint8Array.from(numbers, (v) => (Number.isNaN(v) ? 0 : 1));
      out = out.with(fieldOf(name!, part), {
        type: 'float64',
        values: numbers,
        ...(valid.includes(0) && { valid }),
      });
    }
    return out;
  },
  columns(config, schema: PlannedSchema) {
    const name = config.time ?? schema.fields.find((f) => f.role === 'order')?.name;
    if (name === undefined) return { ...schema, open: true };
    return { ...schema, fields: [...schema.fields, ...config.parts.map((part) => fieldOf(name, part))] };
  },
});

const fieldOf = (name: string, part: string) =>
  ({ name: `${name}_${part}`, type: 'float64', role: 'feature', nullable: true }) as const;

/** Milliseconds since 1970 of each row, NaN where there is no time. */
function timesOf(ctx: Context<typeof config>, frame: Frame, name: string | undefined): Float64Array {
  if (name === undefined || !frame.has(name))
    return ctx.fail(
      'data/column',
      name ? `there is no column "${name}" to see` : 'no column has the role order',
      {
        path: name ? ['with', 'time'] : ['with'],
        hint: 'a time that is neither feature nor order is not shown here: give it the role order where it comes in',
      },
    );
  const times = readTimes(frame.column(name));
  if (!times || times.kind === 'number')
    return ctx.fail('data/column', `"${name}" holds no dates`, { path: ['with', 'time'] });
  const { kind, values } = times;
  if (kind === 'month') return values.map((m) => Date.UTC(Math.floor(m / 12), ((m % 12) + 12) % 12, 1));
  return values.map((v) => (kind === 'date' ? v * 86_400_000 : v / 1000));
}
