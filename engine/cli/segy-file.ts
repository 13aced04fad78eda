import { existsSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import type { SegyProblem } from '../../components/lib/segy/problem.js';
import type { ReadSettings } from '../../components/lib/segy/settings.js';
import { ProblemError, problem } from '../problem.js';
import { readPipeline } from '../spec/read.js';
import type { Options } from './command.js';
import { catalogHere, orFail } from './open.js';

/** The path of a file that was typed. Throws the problem where there is none. */
export function fileTyped(typed: unknown): string {
  const path = resolve(String(typed));
  if (existsSync(path) && statSync(path).isFile()) return path;
  throw new ProblemError(problem('file/missing', `there is no file ${String(typed)}`));
}

/** The settings of `--with`, checked as those of a step that uses ingest.segy. */
export async function readSettings(options: Options): Promise<ReadSettings> {
  const given = typeof options['with'] === 'string' ? options['with'].trim() : '';
  if (given === '') return {};
  const read = await readPipeline('--with', {
    project: { root: process.cwd(), environments: {} },
    catalog: await catalogHere(),
    text: `version: 1\nname: with\nsteps:\n  traces:\n    use: ingest.segy\n    with: ${withPath(given)}\n`,
  });
  const { entries } = orFail(read).steps[0]!.with;
  const settings = Object.entries(entries).flatMap(([name, value]) =>
    value.kind === 'constant' ? [[name, value.value]] : [],
  );
  return Object.fromEntries(settings) as ReadSettings;
}

/** As text after `with:`, in the form it was typed; the component asks for a path too. */
function withPath(given: string): string {
  const path = 'path: survey.sgy';
  if (given.startsWith('{')) return `{ ${path}, ${given.slice(1)}`;
  return `\n${`${path}\n${given}`.replaceAll(/^/gm, '      ')}`;
}

/** A file that cannot be read as it stands. */
export const segyProblem = ({ byte, message, hint }: SegyProblem, typed: string): ProblemError =>
  new ProblemError(
    problem('segy/format', `byte ${byte}: ${message}`, {
      hint: `${hint}; or see what toolbox segy doctor ${typed} finds`,
    }),
  );
