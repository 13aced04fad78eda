import { copyFileSync, existsSync, mkdirSync } from 'node:fs';
import { basename, extname, join, resolve } from 'node:path';
import { inferContract } from '../../../components/lib/contract/infer.js';
import type { Json } from '../../canonical.js';
import { openCatalog } from '../../catalog.js';
import { type Problem, ProblemError, problem, renderProblem } from '../../problem.js';
import { doorTo, readDataFile, readers, scratchWorkspace } from '../../run/read-file.js';
import type { Workspace } from '../../run/workspace.js';
import { datesOf } from '../../starter/dates.js';
import { starterPipeline } from '../../starter/pipeline.js';
import { type Reading, readRoles } from '../../starter/roles.js';
import { starterReadme, starterTests } from '../../starter/texts.js';
import { replaceFile } from '../../store/files.js';
import type { Options } from '../command.js';
import { orFail } from '../open.js';
import { listOf } from '../options.js';
import { scaffold } from '../scaffold.js';
import { terminalOf } from '../terminal.js';
import { contractText, factsOf } from './contract.js';

type Settings = { readonly [key: string]: Json };

/** Makes a project around a data file: its files by path, and what was read out of the data. */
export async function newFromData(root: string, typed: string, options: Options) {
  const path = resolve(typed);
  if (!existsSync(path)) throw new ProblemError(problem('file/missing', `there is no file ${typed}`));
  if (typeof options['target'] !== 'string')
    throw new ProblemError(
      problem('command/usage', '--from-data needs the column that is to be predicted', {
        hint: `toolbox inspect ${typed} shows its columns; then --target NAME`,
      }),
    );
  const given = readSettings(options);
  const catalog = openCatalog();
  const workspace = scratchWorkspace(catalog);
  try {
    const { table, settings } = await readKnowing(workspace, path, given);
    const facts = await factsOf(table);
    const reading = readRoles(facts, options['target']);
    if ('code' in reading) throw new ProblemError(reading);
    const name = basename(root);
    const files = orFail(await scaffold(root, name));
    const data = `data/${basename(path)}`;
    mkdirSync(join(root, 'data'), { recursive: true });
    copyFileSync(path, join(root, data));
    const written: { readonly [file: string]: string } = {
      'README.md': starterReadme(modelName(name), data, reading),
      'contracts/data.yaml': `# Inferred from ${basename(path)}: read it, and keep what is meant.\n${await contractText(inferContract(name, facts))}`,
      'pipelines/main.yaml': await starterPipeline({
        name: modelName(name),
        data,
        contract: 'contracts/data.yaml',
        reader: readers[extname(path).toLowerCase()]!,
        settings,
        reading,
      }),
      'tests/main.yaml': starterTests(reading),
    };
    for (const [file, text] of Object.entries(written)) replaceFile(join(root, file), text);
    return { files: [...files, data, ...Object.keys(written)].sort(), reading, settings };
  } finally {
    await workspace.close();
  }
}

/** The table, and the settings it was read with: those given, and how a text file writes dates. */
async function readKnowing(workspace: Workspace, path: string, given: Settings) {
  let warnings: Problem[] = [];
  const read = (settings: Settings) => {
    warnings = [];
    const warn = (warning: Problem) => warnings.push(warning);
    return readDataFile(doorTo(workspace, path, new AbortController().signal, { warn }), path, settings);
  };
  let table = await read(given);
  let settings = given;
  const isText = readers[extname(path).toLowerCase()] === 'ingest.csv';
  const dates = isText && given['dates'] === undefined ? await datesOf(table) : { unsure: [] };
  if (dates.example !== undefined) {
    settings = { ...given, dates: dates.example };
    table = await read(settings);
  }
  const unread = dates.unsure.filter(
    ({ column }) => table.schema.fields.find(({ name }) => name === column)?.type === 'string',
  );
  for (const { column, example } of unread)
    warnings.push(
      problem(
        'data/ambiguous',
        `column "${column}": in "${example}" the day or the year may stand first; it is read as text`,
        { severity: 'warning', hint: `if it is the day: --read dates=${quotedWord(example)}` },
      ),
    );
  const terminal = terminalOf(process.stderr);
  for (const warning of warnings)
    process.stderr.write(`${renderProblem(warning, () => undefined, terminal)}\n`);
  return { table, settings };
}

const quotedWord = (text: string): string => (/[\s,]/.test(text) ? `"${text}"` : text);

/** What was read out of the data, in a few lines. */
export function readingText({ target, task, roles, features, split }: Reading, { dates }: Settings): string {
  const what = task === 'classify' ? `${target.distinct} classes` : 'a number';
  const left = roles.map(({ column, reason }) => `  ${column}: ${reason}`);
  return [
    `${target.name} (${what}) from ${features.length} columns of ${target.rows} rows`,
    `tested on ${split.by === 'time' ? `the latest fifth by ${split.time}` : 'a fifth of the rows, drawn at random'}`,
    ...(dates === undefined ? [] : [`dates are written as in ${dates}`]),
    ...(left.length > 0 ? ['not learned from:', ...left] : []),
  ].join('\n');
}

/** `--read numbers=1.234,56`: settings of the component that reads the file. */
function readSettings(options: Options): Settings {
  return Object.fromEntries(
    listOf(options, 'read').map((pair): [string, Json] => {
      const at = pair.indexOf('=');
      if (at < 1)
        throw new ProblemError(
          problem('command/usage', `--read takes setting=value, not "${pair}"`, {
            hint: 'for example --read numbers=1.234,56',
          }),
        );
      const value = pair.slice(at + 1);
      return [pair.slice(0, at), /^\d+$/.test(value) ? Number(value) : value];
    }),
  );
}

/** A name that a model may have, from that of the project. */
const modelName = (project: string): string =>
  project
    .replace(/[^a-z0-9-]+/g, '-')
    .replace(/^[^a-z]+/, 'model-')
    .slice(0, 63);
