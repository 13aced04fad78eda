import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type Problem, problem } from '../problem.js';
import { type Project, resolvePath } from '../project.js';

/** Where one component of a project is written. */
export interface OwnFile {
  readonly kind: 'module' | 'program';
  /** Of the module, or of `component.yaml`: relative to the project, with `/`. */
  readonly file: string;
  /** The name that the place gives it; absent where `components:` names the file itself. */
  readonly name?: string;
}

const PROGRAM = 'component.yaml';
const isModule = (name: string): boolean =>
  /\.(ts|mts|js|mjs)$/.test(name) && !/\.(d|test|spec)\.\w+$/.test(name);
const isHidden = (name: string): boolean => /^[._]/.test(name) || name === 'node_modules';

/**
 * The components under the paths that `components:` of toolbox.yaml lists. In a folder the place is the name, as in
 * the product itself: `<folder>/prep/clip.ts` and `<folder>/prep/clip/component.yaml` are `prep.clip`; `lib` and
 * what begins with `_` or `.` are helpers. A path of a file is a component whose name the file says.
 */
export function discover(project: Project): { files: readonly OwnFile[]; problems: readonly Problem[] } {
  const files: OwnFile[] = [];
  const problems: Problem[] = [];
  for (const path of project.components) {
    const at = { file: 'toolbox.yaml', line: 1, col: 1, length: 0 };
    const resolved = resolvePath(project, path, { at });
    if ('problem' in resolved) problems.push(resolved.problem);
    else if (!existsSync(resolved.path))
      problems.push(problem('file/missing', `"components" names ${path}, which is not there`, { at }));
    else files.push(...under(project.root, path.replaceAll('\\', '/').replace(/\/+$/, '')));
  }
  return { files, problems };
}

function under(root: string, path: string): OwnFile[] {
  const absolute = join(root, path);
  if (statSync(absolute).isFile())
    return [{ kind: path.endsWith(PROGRAM) ? 'program' : 'module', file: path }];
  if (existsSync(join(absolute, PROGRAM))) return [{ kind: 'program', file: `${path}/${PROGRAM}` }];
  const stages = foldersIn(absolute).filter((name) => name !== 'lib');
  return stages.flatMap((stage) =>
    entriesIn(join(absolute, stage)).flatMap((entry): OwnFile[] => {
      const file = `${path}/${stage}/${entry.name}`;
      if (entry.isFile() && isModule(entry.name))
        return [{ kind: 'module', file, name: `${stage}.${entry.name.replace(/\.\w+$/, '')}` }];
      if (entry.isDirectory() && existsSync(join(root, file, PROGRAM)))
        return [{ kind: 'program', file: `${file}/${PROGRAM}`, name: `${stage}.${entry.name}` }];
      return [];
    }),
  );
}

const entriesIn = (folder: string) =>
  readdirSync(folder, { withFileTypes: true })
    .filter((entry) => !isHidden(entry.name))
    .sort((a, b) => (a.name < b.name ? -1 : 1));

const foldersIn = (folder: string): readonly string[] =>
  entriesIn(folder)
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name);
