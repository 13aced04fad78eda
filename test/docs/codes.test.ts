import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { codes } from '#dist/engine/codes.js';

test('each problem code is raised somewhere, so that none is explained in vain', () => {
  const sources = ['engine', 'components'].flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts') && !/^(codes|remedies)\.ts$/.test(name))
      .map((name) => readFileSync(`${folder}/${name}`, 'utf8')),
  );
  const idle = Object.keys(codes).filter((code) => !sources.some((text) => text.includes(`'${code}'`)));
  expect(idle).toEqual([]);
});
