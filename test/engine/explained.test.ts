/** `evaluate.importance` and `evaluate.explain` on every kind of model that tells of itself, as a pipeline. */
import { readFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { random } from '#dist/components/lib/random.js';
import { statusOf, testProject } from '../support/project.js';

const draw = random(11);
const lines = Array.from({ length: 240 }, () => {
  const [mass, qty, noise] = [draw.uniform() * 10, draw.uniform() * 10, draw.uniform()];
  const price = Math.exp(0.2 * mass - 0.05 * qty + 0.1 * draw.uniform());
  const size = price > 4 ? 'large' : price > 2 ? 'middle' : 'small';
  return [mass, qty, noise, price, price > 2 ? 'dear' : 'cheap', size].join(',');
});
const csv = ['mass,qty,noise,price,level,size', ...lines].join('\n');
const models = {
  forest: { target: 'price', use: 'train.random-forest', with: '{ trees: 20, out_of_bag: true }' },
  log_boosting: {
    target: 'price',
    use: 'train.gradient-boosting',
    with: '{ trees: 20, target_transform: log, monotone: { mass: increasing } }',
  },
  linear: { target: 'price', use: 'train.elastic-net', with: '{ alpha: 0.01 }' },
  three: { target: 'size', use: 'train.logistic-regression', with: '{ c: 2 }' },
  boosted_two: { target: 'level', use: 'train.gradient-boosting', with: '{ trees: 10 }' },
};
const targets = ['price', 'level', 'size'];
const steps = Object.entries(models).map(
  ([name, { target, use, with: config }]) => `
  ${name}_rows:
    use: prep.select
    in: rows
    with: { drop: [${targets.filter((other) => other !== target).join(', ')}] }
  ${name}_split:
    use: prep.split
    in: ${name}_rows
    with: { target: ${target}, test: 25% }
  ${name}:
    use: ${use}
    in: ${name}_split.train
    with: ${config}
  ${name}_importance:
    use: evaluate.importance
    in: { model: ${name}, data: ${name}_split.test }
    with: { repeats: 5 }
    save: { importance: results/${name}.csv }
  ${name}_explained:
    use: evaluate.explain
    in: { model: ${name}, data: ${name}_split.test }
    save: { summary: results/${name}-summary.csv, rows: results/${name}-rows.csv, figure: results/${name}.svg }`,
);

describe('models that tell of themselves', () => {
  let remove = () => {};
  afterAll(() => remove());

  it('rank what counts above what does not, and contributions add up', async () => {
    const project = testProject({
      'data/rows.csv': csv,
      'pipelines/p.yaml': `version: 1\nname: p\nsteps:\n  rows: { use: ingest.csv, with: { path: data/rows.csv } }${steps.join('')}\n`,
    });
    remove = project.remove;
    const run = await project.run('pipelines/p.yaml');
    expect(Object.values(statusOf(run)).filter((status) => status !== 'ran' && status !== 'reused')).toEqual(
      [],
    );
    const metrics = Object.fromEntries(run.result.nodes.map((node) => [node.address, node.metrics]));
    const read = (file: string) =>
      readFileSync(`${project.root}/results/${file}`, 'utf8')
        .trim()
        .split(/\r?\n/)
        .map((line) => line.split(','));
    for (const name of Object.keys(models)) {
      const [head, first, ...rest] = read(`${name}.csv`);
      expect(head!.slice(0, 5)).toEqual(['feature', 'importance', 'sd', 'lower', 'upper']);
      expect([first![0], rest.at(-1)![0]], name).toEqual(['mass', 'noise']);
      expect(Number(first![3]), name).toBeGreaterThan(0);
      expect(read(`${name}-summary.csv`)[1]![0], name).toBe('mass');
      expect(read(`${name}-rows.csv`)[0], name).toContain('contribution_mass');
      expect(metrics[`${name}_explained`]!['additivity_gap'], name).toBeLessThan(1e-9);
      expect(readFileSync(`${project.root}/results/${name}.svg`, 'utf8')).toContain('mass');
    }
    expect(read('linear.csv')[0]).toContain('coefficient');
    expect(read('three.csv')[0]).toContain('coefficient_small');
    expect(read('forest.csv')[0]).toContain('in_model');
    expect(metrics['forest']!['oob_r2']).toBeGreaterThan(0.8);
  });
});
