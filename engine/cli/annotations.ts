import { relative, resolve, sep } from 'node:path';
import type { Problem } from '../problem.js';
import { findProject } from '../project.js';

/**
 * A workflow command of GitHub Actions: shown at the line in the pull request. Files of problems are named from the
 * project's folder, annotations from that of the repository.
 */
export function annotation(
  { severity, at, code, message, hint }: Problem,
  root: string | undefined,
  env: NodeJS.ProcessEnv = process.env,
): string {
  const level = severity === 'error' ? 'error' : severity === 'warning' ? 'warning' : 'notice';
  const place = at
    ? `file=${property(inRepository(at.file, root, env))},line=${at.line},col=${at.col},endColumn=${at.col + at.length},`
    : '';
  return `::${level} ${place}title=${property(code)}::${escaped(hint ? `${message}\n${hint}` : message)}`;
}

/** In a workflow every problem is annotated, on stderr, beside what a person reads. */
export function annotate(problems: readonly Problem[], env: NodeJS.ProcessEnv = process.env): void {
  if (env['GITHUB_ACTIONS'] !== 'true') return;
  const root = findProject(process.cwd());
  for (const problem of problems) process.stderr.write(`${annotation(problem, root, env)}\n`);
}

const escaped = (text: string): string =>
  text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
const property = (text: string): string => escaped(text).replaceAll(':', '%3A').replaceAll(',', '%2C');

function inRepository(file: string, root: string | undefined, env: NodeJS.ProcessEnv): string {
  const workspace = env['GITHUB_WORKSPACE'];
  if (!workspace || root === undefined) return file;
  const way = relative(workspace, resolve(root, file));
  return way.startsWith('..') ? file : way.split(sep).join('/');
}
