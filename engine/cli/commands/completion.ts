import { ProblemError, problem } from '../../problem.js';
import type { Run } from '../command.js';
import { scripts } from '../completion/scripts.js';
import { printJson } from '../print.js';

export const run: Run = async ([typed], options) => {
  const shell = String(typed);
  const script = Object.hasOwn(scripts, shell) ? scripts[shell] : undefined;
  if (script === undefined)
    throw new ProblemError(
      problem('command/usage', `there is no completion for "${shell}"`, {
        hint: `for ${Object.keys(scripts).join(', ')}`,
      }),
    );
  if (options['json']) printJson({ ok: true, shell, script });
  else process.stdout.write(script);
  return 0;
};
