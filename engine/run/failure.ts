import { randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { InputError } from '../../components/lib/errors.js';
import { type Place, type Problem, ProblemError, problem } from '../problem.js';

/**
 * What was thrown in a step as problems: those that it carries; a kernel's complaint about its input at the step's
 * place; anything else is a bug, whose stack goes to a file and whose id is shown.
 */
export function problemsOf(
  error: unknown,
  at: Place,
  crashFolder: string,
  redact: (text: string) => string,
): readonly Problem[] {
  if (error instanceof ProblemError) return error.problems.map((p) => (p.at ? p : { ...p, at }));
  if (error instanceof InputError) return [problem('data/values', error.message, { at })];
  const id = randomBytes(4).toString('hex');
  mkdirSync(crashFolder, { recursive: true });
  const file = join(crashFolder, `crash-${id}.txt`);
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  writeFileSync(file, redact(text), { mode: 0o600 });
  return [
    problem('run/internal', `internal error ${id}`, {
      at,
      hint: `this is a bug, not your fault; the details are in ${file}`,
    }),
  ];
}
