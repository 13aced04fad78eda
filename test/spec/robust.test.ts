import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { renderProblem } from '#dist/engine/problem.js';
import { readPipeline } from '#dist/engine/spec/read.js';
import { published, publishedProject } from '#dist/engine/spec/schema.js';
import { catalog } from './catalog.js';
import { folder, optionsOf, textOf } from './support.js';

const texts = ['ok/everything.yaml', 'ok/seismic.yaml'].map(textOf);
const tokens = [
  '${{',
  '}}',
  '"',
  "'",
  '[',
  ']',
  '{',
  '}',
  ': ',
  ' #',
  '&a ',
  '*a',
  '<<: *a',
  '\t',
  '\n',
  '- ',
  '? ',
  '| ',
  '!!str ',
  '---\n',
  '__proto__: ',
  'constructor',
  'x-',
  '\u0000',
  '\ufeff',
  '\r',
  '1e999',
  '.nan',
  '-',
  '99999999999999999999',
  'null',
  'params.',
  'steps.',
  'a[b=c]',
  'use: ',
  'with: ',
  'foreach: ',
  'ä',
  '\ud83d\ude00',
  '\ud83d',
  '%',
  '@',
  '`',
  '\\',
];

/** One slip: something deleted, inserted, doubled, cut off or moved. */
const slip = fc.record({
  kind: fc.nat(4),
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  length: fc.nat(40),
  token: fc.constantFrom(...tokens),
});
type Slip = { kind: number; at: number; length: number; token: string };
function apply(text: string, { kind, at, length, token }: Slip): string {
  const i = Math.floor(at * text.length);
  switch (kind) {
    case 0:
      return text.slice(0, i) + text.slice(i + length);
    case 1:
      return text.slice(0, i) + token + text.slice(i);
    case 2:
      return text.slice(0, i + length) + text.slice(i);
    case 3:
      return text.slice(0, i);
    default:
      return (
        text.slice(0, i) +
        text.slice(i + length, i + 2 * length) +
        text.slice(i, i + length) +
        text.slice(i + 2 * length)
      );
  }
}

describe('whatever is written', () => {
  test('a slip gives problems or a pipeline, never an exception', async () => {
    const slips = fc.array(slip, { minLength: 1, maxLength: 3 });
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...texts), slips, async (text, all) => {
        const wrong = all.reduce(apply, text);
        const result = await readPipeline(join(folder, 'ok', 'text.yaml'), {
          ...optionsOf(text),
          text: wrong,
        });
        if (result.ok) return;
        expect(result.problems.length).toBeGreaterThan(0);
        for (const problem of result.problems) {
          const lines = wrong.split('\n').length;
          if (problem.at) expect(problem.at.line).toBeLessThanOrEqual(lines);
          expect(renderProblem(problem, () => wrong)).not.toMatch(/undefined|\[object|NaN\b/);
        }
      }),
      { numRuns: Number(process.env['FUZZ_RUNS'] ?? 60) },
    );
  });

  test('bytes of any kind', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (bytes) => {
        const { readSource } = await import('#dist/engine/spec/source.js');
        expect(readSource('x.yaml', bytes)).toHaveProperty('text');
      }),
      { numRuns: 200 },
    );
  });

  test('names that are special to JavaScript are names', async () => {
    const text =
      'version: 1\nparams: { constructor: 1, toString: 2 }\nsteps:\n  constructor: { use: ingest.csv, with: { path: "${{ params.constructor }}-${{ params.toString }}" } }\n';
    const result = await readPipeline('x.yaml', { ...optionsOf(text), text });
    expect(result.ok && result.value.steps[0]).toMatchObject({
      id: 'constructor',
      with: { entries: { path: { value: '1-2' } } },
    });
    for (const name of ['__proto__', 'hasOwnProperty']) {
      const odd = `version: 1\nsteps:\n  a: { use: ingest.csv, with: { path: x, ${name}: 1 } }\n`;
      const wrong = await readPipeline('x.yaml', { ...optionsOf(odd), text: odd });
      expect(wrong.ok ? [] : wrong.problems.map((p) => p.message)).toEqual([
        `unknown key "${name}" in ingest.csv`,
      ]);
    }
  });

  test('thousands of steps in one file', async () => {
    const steps = Array.from({ length: 2000 }, (_, i) =>
      i === 0
        ? '  s0: { use: ingest.csv, with: { path: a.csv } }'
        : `  s${i}:\n    use: prep.scale\n    in: s${i - 1}\n    when: "\${{ steps.m.metrics.cv_f1 > ${i} || params.n == ${i} }}"`,
    );
    const model = '  m: { use: train.random-forest, in: s0 }';
    const text = `version: 1\nparams: { n: 1 }\nsteps:\n${[...steps, model].join('\n')}\n`;
    const result = await readPipeline('x.yaml', { ...optionsOf(text), text });
    expect(result.ok && result.value.steps.length).toBe(2001);
  });
});

describe('the schema for editors', () => {
  const ajv = new Ajv({ strict: false, allErrors: true });
  const check = ajv.compile(published(catalog));

  test.each(readdirSync(join(folder, 'ok')).filter((file) => file.endsWith('.yaml')))('takes %s', (file) => {
    const right = check(parse(textOf(`ok/${file}`), { merge: true }));
    expect(check.errors ?? []).toEqual([]);
    expect(right).toBe(true);
  });

  test('refuses what the engine refuses', () => {
    const with_ = (step: object) => check({ version: 1, steps: { a: step } });
    expect(with_({ use: 'ingest.csv', with: { path: 'a' } })).toBe(true);
    expect(with_({ use: 'ingest.csv', with: { path: 'a', sep: ';' } })).toBe(false);
    expect(with_({ use: 'ingest.csv' })).toBe(false);
    expect(with_({ use: 'ingest.cvs', with: { path: 'a' } })).toBe(false);
    expect(with_({ use: './part.yaml', with: { anything: 1 } })).toBe(true);
    expect(with_({ use: 'ingest.csv', with: { path: 'a' }, timeout: 30 })).toBe(false);
    expect(with_({ use: 'ingest.csv', with: { path: 'a' }, timeout: '30 s' })).toBe(true);
    expect(with_({ use: 'train.random-forest', in: 'b', with: { trees: 'many' } })).toBe(false);
    expect(with_({ use: 'train.random-forest', in: 'b', with: { trees: '${{ params.n }}' } })).toBe(true);
    expect(with_({ use: 'train.random-forest', in: { data: 'b' } })).toBe(false);
    expect(check({ version: 1, steps: {}, step: {} })).toBe(false);
  });

  test('of toolbox.yaml', () => {
    const project = ajv.compile(publishedProject());
    expect(project({ version: 1, name: 'p', environments: { a: { params: { n: 1 } } } })).toBe(true);
    expect(project({ version: 1, name: 'p', root: ['.'] })).toBe(false);
  });
});
