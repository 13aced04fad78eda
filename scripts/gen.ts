import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { packageRoot } from '../engine/catalog.js';
import { readComponents } from './manifest.js';

/** Everything generated, by path. `node dist/scripts/gen.js` writes it, `--check` fails where it differs. */
async function generated(): Promise<ReadonlyMap<string, string>> {
  const components = await readComponents();
  return new Map([
    [
      'components/manifest.json',
      `${JSON.stringify({ generated: 'by scripts/gen.ts', components }, null, 1)}\n`,
    ],
  ]);
}

const check = process.argv.includes('--check');
const stale: string[] = [];
for (const [path, text] of await generated()) {
  const file = join(packageRoot, path);
  if (existsSync(file) && readFileSync(file, 'utf8') === text) continue;
  stale.push(path);
  if (check) continue;
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}
if (stale.length > 0) console.log(`${check ? 'out of date' : 'written'}: ${stale.join(', ')}`);
if (check && stale.length > 0) {
  console.log('run npm run gen and commit what it writes');
  process.exitCode = 1;
}
