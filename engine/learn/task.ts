import type { PlannedSchema } from '../artifacts/schema.js';
import type { Json } from '../canonical.js';
import type { LearnerTask } from '../component.js';
import { ProblemError, problem } from '../problem.js';
import type { Task } from './bundle-format.js';

/**
 * What an estimator learns here. One that learns classes and numbers alike goes by its setting `task`, else by the
 * target: text and yes/no are classes, decimals are numbers. Whole numbers may be either and are not guessed.
 */
export function taskOf(
  definition: { readonly task: LearnerTask },
  config: Json,
  schema: PlannedSchema,
): Exclude<Task, 'forecast'> {
  if (definition.task !== 'supervised') return definition.task;
  const set = (config as { readonly task?: string }).task;
  if (set === 'classify' || set === 'regress') return set;
  const target = schema.fields.find((field) => field.role === 'target');
  const unclear = target && unclearTarget(target);
  if (unclear) throw new ProblemError(problem('learn/target', unclear.message, { hint: unclear.hint }));
  return target?.type === 'string' || target?.type === 'bool' ? 'classify' : 'regress';
}

/** What is wrong with a target that does not tell by itself whether it holds classes or numbers. */
export function unclearTarget({
  name,
  type,
}: PlannedSchema['fields'][number]): { message: string; hint: string } | undefined {
  if (type !== 'int32' && type !== 'int64') return undefined;
  return {
    message: `the target "${name}" holds whole numbers, which can be classes or amounts`,
    hint: 'say which: with: { task: classify } or with: { task: regress }',
  };
}
