import type { Problem } from '../problem.js';
import type { Step } from './pipeline.js';

/** A problem as it stands where the step allows it: for information, with the reason that the step gives. */
export function allowed(problem: Problem, { allow }: Pick<Step, 'allow'>): Problem {
  const reason = Object.hasOwn(allow, problem.code) ? allow[problem.code] : undefined;
  return reason === undefined ? problem : { ...problem, severity: 'info', hint: `allowed: ${reason}` };
}
