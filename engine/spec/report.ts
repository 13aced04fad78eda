import type { Code } from '../codes.js';
import { type Place, type Problem, problem } from '../problem.js';

/** Enters an error; gives undefined, so that `return report(…)` says that there is no value. */
export function report(
  problems: Problem[],
  code: Code,
  message: string,
  at: Place,
  hint?: string | false | undefined,
): undefined {
  // Nothing was written where something is missing: point at where it would begin.
  const visible = at.length > 0 ? at : { ...at, length: 1 };
  problems.push(problem(code, message, { at: visible, ...(hint && { hint }) }));
}
