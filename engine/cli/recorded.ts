import { ProblemError, problem } from '../problem.js';
import type { Project } from '../project.js';
import { findRun, type RunRecord, readRun } from '../store/runs.js';
import { orFail } from './open.js';

/** The record of a run that a person names: id, its beginning, last or prev. */
export function recordOf(project: Project, typed: string): RunRecord {
  const id = orFail(findRun(project.root, typed));
  const record = readRun(project.root, id);
  if (record) return record;
  throw new ProblemError(
    problem('command/not-found', `run ${id} left no record: it was stopped as it began`, {
      hint: 'toolbox runs list shows those that have one',
    }),
  );
}
