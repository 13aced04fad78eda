import { lstatSync, realpathSync, statSync } from 'node:fs';
import { dirname, extname, relative } from 'node:path';
import { tableEndings } from '../../export/write.js';
import { folders, type Project, resolvePath } from '../../project.js';
import { problemsPath } from '../../run/bad-rows.js';
import { Refusal } from '../refusal.js';

/** Bytes that file systems take for a name, and that leave room for the project's folder in a path. */
const isTooLong = (path: string): boolean =>
  Buffer.byteLength(path) > 2048 || path.split(/[\\/]/).some((name) => Buffer.byteLength(name) > 240);

type Roots = Pick<Project, 'root' | 'roots'>;

/** Where a request's path leads: under the project's roots, links followed, and not into the engine's own folder. */
function fileUnder(project: Roots, path: unknown, what: string): string {
  if (typeof path !== 'string' || path === '' || path.includes('\0'))
    throw new Refusal('request/shape', `"${what}" is no path`);
  if (isTooLong(path)) throw new Refusal('request/path', `"${what}" is too long for a path`);
  const resolved = resolvePath(project, path);
  if ('problem' in resolved || isOwn(project.root, resolved.path))
    throw new Refusal('request/path', `"${what}" lies outside the folders that this project may use`);
  return resolved.path;
}

/** Keys, logs and models lie there: they are no data. */
function isOwn(root: string, path: string): boolean {
  const own = real(folders(root).own);
  for (const way of [path, real(path)]) {
    const rest = relative(own, way);
    if (rest === '' || !rest.startsWith('..')) return true;
  }
  return false;
}

/** Where links lead, for a path whose last parts may not exist yet. */
function real(path: string): string {
  if (lstatSync(path, { throwIfNoEntry: false })) return realpathSync(path);
  const parent = dirname(path);
  return parent === path ? path : `${real(parent)}${path.slice(parent.length)}`;
}

/** A file to read. Throws a Refusal. */
export function inputUnder(project: Roots, path: unknown): string {
  const file = fileUnder(project, path, 'input_path');
  if (statSync(file, { throwIfNoEntry: false })?.isFile()) return file;
  throw new Refusal('request/path', 'there is no file at "input_path"');
}

/** A place to write a table to, where nothing lies yet. Throws a Refusal. */
export function outputUnder(project: Roots, path: unknown): string {
  const file = fileUnder(project, path, 'output_path');
  const ending = extname(file).toLowerCase();
  if (!tableEndings.includes(ending))
    throw new Refusal('request/path', `"output_path" ends in "${ending}", which is no table`, {
      hint: `endings: ${tableEndings.join(', ')}`,
    });
  for (const taken of [file, problemsPath(file)])
    if (lstatSync(taken, { throwIfNoEntry: false }))
      throw new Refusal(
        'request/path',
        taken === file
          ? 'there is something at "output_path" already'
          : 'there is a list of problems beside "output_path" already',
        { hint: 'files are never overwritten by a request' },
      );
  return file;
}
