import { readPipeline } from '../../spec/read.js';
import type { Run } from '../command.js';
import { catalogOf, findPipeline, openProject, orFail } from '../open.js';
import { countFrom, selectionOf, settings } from '../options.js';
import { printProblems } from '../problems.js';
import { Progress } from '../progress.js';
import { perform } from '../session.js';
import { sourceReader } from '../source.js';
import { summary } from '../summary.js';
import { terminalOf } from '../terminal.js';

export const run: Run = async ([typed], options) => {
  if (options['dryRun']) return (await import('./plan.js')).run([typed], options);
  const project = openProject();
  const catalog = catalogOf(project);
  const file = findPipeline(project, String(typed));
  const read = orFail(await readPipeline(file, { project, catalog, ...settings(options) }));
  const json = options['json'] === true;
  const terminal = terminalOf(process.stderr);
  const progress = new Progress(process.stderr, terminal, sourceReader(), json || options['quiet'] === true);
  const cancel = cancelOnSignals();
  const workers = countFrom(options, 'workers');
  const parallel = countFrom(options, 'jobs');
  const done = await perform(project, catalog, read, {
    cancel,
    select: selectionOf(options),
    readers: [progress.read],
    ...(parallel !== undefined && { parallel }),
    ...(workers !== undefined && { workers }),
  });
  if (!done.ok) return printProblems(done.problems, json);
  const { result, sealed, folder } = done.value;
  const problems = result.nodes.flatMap((node) => node.problems);
  if (json) {
    console.log(JSON.stringify({ ok: result.exit === 0, folder, head: sealed.head, ...result }, null, 2));
    return result.exit;
  }
  printProblems([...problems, ...done.value.warnings]);
  process.stdout.write(`${summary(done.value, terminalOf(process.stdout))}\n`);
  return result.exit;
};

/** The first Ctrl-C or SIGTERM asks steps to stop, a second ends the process at once. */
function cancelOnSignals(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.on(signal, () => {
      if (controller.signal.aborted) process.exit(signal === 'SIGTERM' ? 143 : 130);
      process.stderr.write('\nstopping after the blocks under way; once more to stop at once\n');
      controller.abort(signal);
    });
  return controller.signal;
}
