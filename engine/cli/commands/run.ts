import type { Run } from '../command.js';
import { catalogOf, findPipeline, openProject, orFail } from '../open.js';
import { countFrom, selectionOf } from '../options.js';
import { print, printJson } from '../print.js';
import { printProblems } from '../problems.js';
import { Progress } from '../progress.js';
import { readChecked } from '../read-checked.js';
import { perform } from '../session.js';
import { sourceReader } from '../source.js';
import { summary } from '../summary.js';
import { terminalOf } from '../terminal.js';

export const run: Run = async ([typed], options) => {
  if (options['dryRun']) return (await import('./plan.js')).run([typed], options);
  const project = openProject();
  const catalog = catalogOf(project);
  const file = findPipeline(project, String(typed));
  const read = orFail(await readChecked(file, { project, catalog }, options));
  const json = options['json'] === true;
  const terminal = terminalOf(process.stderr);
  const progress = new Progress(process.stderr, terminal, sourceReader(), json || options['quiet'] === true);
  const { cancel, dispose } = cancelOnSignals();
  const workers = countFrom(options, 'workers');
  const parallel = countFrom(options, 'jobs');
  const done = await perform(project, catalog, read, {
    cancel,
    select: selectionOf(options),
    readers: [progress.read],
    ...(parallel !== undefined && { parallel }),
    ...(workers !== undefined && { workers }),
  }).finally(dispose);
  if (!done.ok) return printProblems(done.problems, json);
  const { result, sealed, folder } = done.value;
  const problems = result.nodes.flatMap((node) => node.problems);
  if (json) {
    printJson({ ok: result.exit === 0, folder, head: sealed.head, ...result });
    return result.exit;
  }
  printProblems([...problems, ...done.value.warnings]);
  print(summary(done.value, terminalOf(process.stdout)));
  return result.exit;
};

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
