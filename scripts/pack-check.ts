import { execFileSync } from 'node:child_process';
import { existsSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { engineVersion, packageRoot } from '../engine/catalog.js';

/**
 * What a person gets from the registry: packs the package, installs it into an empty folder with nothing but the
 * registry behind it, and runs a small pipeline there twice. `--npm 10` takes that version of npm. Exits with 1 and
 * the reason where something is missing, in the way, or larger than allowed.
 */
const { values } = parseArgs({ options: { npm: { type: 'string' } } });

const megabytesAllowed = 250;
const belongs =
  /^(dist\/(engine|components)\/|templates\/|schemas\/|package\.json$|README|CHANGELOG|LICENSE)/;

const files: { readonly [path: string]: string } = {
  'toolbox.yaml': 'version: 1\nname: packed\ncomponents: [components]\n',
  'components/own/same.ts': `import { Config, defineTransform } from 'ds-toolbox/component';
export default defineTransform({
  name: 'own.same',
  version: '1',
  summary: 'A component of the project',
  config: Config({}),
  example: 'use: own.same',
  scope: 'row',
  determinism: 'pure',
  stateVersion: 1,
  apply: (_ctx, _state, frame) => frame,
  columns: (_config, schema) => schema,
});
`,
  'pipelines/first.yaml': `version: 1
name: first
steps:
  demo:
    use: ingest.demo-survey
    with: { inlines: 16, crosslines: 16, oracle: false }
    save: { survey: data/survey.sgy, labels: data/facies.csv }
  traces:
    use: ingest.segy
    needs: demo
    with: { path: data/survey.sgy }
  clusters:
    use: train.k-means
    in: traces
    prep: [prep.trace-features, prep.scale, own.same]
    with: { clusters: 3 }
  facies:
    use: serve.predict
    in: { model: clusters, data: traces }
    save: results/facies.parquet
  map:
    use: evaluate.map
    in: { predicted: facies }
    save: { figure: results/map.png }
`,
};

function check(folder: string): void {
  const packed = JSON.parse(
    npm(packageRoot, ['pack', '--json', '--ignore-scripts', '--pack-destination', folder]),
  ) as readonly { filename: string; size: number; files: readonly { path: string }[] }[];
  const { filename, size, files: paths } = packed[0]!;
  const strange = paths
    .map(({ path }) => path)
    .filter((path) => !belongs.test(path) || path.endsWith('.map'));
  must(strange.length === 0, `the package holds what no user needs: ${strange.slice(0, 5).join(', ')}`);
  say(`packed ${filename}: ${paths.length} files, ${megabytes(size)} MB`);

  const project = join(folder, 'project');
  for (const folder of ['pipelines', 'components/own']) mkdirSync(join(project, folder), { recursive: true });
  writeFileSync(join(project, 'package.json'), '{ "private": true }\n');
  for (const [path, text] of Object.entries(files)) writeFileSync(join(project, path), text);
  npm(project, ['install', '--no-audit', '--no-fund', join(folder, filename)]);
  const installed = bytesBelow(join(project, 'node_modules'));
  say(`installed with npm ${npm(project, ['--version']).trim()}: ${megabytes(installed)} MB on disk`);
  for (const [name, bytes] of largest(join(project, 'node_modules')))
    say(`  ${megabytes(bytes).padStart(6)} MB  ${name}`);
  must(installed <= megabytesAllowed * 1e6, `installs more than ${megabytesAllowed} MB`);

  const version = toolbox(project, ['--version']).trim();
  must(version === engineVersion, `--version says ${version}, not ${engineVersion}`);
  must(run(project) === 'ran', 'the first run did not run every step');
  for (const path of ['data/survey.sgy', 'data/facies.csv', 'results/facies.parquet', 'results/map.png'])
    must(existsSync(join(project, path)), `the run left no ${path}`);
  must(run(project) === 'reused', 'the second run did not reuse every step');
  say('ran first.yaml, then reused all of it');
}

/** The status that all steps of a run share. */
function run(project: string): string {
  const result = JSON.parse(toolbox(project, ['run', 'first', '--json'])) as {
    nodes: readonly { status: string }[];
  };
  return [...new Set(result.nodes.map(({ status }) => status))].join(' and ');
}

function npm(folder: string, args: readonly string[]): string {
  return values.npm && args[0] !== 'pack'
    ? capture('npx', ['--yes', `npm@${values.npm}`, ...args], folder)
    : capture('npm', args, folder);
}

const toolbox = (folder: string, args: readonly string[]): string =>
  capture('npx', ['--no-install', 'toolbox', ...args], folder);

const capture = (command: string, args: readonly string[], cwd: string): string =>
  execFileSync(command, args, {
    cwd,
    encoding: 'utf8',
    maxBuffer: 64e6,
    stdio: ['ignore', 'pipe', 'inherit'],
  });

/** Packages by the room that they take, scopes as one, the five largest. */
const largest = (modules: string): readonly (readonly [name: string, bytes: number])[] =>
  readdirSync(modules)
    .map((name) => [name, bytesBelow(join(modules, name))] as const)
    .sort(([, a], [, b]) => b - a)
    .slice(0, 5);

/** Room on the disk of a file or folder; links count as themselves. */
function bytesBelow(path: string): number {
  const { blocks, size } = lstatSync(path);
  const own = blocks > 0 ? blocks * 512 : size;
  if (!lstatSync(path).isDirectory()) return own;
  return readdirSync(path).reduce((sum, name) => sum + bytesBelow(join(path, name)), own);
}

const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(1);

const say = (text: string): void => console.log(text);

function must(holds: boolean, otherwise: string): void {
  if (!holds) throw new Error(otherwise);
}

const work = mkdtempSync(join(tmpdir(), 'toolbox-pack-'));
try {
  check(work);
} finally {
  rmSync(work, { recursive: true, force: true });
}
