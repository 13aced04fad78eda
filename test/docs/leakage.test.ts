import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { codes } from '#dist/engine/codes.js';

const read = (path: string) => readFileSync(fileURLToPath(new URL(`../../${path}`, import.meta.url)), 'utf8');

it('has a line for every rule of the linter, and shows what it says', () => {
  const text = read('docs/leakage.md');
  const named = [...text.matchAll(/^\| `(leak\/[a-z-]+)`/gm)].map(([, code]) => code!);
  expect(named.sort()).toEqual(
    Object.keys(codes)
      .filter((code) => code.startsWith('leak/'))
      .sort(),
  );
  const shown = /```\n(pipelines\/logs\.yaml:.*?)```/s.exec(text)![1]!;
  expect(shown.replace('pipelines/logs.yaml', 'leakage/random-space.yaml')).toBe(
    read('test/spec/leakage/random-space.out'),
  );
});
