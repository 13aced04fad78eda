import { existsSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { ProblemError, problem } from '../../problem.js';
import { findRun, runFolder } from '../../store/runs.js';
import { showInBrowser } from '../browser.js';
import type { Run } from '../command.js';
import { openProject, orFail } from '../open.js';
import { print, printJson } from '../print.js';

/** A screen that is not there is no fault: the path is printed instead, for whoever or whatever comes next. */
export const run: Run = async ([typed], options) => {
  const { path, run: id } = fileOf(typed === undefined ? 'last' : String(typed));
  const watched = process.stdout.isTTY === true && options['json'] !== true;
  const opened = watched && (await showInBrowser(path));
  if (options['json']) printJson({ ok: true, ...(id !== undefined && { run: id }), path, opened });
  else print(opened ? `opened ${path}` : path);
  return 0;
};

/** A file that was named, or the report of a run. */
function fileOf(typed: string): { path: string; run?: string } {
  const direct = resolve(typed);
  if (statSync(direct, { throwIfNoEntry: false })?.isFile()) return { path: direct };
  const { root } = openProject();
  const run = orFail(findRun(root, typed));
  const path = join(runFolder(root, run), 'report.html');
  if (existsSync(path)) return { path, run };
  throw new ProblemError(
    problem('command/not-found', `run ${run} has no report: it goes on, or was stopped before its end`, {
      hint: `toolbox runs show ${run} says how far it came`,
    }),
  );
}
