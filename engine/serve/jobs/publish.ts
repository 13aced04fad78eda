import { closeSync, existsSync, fsyncSync, linkSync, openSync, rmSync } from 'node:fs';
import { copyFile, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { ProblemError, problem } from '../../problem.js';
import { digestFile, errorCode, refusal, syncFolder, temporaryBeside } from '../../store/files.js';

/**
 * Gives a finished file its name: whole, on the disk, and never in place of another. Where the name is taken by these
 * very bytes a process that died had published them before.
 */
export async function publish(from: string, to: string): Promise<void> {
  try {
    sync(from);
    if (!(await linked(from, to))) await copied(from, to);
    syncFolder(dirname(to));
  } catch (error) {
    throw refusal(error, to);
  }
}

function sync(path: string): void {
  const file = openSync(path, 'r');
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** False where the file system has no links, or another one begins in between. */
async function linked(from: string, to: string): Promise<boolean> {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    const code = errorCode(error);
    if (['EXDEV', 'EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'].includes(code)) return false;
    if (code !== 'EEXIST') throw error;
    return isSame(from, to);
  }
}

async function isSame(from: string, to: string): Promise<true> {
  if ((await digestFile(from))?.digest === (await digestFile(to))?.digest) return true;
  throw new ProblemError(
    problem('file/changed', `something else lies at ${to} meanwhile`, {
      hint: 'move it away, or ask for another output',
    }),
  );
}

async function copied(from: string, to: string): Promise<void> {
  const temporary = temporaryBeside(to);
  try {
    await copyFile(from, temporary);
    sync(temporary);
    if (await linked(temporary, to)) return;
    if (!existsSync(to)) await rename(temporary, to);
    else await isSame(temporary, to);
  } finally {
    rmSync(temporary, { force: true });
  }
}
