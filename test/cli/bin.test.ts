import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

it.skipIf(process.platform === 'win32')('the built command can be run as a file, as npx does', () => {
  const bin = fileURLToPath(new URL('../../dist/engine/cli/bin.js', import.meta.url));
  expect(execFileSync(bin, ['--version'], { encoding: 'utf8' })).toMatch(/^\d+\.\d+\.\d+\n$/);
});
