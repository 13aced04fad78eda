import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readContract } from '#dist/components/lib/contract/read.js';
import { outcomeSections, scoreText } from '#dist/components/lib/contract/report.js';
import { scoreOf, verdictOf } from '#dist/components/lib/contract/score.js';
import { ColumnSummary } from '#dist/components/lib/contract/summary.js';
import { durationOf, shareOf } from '#dist/components/lib/contract/values.js';
import { Frame } from '#dist/engine/artifacts/frame.js';
import { createTables } from '#dist/engine/artifacts/tables.js';
import { holdTo } from '#dist/engine/component/contract-check.js';
import { memoryObjects } from '../../support/objects.js';

const tables = createTables(memoryObjects());

async function held(text: string, columns: { readonly [name: string]: readonly number[] }) {
  const { contract, faults } = await readContract(text);
  expect(faults).toEqual([]);
  const rows = Object.values(columns)[0]!.length;
  const fields = Object.keys(columns).map(
    (name) => ({ name, type: 'float64', role: 'feature', nullable: false }) as const,
  );
  const values = new Map(
    Object.entries(columns).map(([name, v]) => [
      name,
      { type: 'float64', values: Float64Array.from(v) } as const,
    ]),
  );
  const table = await tables.create(new Frame({ fields }, values, rows));
  const { findings } = await holdTo(contract, table, {
    signal: new AbortController().signal,
    before: 'none',
    name: 'c',
  });
  return { findings, score: scoreOf(findings), verdict: verdictOf(findings), rows };
}

const contract = `
version: 1
columns:
  x: { type: number, min: 0, max: { is: 10, severity: medium }, mean: { max: 8, severity: low } }
  y: { max: 5, unique: { is: true, severity: low } }
`;
const cells = fc.array(fc.tuple(fc.integer({ min: 0, max: 10 }), fc.integer({ min: 0, max: 5 })), {
  minLength: 1,
  maxLength: 30,
});

describe('the score of a contract', () => {
  it('is 100 of a table that keeps it, and its parts add up as documented', async () => {
    expect((await held(contract, { x: [1, 2], y: [3, 4] })).score).toBe(100);
    const { score, verdict } = await held(contract, { x: [1, -2], y: [3, 3] });
    // present 3, type 3, min 3 · ½, max 2, mean 1; present 3, max 3, unique 1 · ½
    expect(score).toBeCloseTo((100 * (3 + 3 + 1.5 + 2 + 1 + 3 + 3 + 0.5)) / 19, 12);
    expect(verdict).toBe('fail');
  });

  it('never rises where a value that kept a rule breaks it, or a column goes', async () => {
    await fc.assert(
      fc.asyncProperty(cells, fc.nat(), fc.constantFrom(-1, 11, 1e9), async (rows, at, bad) => {
        const [x, y] = [rows.map(([a]) => a), rows.map(([, b]) => b)];
        const before = await held(contract, { x, y });
        const worse = await held(contract, {
          x: x.with(at % x.length, x[at % x.length]! > 8 ? 1e9 : bad),
          y,
        });
        const gone = await held(contract, { x });
        expect(worse.score).toBeLessThan(before.score);
        expect(gone.score).toBeLessThan(before.score);
        for (const { score } of [before, worse, gone]) expect(score >= 0 && score <= 100).toBe(true);
      }),
      { numRuns: 40 },
    );
  });

  it.each([
    ['low', 'pass'],
    ['medium', 'warn'],
    ['high', 'fail'],
  ])('%s severity makes it %s', async (severity, verdict) => {
    const found = await held(`version: 1\ncolumns: { x: { min: { is: 5, severity: ${severity} } } }`, {
      x: [1],
    });
    expect(found.verdict).toBe(verdict);
  });

  it('is said in words with every rule, rounded down', async () => {
    const { findings, score, verdict, rows } = await held(contract, { x: [-1, 2], y: [3, 4] });
    const text = outcomeSections({ name: 'c', verdict, score, rows, rowsBreached: 1, findings })
      .map(({ heading, text }) => `${heading}\n${text}`)
      .join('\n');
    expect(text).toContain('FAIL: a rule of high severity is broken.\n\nScore 92.1 of 100');
    expect(text).toContain('- high: column "x": 1 of 2 rows are below 0 (row 1: -1)');
    expect(text).toContain('- x: min 0 (high): broken by 1 of 2 rows\n- x: max 10 (medium): kept');
    expect(scoreText(99.999)).toBe('99.9');
  });
});

describe('a summary', () => {
  const add = (values: readonly number[], cuts: readonly number[]) => {
    const summary = new ColumnSummary('float64', { quantiles: true, values: true });
    const bounds = [0, ...cuts.map((cut) => cut % (values.length + 1)).sort((a, b) => a - b), values.length];
    for (let i = 1; i < bounds.length; i++)
      summary.add({ type: 'float64', values: Float64Array.from(values.slice(bounds[i - 1], bounds[i])) });
    return [summary.mean, summary.sd, summary.quantile(0.3), summary.balance, [...summary.counts]];
  };
  it('is the same however the rows are batched', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double(), { minLength: 1 }),
        fc.array(fc.nat(), { maxLength: 4 }),
        (values, cuts) => {
          expect(add(values, cuts)).toEqual(add(values, []));
        },
      ),
    );
  });
});

it.each([
  ['30 days', 2_592_000],
  ['1 day', 86_400],
  ['6 h', 21_600],
  ['1.5 hours', 5400],
  ['90 min', 5400],
  ['2 weeks', 1_209_600],
  ['soon', undefined],
  ['5', undefined],
])('%s is %s seconds', (text, seconds) => expect(durationOf(text)).toBe(seconds));

it.each([
  ['5%', 0.05],
  [0.5, 0.5],
  ['50', undefined],
  [1.5, undefined],
])('%s is a share of %s', (text, share) => expect(shareOf(text)).toBe(share));
