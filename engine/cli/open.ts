import { existsSync, readdirSync, statSync } from 'node:fs';
import { hostname, userInfo } from 'node:os';
import { join, relative, resolve } from 'node:path';
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

/** A pipeline's file from what was typed: a path, or the name of one under `pipelines/`. */
export function findPipeline(project: Project, typed: string): string {
  const direct = resolve(typed);
  if (/\.ya?ml$/.test(typed) && existsSync(direct)) return direct;
  const files = pipelineFiles(project);
  const nameOf = (file: string) => file.replace(/^.*[\\/]/, '').replace(/\.ya?ml$/, '');
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
