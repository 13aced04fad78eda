import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { random } from '#dist/components/lib/random.js';
import { statusOf, testProject } from '../../support/project.js';

const contract = `version: 1
name: rocks
severity: medium
drift: { rows: 20%, severity: high }
columns:
  rock: { drift: { shares: 10% } }
  x: { drift: { mean: 100 } }
`;
const pipeline = (settings = 'history: true') => `version: 1
steps:
  rows: { use: ingest.csv, with: { path: rows.csv } }
  checked:
    use: prep.contract
    in: rows
    with: { contract: c.yaml, ${settings} }
    save: { report: results/quality.txt, profile: results/profile.json }
  kept: { use: prep.select, in: checked, with: { columns: [x] } }
`;

/** A draw of rows: the share of sand, the mean of x. */
function rowsOf(seed: number, { n = 2000, sand = 0.5, mean = 1000 } = {}): string {
  const rng = random(seed, 0);
  const lines = Array.from(
    { length: n },
    () => `${rng.uniform() < sand ? 'sand' : 'shale'},${(mean + 500 * (rng.uniform() - 0.5)).toFixed(3)}`,
  );
  return `rock,x\n${lines.join('\n')}\n`;
}

const made: ReturnType<typeof testProject>[] = [];
const project = (settings?: string) => {
  const p = testProject({ 'rows.csv': rowsOf(1), 'c.yaml': contract, 'p.yaml': pipeline(settings) });
  made.push(p);
  return p;
};
afterAll(() => {
  for (const p of made) p.remove();
});

const outcome = async (p: ReturnType<typeof testProject>, file = 'p.yaml') => {
  const done = await p.run(file, { report: false });
  const node = done.result.nodes.find(({ address }) => address === 'checked')!;
  return {
    status: statusOf(done),
    exit: done.result.exit,
    verdict: node.metrics['verdict'],
    messages: [...node.warnings, ...node.problems].map(({ message }) => message),
  };
};

describe('a contract that looks back', () => {
  it('compares with the last run that passed, is reused while that stays the same, and leaves what follows alone', async () => {
    const p = project();
    expect(await outcome(p)).toMatchObject({
      verdict: 'pass',
      status: { checked: 'ran', kept: 'ran' },
      messages: [],
    });
    // Now there is a run to look back at: once more, with the same rows out.
    expect((await outcome(p)).status).toEqual({ rows: 'reused', checked: 'ran', kept: 'reused' });
    expect((await outcome(p)).status).toEqual({ rows: 'reused', checked: 'reused', kept: 'reused' });

    p.write('rows.csv', rowsOf(2));
    expect(await outcome(p)).toMatchObject({ verdict: 'pass', messages: [] });

    p.write('rows.csv', rowsOf(3, { sand: 0.65, mean: 1150 }));
    const drifted = await outcome(p);
    expect(drifted.verdict).toBe('warn');
    expect(drifted.messages).toEqual([
      expect.stringMatching(
        /^column "rock": the share of "(sand|shale)" went from .*, and of 1 more, by more than 10%/,
      ),
      expect.stringMatching(/^column "x": the mean went from [\d.]+ to 11\d\d.*, by more than 100/),
    ]);
    // A run that did not pass is no reference: the shift is still one.
    p.write('rows.csv', rowsOf(4, { sand: 0.65, mean: 1150 }));
    expect((await outcome(p)).verdict).toBe('warn');

    p.write('rows.csv', rowsOf(5, { n: 1500 }));
    expect(await outcome(p)).toMatchObject({
      exit: 3,
      messages: [expect.stringContaining('1500 rows after 2000, a change of 25%, more than 20%')],
    });
  });

  it('takes the runs since a day alone, which is how a change is accepted', async () => {
    const p = project();
    await outcome(p);
    p.write('rows.csv', rowsOf(3, { mean: 1150 }));
    p.write('p.yaml', pipeline('history: true, since: "2999-01-01"'));
    expect(await outcome(p)).toMatchObject({ verdict: 'pass', messages: [] });
    p.write('p.yaml', pipeline());
    p.write('rows.csv', rowsOf(4, { mean: 1150 }));
    expect(await outcome(p)).toMatchObject({ verdict: 'pass', messages: [] });
  });

  it('compares with a saved profile, whatever ran since', async () => {
    const p = project();
    await outcome(p);
    const saved = join(p.root, 'pinned.json');
    const { readFileSync } = await import('node:fs');
    writeFileSync(saved, readFileSync(join(p.root, 'results/profile.json')));
    p.write('q.yaml', pipeline('reference: pinned.json').replaceAll('results/', 'results/q-'));
    p.write('rows.csv', rowsOf(3, { mean: 1150 }));
    expect((await outcome(p, 'q.yaml')).messages).toEqual([expect.stringContaining('the mean went from')]);
    expect(readFileSync(join(p.root, 'results/q-quality.txt'), 'utf8')).toContain('WARN');
    writeFileSync(saved, '{}');
    expect((await outcome(p, 'q.yaml')).messages).toEqual(['pinned.json holds no profile']);
  });

  it('is of one pipeline: another with the same step begins anew', async () => {
    const p = project();
    await outcome(p);
    p.write('rows.csv', rowsOf(3, { mean: 1150 }));
    p.write('other.yaml', pipeline().replaceAll('results/', 'results/other-'));
    expect(await outcome(p, 'other.yaml')).toMatchObject({ verdict: 'pass', messages: [] });
  });

  it('says where nothing tells from what drift is measured', async () => {
    const p = project('on_breach: warn');
    expect((await outcome(p)).messages).toEqual([
      'the contract has rules about drift, and nothing says from what',
    ]);
  });
});
