import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { packageRoot } from '../engine/catalog.js';
import { publishedProgram } from '../engine/own/program-fields.js';
import { published, publishedProject, publishedSuite } from '../engine/spec/schema.js';
import { commandPage } from './command-page.js';
import { readComponents } from './manifest.js';
import { problemPage } from './problem-page.js';
import { referencePages } from './reference.js';

/**
 * Everything generated. `dist/components/manifest.json` is part of the build and written each time (`--manifest`: only
 * that); what lies in the repository is written, or with `--check` compared.
 */
const components = await readComponents();
const manifest = `${JSON.stringify({ generated: 'by scripts/gen.ts', components }, null, 1)}\n`;
writeFileSync(join(packageRoot, 'dist', 'components', 'manifest.json'), manifest);

const catalog = { components: new Map(components.map((info) => [info.name, info])) };
const generated = new Map([
  ...referencePages(components),
  ['docs/reference/commands.md', commandPage()],
  ['docs/problems.md', problemPage()],
  ['schemas/pipeline.json', `${JSON.stringify(published(catalog), null, 1)}\n`],
  ['schemas/project.json', `${JSON.stringify(publishedProject(), null, 1)}\n`],
  ['schemas/component.json', `${JSON.stringify(publishedProgram(), null, 1)}\n`],
  ['schemas/tests.json', `${JSON.stringify(publishedSuite(), null, 1)}\n`],
]);

if (process.argv.includes('--manifest')) process.exit();
const check = process.argv.includes('--check');
const stale: string[] = [];
for (const [path, text] of generated) {
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
