import { exitStatus, type Problem, renderProblem } from '../problem.js';
import { annotate } from './annotations.js';
import { printJson } from './print.js';
import { sourceReader } from './source.js';
import { terminalOf } from './terminal.js';

/** Problems on stderr, or as JSON on stdout; gives the exit status that they ask for. */
export function printProblems(problems: readonly Problem[], json = false): number {
  if (json) printJson({ ok: false, problems });
  else {
    const source = sourceReader();
    for (const problem of problems)
      process.stderr.write(`${renderProblem(problem, source, terminalOf(process.stderr))}\n`);
  }
  annotate(problems);
  return exitStatus(problems);
}
