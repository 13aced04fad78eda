import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { hostname, userInfo } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { parse } from 'yaml';
import { engineVersion, openCatalog } from '../catalog.js';
import type { Catalog } from '../component.js';
import type { Actor } from '../event.js';
import { nearest, ProblemError, problem, type Result } from '../problem.js';
import { findProject, type Project } from '../project.js';
import { pipelineFiles, readProject } from '../spec/project-file.js';

/** The project that holds the current folder. Throws a problem where there is none or its file is wrong. */
export function openProject(from = process.cwd()): Project {
  const root = findProject(from);
  if (root) return orFail(readProject(root, engineVersion));
  throw new ProblemError(
    problem('project/none', 'there is no toolbox.yaml here or in a folder above', {
      hint: 'make a project with: toolbox new my-project --template tabular',
    }),
  );
}

export function orFail<T>(result: Result<T>): T {
  if (result.ok) return result.value;
  throw new ProblemError(...result.problems);
}

/** The engine's components and the project's own. Throws the problems of the latter. */
export async function catalogOf(project: Project): Promise<Catalog> {
  if (project.components.length === 0) return openCatalog();
  const { projectCatalog } = await import('../own/catalog.js');
  return orFail(await projectCatalog(project));
}

/** The project's components, or outside of a project those of the engine. */
export const catalogHere = async (): Promise<Catalog> =>
  findProject(process.cwd()) === undefined ? openCatalog() : catalogOf(openProject());

const nameOf = (file: string) => file.replace(/^.*[\\/]/, '').replace(/\.ya?ml$/, '');

/** A pipeline's file from what was typed: a path, or the name of one under `pipelines/`. */
export function findPipeline(project: Project, typed: string): string {
  const direct = resolve(typed);
  if (/\.ya?ml$/.test(typed) && existsSync(direct)) return direct;
  const files = pipelineFiles(project);
  const found = files.find((file) => nameOf(file) === typed);
  if (found) return resolve(project.root, found);
  const names = files.map(nameOf);
  if (statSync(direct, { throwIfNoEntry: false })?.isDirectory()) throw isFolder(typed, direct);
  const near = nearest(typed, names);
  throw new ProblemError(
    problem('command/not-found', `there is no pipeline "${typed}"`, {
      hint: near
        ? `did you mean ${near}?`
        : names.length > 0
          ? `this project has ${names.join(', ')}`
          : 'pipelines lie in pipelines/',
    }),
  );
}

/** The pipeline to run where none was named: the only one that runs by itself. Throws a problem that lists several. */
export function onlyPipeline(project: Project): string {
  const files = pipelineFiles(project);
  const all = files
    .map((file) => ({ file, ...headOf(resolve(project.root, file)) }))
    .filter(({ own }) => own);
  const [only] = all;
  if (only && all.length === 1) return resolve(project.root, only.file);
  if (!only)
    throw new ProblemError(
      problem('command/not-found', 'this project has no pipeline to run', {
        hint: 'pipelines lie in pipelines/',
      }),
    );
  const lines = all.map(({ file, description }) =>
    [`toolbox run ${nameOf(file)}`, description].filter((part) => part !== undefined).join(': '),
  );
  throw new ProblemError(
    problem('command/usage', `name one of ${all.length} pipelines`, { hint: lines.join('\n') }),
  );
}

/** What a pipeline file says of itself, and whether it runs by itself; a file that is no YAML is left to whoever runs it. */
function headOf(file: string): { readonly own: boolean; readonly description?: string } {
  try {
    const head: unknown = parse(readFileSync(file, 'utf8'));
    const { inputs, description } = (head ?? {}) as { inputs?: unknown; description?: unknown };
    return {
      own: inputs === undefined,
      ...(typeof description === 'string' && { description: description.split('\n')[0]! }),
    };
  } catch {
    return { own: true };
  }
}

/** The operating system's user: a claim, since nothing here proves it. */
export function claimedActor(): Actor {
  let user = process.env['USER'] ?? 'unknown';
  try {
    user = userInfo().username;
  } catch {
    // a user without an entry in the system's table, in containers
  }
  return { kind: 'claimed', user, host: hostname() };
}

/** What to type instead of a folder: the pipelines in it, or in its own `pipelines/`. */
function isFolder(typed: string, folder: string): ProblemError {
  const inside = [folder, join(folder, 'pipelines')].flatMap((path) =>
    existsSync(path)
      ? readdirSync(path)
          .filter((name) => /\.ya?ml$/.test(name) && name !== 'toolbox.yaml')
          .sort()
          .map((name) => relative(process.cwd(), join(path, name)))
      : [],
  );
  const hint = inside.length > 0 ? `name a pipeline of it: ${inside.join(', ')}` : 'it holds no pipelines';
  return new ProblemError(problem('command/not-found', `"${typed}" is a folder, not a pipeline`, { hint }));
}
