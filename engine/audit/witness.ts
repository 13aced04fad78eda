import { spawn } from 'node:child_process';
import { appendFile } from 'node:fs/promises';
import { ProblemError, problem } from '../problem.js';
import type { Head } from './head.js';
import { headLines } from './remembered.js';

/** Somebody outside the project who keeps the heads: a file elsewhere, or a program that reads them, one a line. */
export interface Witness {
  readonly file?: string;
  /** Program and arguments. */
  readonly command?: readonly string[];
}

const WAIT_MS = 30_000;

/** Hands new heads to the witness. Throws the problem `audit/unwritable` where it does not take them. */
export async function tellWitness(witness: Witness, heads: readonly Head[]): Promise<void> {
  const text = headLines(heads);
  try {
    if (witness.file) await appendFile(witness.file, text);
    if (witness.command) await feed(witness.command, text);
  } catch (error) {
    const who = witness.file ?? witness.command?.[0];
    throw new ProblemError(
      problem('audit/unwritable', `the witness ${who} did not take the head: ${(error as Error).message}`, {
        hint: 'the log itself is complete; give the last line of .toolbox/log/heads.jsonl to the witness by hand',
      }),
    );
  }
}

function feed(command: readonly string[], text: string): Promise<void> {
  const [program, ...args] = command as [string, ...string[]];
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: ['pipe', 'ignore', 'ignore'], timeout: WAIT_MS });
    child.once('error', reject);
    child.once('close', (status, signal) =>
      status === 0 ? resolve() : reject(new Error(`it ended with ${signal ?? `status ${status}`}`)),
    );
    child.stdin.once('error', reject);
    child.stdin.end(text);
  });
}
