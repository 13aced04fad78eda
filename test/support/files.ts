import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Files } from '#dist/engine/component.js';
import { ProblemError, problem } from '#dist/engine/problem.js';

/** The `files` capability over one folder. */
export const fileInput = (folder: string): Files => ({
  async input(path) {
    if (!existsSync(path)) throw new ProblemError(problem('file/missing', `there is no file ${path}`));
    const content = readFileSync(path);
    return { path, digest: createHash('sha256').update(content).digest('hex'), bytes: content.length };
  },
  async scratch() {
    const scratch = join(folder, '.scratch');
    mkdirSync(scratch, { recursive: true });
    return scratch;
  },
});
