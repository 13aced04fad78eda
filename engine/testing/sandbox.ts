import {
  constants,
  copyFileSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { ProblemError } from '../problem.js';
import { folders, type Project, resolvePath } from '../project.js';
import { refusal } from '../store/files.js';

/** What a test must not see of the project, or would only slow it down. */
const leftOut = new Set(['.git', '.toolbox', 'node_modules', 'results', 'runs']);

/** Files from this size on are linked: a survey is not copied for a test. */
const linkedFrom = 8 * 2 ** 20;

/**
 * A project that looks like another one and is thrown away. Files are copies, large ones hard links, which a run never
 * writes through, since it replaces what it writes. Log, registry, runs and results are its own; the store is that of
 * all tests of the project, so that steps which nothing has changed are reused.
 */
export function openSandbox(project: Project, files: { readonly [path: string]: string }) {
  const parent = join(folders(project.root).own, 'tests');
  try {
    mkdirSync(parent, { recursive: true });
    const root = mkdtempSync(join(parent, 'run-'));
    copyTree(project.root, root, leftOut);
    mkdirSync(folders(root).own);
    for (const kept of ['objects', 'results'] as const) {
      mkdirSync(join(parent, kept), { recursive: true });
      symlinkSync(join(parent, kept), folders(root)[kept], 'junction');
    }
    const copy = { ...project, root };
    for (const [path, text] of Object.entries(files)) {
      const found = resolvePath(copy, path);
      if ('problem' in found) throw new ProblemError(found.problem);
      mkdirSync(dirname(found.path), { recursive: true });
      rmSync(found.path, { force: true });
      writeFileSync(found.path, text);
    }
    return { project: copy, close: () => rmSync(root, { recursive: true, force: true }) };
  } catch (error) {
    throw refusal(error, parent);
  }
}

function copyTree(from: string, to: string, without: ReadonlySet<string>): void {
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    if (without.has(entry.name)) continue;
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory()) {
      mkdirSync(target);
      copyTree(source, target, new Set());
    } else if (entry.isFile()) copyOrLink(source, target);
  }
}

function copyOrLink(from: string, to: string): void {
  if (statSync(from).size < linkedFrom || !linked(from, to))
    copyFileSync(from, to, constants.COPYFILE_FICLONE);
}

/** Some file systems have no hard links. */
function linked(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch {
    return false;
  }
}
