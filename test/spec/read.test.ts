import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { renderProblem } from '#dist/engine/problem.js';
import { decode } from '#dist/engine/spec/decode.js';
import { readPipeline } from '#dist/engine/spec/read.js';
import { folder, optionsOf } from './support.js';

const files = (name: string) =>
  readdirSync(join(folder, name))
    .filter((file) => /^[^_].*\.ya?ml$/.test(file))
    .sort();

const sourceOf = (file: string) => {
  const path = join(folder, file);
  return existsSync(path) ? decode(file, readFileSync(path)).text : undefined;
};

describe('files that are right', () => {
  test.each(files('ok'))('%s', async (file) => {
    const path = join(folder, 'ok', file);
    const result = await readPipeline(path, optionsOf(sourceOf(`ok/${file}`)!));
    const problems = result.ok ? result.warnings : result.problems;
    const shown = problems.map((p) => renderProblem(p, sourceOf)).join('\n');
    const warned = existsSync(`${path}.out`) ? readFileSync(`${path}.out`, 'utf8') : '';
    expect(result.ok, shown).toBe(true);
    expect(shown).toBe(warned.trimEnd());
  });
});

/** The whole of what a person reads. `UPDATE_GOLDEN=1` writes it anew. */
describe('files that are wrong', () => {
  test.each(files('err'))('%s', async (file) => {
    const path = join(folder, 'err', file);
    const result = await readPipeline(path, optionsOf(sourceOf(`err/${file}`)!));
    if (result.ok) throw new Error('no problem was found');
    const shown = `${result.problems.map((p) => renderProblem(p, sourceOf)).join('\n\n')}\n`;
    const golden = path.replace(/\.ya?ml$/, '.out');
    if (process.env['UPDATE_GOLDEN']) writeFileSync(golden, shown);
    expect(shown).toBe(readFileSync(golden, 'utf8'));
  });
});
