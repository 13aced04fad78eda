import { type Column, cell } from '../../engine/artifacts/column.js';
import type { Frame } from '../../engine/artifacts/frame.js';
import { type Context, defineTransform } from '../../engine/component.js';
import { Config, Type } from '../../engine/schema.js';
import { sharedF64 } from '../lib/compute/shared.js';

type Encoding = { readonly prior: number; readonly means: { readonly [category: string]: number } };
type State = { readonly [column: string]: Encoding };

/**
 * Text columns as the smoothed mean of the target (Micci-Barreca 2001). Training rows get the mean of the other
 * folds (scikit-learn: TargetEncoder.fit_transform), so that no row sees its own target.
 */
export default defineTransform({
  name: 'prep.target-encode',
  version: '1',
  summary: 'Replace text by the mean of a numeric target, out of fold on the training rows',
  config: Config({
    folds: Type.Integer({ default: 5, minimum: 2, maximum: 100, description: 'folds for the training rows' }),
    smooth: Type.Number({ default: 20, minimum: 0, description: 'rows that the overall mean counts for' }),
  }),
  example: 'use: prep.target-encode\nin: rows',
  scope: 'row',
  determinism: 'seeded',
  stateVersion: 1,
  async fitApply(ctx, data) {
    const frame = await data.frame();
    const y = targetOf(ctx, frame);
    const names = frame
      .withRole('feature')
      .filter((f) => f.type === 'string')
      .map((f) => f.name);
    const fold = ctx
      .random()
      .permutation(frame.rows)
      .map((place) => place % ctx.config.folds);
    let out = frame;
    const state: { [column: string]: Encoding } = {};
    for (const name of names) {
      const texts = textsOf(frame.column(name), frame.rows);
      const values = sharedF64(frame.rows);
      for (let k = 0; k < ctx.config.folds; k++) {
        const encoding = learn(texts, y, ctx.config.smooth, (row) => fold[row] !== k);
        for (let i = 0; i < frame.rows; i++) if (fold[i] === k) values[i] = encodingOf(encoding, texts[i]!);
      }
      state[name] = learn(texts, y, ctx.config.smooth, () => true);
      out = encoded(out, name, values);
    }
    return { state, frame: out };
  },
  apply(_ctx, state: State, frame) {
    let out = frame;
    for (const [name, encoding] of Object.entries(state)) {
      const texts = textsOf(frame.column(name), frame.rows);
      out = encoded(
        out,
        name,
        sharedF64(frame.rows).map((_, i) => encodingOf(encoding, texts[i]!)),
      );
    }
    return out;
  },
  columns: (_config, schema) => ({
    ...schema,
    fields: schema.fields.map((f) =>
      f.role === 'feature' && f.type === 'string' ? { ...f, type: 'float64' } : f,
    ),
  }),
});

const encoded = (frame: Frame, name: string, values: Float64Array): Frame =>
  frame.with({ ...frame.field(name), type: 'float64', nullable: false }, { type: 'float64', values });

/** A missing text is a category of its own. */
const textsOf = (column: Column, rows: number): readonly string[] =>
  Array.from({ length: rows }, (_, i) => JSON.stringify(cell(column, i)));

const encodingOf = ({ prior, means }: Encoding, text: string): number =>
  Object.hasOwn(means, text) ? means[text]! : prior;

function learn(
  texts: readonly string[],
  y: Float64Array,
  smooth: number,
  use: (row: number) => boolean,
): Encoding {
  const sums = new Map<string, { sum: number; count: number }>();
  let all = 0;
  let rows = 0;
  for (let i = 0; i < texts.length; i++) {
    if (!use(i)) continue;
    const found = sums.get(texts[i]!) ?? { sum: 0, count: 0 };
    sums.set(texts[i]!, { sum: found.sum + y[i]!, count: found.count + 1 });
    all += y[i]!;
    rows++;
  }
  const prior = rows > 0 ? all / rows : 0;
  const mean = ({ sum, count }: { sum: number; count: number }) => (sum + smooth * prior) / (count + smooth);
  return { prior, means: Object.fromEntries([...sums].map(([text, found]) => [text, mean(found)])) };
}

function targetOf(ctx: Context, frame: Frame): Float64Array {
  const [target] = frame.withRole('target');
  const column = target && frame.column(target.name);
  if (!column || column.type === 'string' || column.type === 'vector')
    return ctx.fail('learn/target', 'target encoding needs a numeric target', {
      hint: 'name it in prep.split: target',
    });
  return Float64Array.from(column.values);
}
