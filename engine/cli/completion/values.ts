import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openCatalog } from '../../catalog.js';
import { findProject, folders } from '../../project.js';

export interface Candidate {
  readonly value: string;
  readonly note?: string;
}

/** What stands in the project, read without parsing more than must be: somebody waits at the prompt. */
export interface Around {
  /** The words of the command that came before. */
  readonly words: readonly string[];
  readonly root: string | undefined;
}

export const aroundHere = (words: readonly string[], from = process.cwd()): Around => ({
  words,
  root: findProject(from),
});

/** By what `--help` calls the argument or the value: `<pipeline>`, `[run]`. Anything else is left to the shell. */
export const candidatesFor: { readonly [name: string]: (around: Around) => readonly Candidate[] } = {
  pipeline: pipelines,
  pipelines,
  suites: ({ root }) => named(root && join(root, 'tests')),
  run: runs,
  id: runs,
  before: runs,
  after: runs,
  step: steps,
  address: steps,
  'param=value': ({ root, words }) =>
    keysUnder(pipelineText(root, words), 'params').map((name) => ({ value: `${name}=` })),
  environment: ({ root, words }) => [
    ...keysUnder(read(root && join(root, 'toolbox.yaml')), 'environments').map((value) => ({ value })),
    ...keysUnder(pipelineText(root, words), 'environments').map((value) => ({ value })),
  ],
  model: models,
  models,
  component: () =>
    [...openCatalog().components.values()].map(({ name, summary }) => ({ value: name, note: summary })),
  stage: () =>
    [...new Set([...openCatalog().components.keys()].map((name) => name.split('.')[0]!))].map((value) => ({
      value,
    })),
  shell: () => ['bash', 'zsh', 'fish'].map((value) => ({ value })),
  alias: () => ['production', 'staging'].map((value) => ({ value })),
};

function pipelines({ root }: Around): Candidate[] {
  return named(root && join(root, 'pipelines'));
}

/** Names of the YAML files in a folder. */
const named = (folder: string | undefined): Candidate[] =>
  list(folder).flatMap((file) => {
    const name = /^(.+)\.ya?ml$/.exec(file)?.[1];
    return name === undefined ? [] : [{ value: name }];
  });

function models({ root }: Around): Candidate[] {
  const registry = root && folders(root).registry;
  return list(registry)
    .filter((name) => /^[a-z][a-z0-9-]*$/.test(name))
    .map((value) => ({ value }));
}

/** The newest first, as many as a person would look through. */
function runs({ root }: Around): Candidate[] {
  const ids = list(root && folders(root).runs).filter((name) => /^\d{8}-\d{6}-\w{5}$/.test(name));
  const newest = ids.sort().reverse().slice(0, 20);
  return newest.length === 0
    ? []
    : [
        { value: 'last', note: newest[0]! },
        ...(newest[1] === undefined ? [] : [{ value: 'prev', note: newest[1] }]),
        ...newest.map((value) => ({ value })),
      ];
}

/** Of the pipeline that was named, or of the run: the one that was named, or the last. */
function steps({ root, words }: Around): Candidate[] {
  const text = pipelineText(root, words);
  if (text !== '') return keysUnder(text, 'steps').map((value) => ({ value }));
  const wanted = words[words.indexOf('--run') + 1];
  const ids = runs({ root, words })
    .map(({ value }) => value)
    .filter((value) => /^\d/.test(value));
  const id = wanted === 'prev' ? ids[1] : (ids.find((one) => one === wanted) ?? ids[0]);
  try {
    const record = JSON.parse(read(root && id && join(folders(root).runs, id, 'run.json'))) as {
      steps: readonly { address: string; use: string }[];
    };
    return record.steps.map(({ address, use }) => ({ value: address, note: use }));
  } catch {
    return []; // no run yet, or one that is being written
  }
}

/** Text of the first pipeline among the words, or nothing. */
function pipelineText(root: string | undefined, words: readonly string[]): string {
  for (const word of words.slice(1)) {
    const files = /\.ya?ml$/.test(word)
      ? [word]
      : ['yaml', 'yml'].map((ending) => join(root ?? '.', 'pipelines', `${word}.${ending}`));
    const file = files.find((path) => existsSync(path));
    if (file) return read(file);
  }
  return '';
}

/** Keys of a top-level map of a YAML text, by its lines alone: completion need not know more. */
export function keysUnder(text: string, key: string): string[] {
  const lines = text.split(/\r\n|\r|\n/);
  const found: string[] = [];
  let indent: number | undefined;
  for (const line of lines.slice(lines.findIndex((one) => one.startsWith(`${key}:`)) + 1)) {
    if (/^[^\s#]/.test(line)) break;
    const [, space, name] = /^(\s+)["']?([\w-]+)["']?\s*:/.exec(line) ?? [];
    if (space === undefined || name === undefined) continue;
    indent ??= space.length;
    if (space.length === indent) found.push(name);
  }
  return lines.some((line) => line.startsWith(`${key}:`)) ? found : [];
}

function list(folder: string | undefined): string[] {
  try {
    return folder === undefined ? [] : readdirSync(folder).sort();
  } catch {
    return [];
  }
}

function read(path: string | undefined): string {
  try {
    return path ? readFileSync(path, 'utf8') : '';
  } catch {
    return '';
  }
}
