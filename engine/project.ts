import { existsSync, realpathSync } from 'node:fs';
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import type { Json } from './canonical.js';
import { type Place, type Problem, problem } from './problem.js';

/** The nearest parent folder with `toolbox.yaml`: what every command works in. */
export interface Project {
  readonly root: string;
  readonly name: string;
  /** Folders, relative to the root, that pipelines may read and write. Default: the root itself. */
  readonly roots: readonly string[];
  readonly environments: { readonly [name: string]: { readonly params: { readonly [param: string]: Json } } };
  /** Folders with the project's own components. */
  readonly components: readonly string[];
  /** What must hold before a model moves on. Default: nothing. */
  readonly policy?: { readonly promote?: readonly PromotionRule[] };
}

/** What a version must fulfil before an alias or stage may stand for it; all that is given. */
export interface PromotionRule {
  readonly to: string;
  /** Models that it holds for; all where absent. */
  readonly models?: readonly string[];
  /** Alias or stage that the version must have at that moment. */
  readonly from?: string;
  readonly minimum?: { readonly [metric: string]: number };
  readonly maximum?: { readonly [metric: string]: number };
  /** Metrics on which it must not be worse than the version that it replaces. */
  readonly no_worse?: readonly string[];
  /** Expressions over `metrics`, `current.metrics` (of the version that it replaces), `rows` and `task`. */
  readonly require?: readonly string[];
}

/** Folders of the engine and of people, absolute. */
export const folders = (root: string) => {
  const own = join(root, '.toolbox');
  return {
    own,
    objects: join(own, 'objects'),
    results: join(own, 'results'),
    locks: join(own, 'locks'),
    log: join(own, 'log'),
    registry: join(own, 'registry'),
    state: join(own, 'state'),
    inference: join(own, 'inference'),
    jobs: join(own, 'jobs'),
    build: join(own, 'build'),
    runs: join(root, 'runs'),
  } as const;
};

/** Root of the project that holds `from`, or undefined. */
export function findProject(from: string): string | undefined {
  let folder = resolve(from);
  for (;;) {
    if (existsSync(join(folder, 'toolbox.yaml'))) return folder;
    const parent = dirname(folder);
    if (parent === folder) return undefined;
    folder = parent;
  }
}

const expandHome = (path: string): string =>
  path === '~' || path.startsWith('~/') ? join(process.env['HOME'] ?? '', path.slice(1)) : path;

/** Where a link leads, for paths whose last parts may not exist yet. */
function realPath(path: string): string {
  if (existsSync(path)) return realpathSync(path);
  const parent = dirname(path);
  return parent === path
    ? path
    : join(realPath(parent), path.slice(parent.length + (parent.endsWith(sep) ? 0 : 1)));
}

/**
 * Absolute path of one written in YAML (relative to the project; must stay under its roots, links followed) or
 * typed by the person (`typed`: relative to the current folder; may lie anywhere).
 */
export function resolvePath(
  project: Pick<Project, 'root' | 'roots'>,
  path: string,
  options: { typed?: boolean; at?: Place } = {},
): { path: string } | { problem: Problem } {
  const expanded = expandHome(path);
  if (options.typed) return { path: resolve(expanded) };
  const absolute = isAbsolute(expanded) ? resolve(expanded) : resolve(project.root, expanded);
  const real = realPath(absolute);
  const inside = project.roots.some((root) => {
    const way = relative(realPath(resolve(project.root, root)), real);
    return way === '' || (!way.startsWith('..') && !isAbsolute(way));
  });
  if (inside) return { path: absolute };
  return {
    problem: problem('spec/path', `"${path}" lies outside the folders that this project may use`, {
      ...(options.at && { at: options.at }),
      hint: 'add its folder to "roots:" in toolbox.yaml, or give it on the command line with --set',
    }),
  };
}
