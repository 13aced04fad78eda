import { cpSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { main } from '#dist/engine/cli/main.js';

/**
 * Scenarios: what a person types and sees, one file each.
 *
 *     # a note
 *     project rocks                   begin in a copy of test/cli/rocks (without it: in an empty folder)
 *     write pipelines/a.yaml          make a file of the lines with `| ` that follow
 *     | version: 1
 *     remove data/rocks.csv
 *     cd plain                        go into a folder
 *     set NO_COLOR=1                  an environment variable, up to the end of the scenario
 *     $ toolbox validate a            run a command; words may be quoted with " or '
 *     ok  pipelines/a.yaml            its standard output,
 *     ! error: …                      its standard error,
 *     ? 2                             and its exit status (0 where none is written)
 *
 * In expected lines `…` stands for any text, and a line that is only `…` for any number of lines.
 */
export interface Step {
  readonly line: number;
  readonly command: readonly string[];
  readonly out: string[];
  readonly err: string[];
  status: number;
}
type Action =
  | { readonly kind: 'run'; readonly step: Step }
  | { readonly kind: 'do'; readonly act: () => void };

export interface Scenario {
  readonly project?: string;
  readonly actions: readonly Action[];
}

export function parseScenario(file: string): Scenario {
  const actions: Action[] = [];
  let project: string | undefined;
  let step: Step | undefined;
  let written: string[] | undefined;
  for (const [i, line] of readFileSync(file, 'utf8').replace(/\n$/, '').split('\n').entries()) {
    const [word = '', rest = ''] = split(line);
    if (written && word === '|') written.push(rest);
    else if (word === '#') continue;
    else if (word === '$') {
      step = { line: i + 1, command: wordsOf(rest).slice(1), out: [], err: [], status: 0 };
      actions.push({ kind: 'run', step });
    } else if (word === '?' && step) step.status = Number(rest);
    else if (!step || /^(project|write|remove|set|cd) /.test(line)) {
      written = undefined;
      if (line === '') continue;
      if (word === 'project') project = rest;
      else if (word === 'write') {
        const lines: string[] = [];
        written = lines;
        actions.push({ kind: 'do', act: () => put(rest, lines) });
      } else if (word === 'remove')
        actions.push({ kind: 'do', act: () => rmSync(rest, { recursive: true }) });
      else if (word === 'cd') actions.push({ kind: 'do', act: () => process.chdir(rest) });
      else if (word === 'set') {
        const [name = '', value = ''] = rest.split('=');
        actions.push({ kind: 'do', act: () => Object.assign(process.env, { [name]: value }) });
      } else throw new Error(`${file}:${i + 1}: "${line}" is no line of a scenario`);
    } else if (word === '!') step.err.push(rest);
    else step.out.push(line);
  }
  return { ...(project !== undefined && { project }), actions };
}

const split = (line: string): [string, string] => {
  const at = line.indexOf(' ');
  return at < 0 ? [line, ''] : [line.slice(0, at), line.slice(at + 1)];
};

const wordsOf = (line: string): string[] =>
  [...line.matchAll(/"([^"]*)"|'([^']*)'|\S+/g)].map((match) => match[1] ?? match[2] ?? match[0]);

function put(path: string, lines: readonly string[]): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `${lines.join('\n')}\n`);
}

export interface Seen {
  readonly out: string;
  readonly err: string;
  readonly status: number;
}

/** Runs a scenario in a folder of its own; `check` sees what each command printed. */
export async function play(scenario: Scenario, check: (step: Step, seen: Seen) => void): Promise<void> {
  const before = process.cwd();
  const environment = { ...process.env };
  const base = realpathSync(mkdtempSync(join(tmpdir(), 'scenario-')));
  const folder = join(base, 'project');
  mkdirSync(folder);
  if (scenario.project) cpSync(join(import.meta.dirname, scenario.project), folder, { recursive: true });
  Object.assign(process.env, {
    XDG_STATE_HOME: join(base, 'state'),
    NO_COLOR: '1',
    LANG: 'C',
    COLUMNS: '80',
  });
  delete process.env['FORCE_COLOR'];
  delete process.env['LC_ALL'];
  delete process.env['GITHUB_ACTIONS']; // there, problems are annotated too
  process.chdir(folder);
  try {
    for (const action of scenario.actions)
      if (action.kind === 'do') action.act();
      else check(action.step, await captured(() => main(action.step.command)));
  } finally {
    process.chdir(before);
    process.env = environment;
    rmSync(base, { recursive: true, force: true });
  }
}

/** What `run` printed, and its status. */
export async function captured(run: () => Promise<number>): Promise<Seen> {
  const texts = { out: '', err: '' };
  const streams = [
    [process.stdout, 'out'],
    [process.stderr, 'err'],
  ] as const;
  const writes = streams.map(([stream, name]) => {
    const { write } = stream;
    stream.write = ((text: string | Uint8Array) => {
      texts[name] += typeof text === 'string' ? text : Buffer.from(text).toString('utf8');
      return true;
    }) as typeof write;
    return () => {
      stream.write = write;
    };
  });
  try {
    const status = await run();
    return { ...texts, status };
  } finally {
    for (const restore of writes) restore();
  }
}

/** The expected lines as one pattern over the whole text; blank lines at the end do not count. */
export function matches(expected: readonly string[], found: string): boolean {
  const lines = [...expected];
  const text = found.replaceAll('\r\n', '\n').replace(/\n+$/, '');
  while (lines.at(-1) === '') lines.pop();
  const pattern = lines
    .map((line) =>
      line === '…'
        ? '(?:.*\n)*?'
        : `${line
            .split('…')
            .map((part) => part.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&'))
            .join('.*')}\n`,
    )
    .join('');
  return new RegExp(`^${pattern}$`).test(text === '' ? '' : `${text}\n`);
}
