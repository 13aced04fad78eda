import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
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
// npx runs the command as a file, and the compiler makes none executable.
chmodSync(join(packageRoot, 'dist', 'engine', 'cli', 'bin.js'), 0o755);

const catalog = { components: new Map(components.map((info) => [info.name, info])) };
const generated = new Map([
  ...referencePages(components),
  ['docs/reference/commands.md', commandPage()],
  ['docs/problems.md', problemPage()],
  ['templates/seismic/pipelines/explore.yaml', exploreTemplate()],
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

/** A new project has the repository's first look at a survey, beginning with the survey of its own main pipeline. */
function exploreTemplate(): string {
  const demo = 'demo: # the same synthetic survey as in seismic.yaml\n    use: ingest.demo-survey\n';
  const changes = [
    ['../schemas/pipeline.json', '../.toolbox/schema/pipeline.json'],
    ['name: seismic-explore', 'name: explore'],
    [demo, `${demo.replace('seismic', 'main')}    with: { inlines: 64, crosslines: 64 }\n`],
  ] as const;
  return changes.reduce(
    (text, [from, to]) => {
      if (!text.includes(from))
        throw new Error(`pipelines/seismic-explore.yaml has no ${JSON.stringify(from)}`);
      return text.replace(from, to);
    },
    readFileSync(join(packageRoot, 'pipelines/seismic-explore.yaml'), 'utf8'),
  );
}
