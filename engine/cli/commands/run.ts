import { resolve } from 'node:path';
import { ProblemError, problem } from '../../problem.js';
import { folders, type Project } from '../../project.js';
import { changedOutputs } from '../../run/lock-file.js';
import { openResults } from '../../store/results.js';
import { findRun, type RunRecord } from '../../store/runs.js';
import { annotate } from '../annotations.js';
import type { Options, Run } from '../command.js';
import { lockRun, requireLocked } from '../locking.js';
import { catalogOf, findPipeline, onlyPipeline, openProject, orFail } from '../open.js';
import { countFrom, selectionOf, settings } from '../options.js';
import { print, printJson } from '../print.js';
import { printProblems } from '../problems.js';
import { Progress } from '../progress.js';
import { settingsOfRun } from '../read-again.js';
import { readChecked } from '../read-checked.js';
import { recordOf } from '../recorded.js';
import { perform } from '../session.js';
import { sourceReader } from '../source.js';
import { summary } from '../summary.js';
import { terminalOf } from '../terminal.js';
import { nextChange } from '../watch.js';

export const run: Run = async ([typed], options) => {
  const project = openProject();
  const file = typed === undefined ? onlyPipeline(project) : findPipeline(project, String(typed));
  if (options['dryRun']) return (await import('./plan.js')).run([file], options);
  const given = options['resume'] === undefined ? options : await resumed(project, file, options);
  const { cancel, dispose } = cancelOnSignals();
  try {
    let ended = await once(project, file, given, cancel);
    while (options['watch'] && !cancel.aborted) {
      process.stderr.write('watching; Ctrl-C ends\n');
      const changed = await nextChange(watched(project, file, ended.record), cancel);
      if (changed !== undefined) ended = await again(project, file, given, cancel);
    }
    return ended.status;
  } finally {
    dispose();
  }
};

interface Ended {
  readonly status: number;
  readonly record?: RunRecord;
}

async function once(project: Project, file: string, options: Options, cancel: AbortSignal): Promise<Ended> {
  const catalog = await catalogOf(project);
  const json = options['json'] === true;
  const read = await readChecked(file, { project, catalog }, settings(options));
  const pipeline = orFail(read);
  // A file that is not there is told by the step that asks for it, and by none where no step does.
  const doubts = read.ok ? read.warnings.filter(({ code }) => code !== 'file/missing') : [];
  if (!json) printProblems(doubts);
  const lock = options['locked'] ? await requireLocked(project, pipeline) : undefined;
  const terminal = terminalOf(process.stderr);
  const said = json ? 'nothing' : options['quiet'] ? 'warnings' : 'everything';
  const progress = new Progress(process.stderr, terminal, sourceReader(), said);
  const workers = countFrom(options, 'workers');
  const parallel = countFrom(options, 'jobs');
  const done = await perform(project, catalog, pipeline, {
    cancel,
    doubts,
    select: selectionOf(options),
    readers: [progress.read],
    ...(parallel !== undefined && { parallel }),
    ...(workers !== undefined && { workers }),
  });
  if (!done.ok) return { status: printProblems(done.problems, json) };
  const { result, sealed, folder, record } = done.value;
  const complete = result.exit === 0;
  const different = lock && complete ? changedOutputs(lock, pipeline, record) : [];
  const problems = [...result.nodes.flatMap((node) => node.problems), ...done.value.warnings, ...different];
  const locked = options['lock'] && complete ? lockRun(project, pipeline, record) : undefined;
  const status = different.length > 0 ? 2 : result.exit;
  if (json) {
    annotate(problems);
    printJson({
      ok: status === 0,
      folder,
      head: sealed.head,
      ...result,
      warnings: done.value.warnings,
      ...(locked && { locked }),
      different,
    });
    return { status, record };
  }
  // What a step that ran has warned of was told then.
  const reused = result.nodes.filter(({ status }) => status === 'reused');
  printProblems(reused.flatMap(({ warnings }) => warnings.filter((one) => !doubts.includes(one))));
  printProblems(problems);
  print(summary(done.value, terminalOf(process.stdout)));
  if (locked) print(`Lock    ${locked}`);
  return { status, record };
}

/** While somebody edits, a file that is wrong for a moment ends nothing. */
async function again(project: Project, file: string, options: Options, cancel: AbortSignal): Promise<Ended> {
  try {
    return await once(project, file, options, cancel);
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    return { status: printProblems(error.problems, options['json'] === true) };
  }
}

/** The pipeline file, and what the run read that it did not write itself. */
function watched(project: Project, file: string, record: RunRecord | undefined): readonly string[] {
  const results = openResults(folders(project.root).results);
  const steps = record?.steps ?? [];
  const written = new Set(steps.flatMap((step) => (step.saved ?? []).map(({ path }) => path)));
  const read = steps.flatMap(({ key }) =>
    Object.keys((key && results.read(key)?.record.parts.externals) || {}),
  );
  const paths = read.filter((path) => !written.has(path)).map((path) => resolve(project.root, path));
  return [...new Set([file, ...paths])];
}

/** Options with the params and the environment of an earlier run; what is typed now goes before. */
async function resumed(project: Project, file: string, options: Options): Promise<Options> {
  const wanted = options['resume'] === true ? 'last' : String(options['resume']);
  const record = recordOf(project, orFail(findRun(project.root, wanted)));
  if (resolve(project.root, record.file) !== file)
    throw new ProblemError(
      problem('command/usage', `run ${record.id} was of ${record.file}, not of this pipeline`, {
        hint: 'name its run: toolbox runs list',
      }),
    );
  const before = await settingsOfRun(record, { project, catalog: await catalogOf(project) });
  const now = settings(options);
  const environment = now.environment ?? before.environment;
  return {
    ...options,
    set: Object.entries({ ...before.set, ...now.set }).map(([name, value]) => `${name}=${value}`),
    ...(environment !== undefined && { environment }),
  };
}

/** The first Ctrl-C or SIGTERM asks steps to stop, a second ends the process at once. */
function cancelOnSignals(): { cancel: AbortSignal; dispose(): void } {
  const controller = new AbortController();
  const signals = ['SIGINT', 'SIGTERM'] as const;
  const stop = (signal: NodeJS.Signals) => {
    if (controller.signal.aborted) process.exit(signal === 'SIGTERM' ? 143 : 130);
    process.stderr.write('\nstopping after the blocks under way; once more to stop at once\n');
    controller.abort(signal);
  };
  for (const signal of signals) process.on(signal, stop);
  return {
    cancel: controller.signal,
    dispose() {
      for (const signal of signals) process.off(signal, stop);
    },
  };
}
