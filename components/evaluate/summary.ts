import type { Column } from '../../engine/artifacts/column.js';
import { Frame } from '../../engine/artifacts/frame.js';
import type { Field } from '../../engine/artifacts/schema.js';
import { defineComponent, metrics, table } from '../../engine/component.js';
import { Config, Type } from '../../engine/schema.js';
import { sharedF64 } from '../lib/compute/shared.js';

/** Scores of several runs of a step, of `foreach` say, side by side and in summary. */
export default defineComponent({
  name: 'evaluate.summary',
  version: '1',
  summary: 'Mean, least and most of the metrics of several scores',
  config: Config({
    metrics: Type.Array(Type.String(), { minItems: 1, description: 'names of the metrics to sum up' }),
  }),
  inputs: { in: metrics('scores', { many: true }) },
  outputs: {
    summary: metrics('mean_…, min_…, max_… of each'),
    scores: table('one row a score, in the order wired'),
  },
  determinism: 'pure',
  example: 'use: evaluate.summary\nin: score\nwith: { metrics: [f1_micro] }',
  columns: ({ metrics: names }) => ({
    scores: { fields: names.map((name) => ({ name, type: 'float64' as const, role: 'feature' as const })) },
  }),
  async run(ctx) {
    const names = ctx.config.metrics;
    const values: { [name: string]: number } = {};
    const columns = new Map<string, Column>();
    for (const [i, name] of names.entries()) {
      const found = ctx.in.in.map((one) => one.values[name]);
      if (found.length === 0 || found.some((value) => typeof value !== 'number'))
        ctx.fail('spec/value', `not every score has a number "${name}"`, { path: ['with', 'metrics', i] });
      const column = sharedF64(found.length);
      column.set(found as number[]);
      columns.set(name, { type: 'float64', values: column });
      values[`mean_${name}`] = column.reduce((a, b) => a + b, 0) / column.length;
      values[`min_${name}`] = Math.min(...column);
      values[`max_${name}`] = Math.max(...column);
    }
    const fields = names.map((name): Field => ({ name, type: 'float64', role: 'feature', nullable: false }));
    return {
      summary: { kind: 'metrics', values, details: {} },
      scores: await ctx.tables.create(new Frame({ fields }, columns)),
    };
  },
});
