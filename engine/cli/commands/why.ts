import { show } from '../../audit/show.js';
import type { Json } from '../../canonical.js';
import { buildGraph } from '../../plan/graph.js';
import { nearest, ProblemError, problem, renderProblem } from '../../problem.js';
import { folders } from '../../project.js';
import { type Cause, earlierRuns, type Why, why } from '../../run/why.js';
import { openResults } from '../../store/results.js';
import type { RunRecord } from '../../store/runs.js';
import type { Run } from '../command.js';
import { catalogOf, openProject } from '../open.js';
import { print, printJson, short } from '../print.js';
import { readAsRun } from '../read-again.js';
import { recordOf } from '../recorded.js';
import { sourceReader } from '../source.js';
import { columns, type Terminal, terminalOf } from '../terminal.js';

export const run: Run = async ([typed], options) => {
  const project = openProject();
  const asked = recordOf(project, String(options['run']));
  const record = runWith(project.root, asked, String(typed), options['run'] === 'last');
  const step = stepOf(record, String(typed));
  const read = await readAsRun(record, { project, catalog: await catalogOf(project) });
  const graph = read.ok ? buildGraph(read.value) : undefined;
  const found = why(project.root, openResults(folders(project.root).results), record, step, graph);
  const values = valuesOf(project.root, found);
  if (options['json']) {
    printJson({ ...found, ...(values && { values }) });
    return 0;
  }
  const t = terminalOf(process.stdout);
  if (record !== asked) print(t.dim(`run ${asked.id} left it out; the latest run that has it:`));
  print(`${t.bold(step.address)} ${verb[step.status]} in run ${record.id} (${step.use})`);
  explain(found, values, t);
  for (const one of step.problems ?? []) print(renderProblem(one, sourceReader(project.root), t));
  return 0;
};

const verb = {
  waiting: 'had not begun',
  running: 'was running',
  ran: 'ran',
  reused: 'was reused',
  skipped: 'was skipped',
  failed: 'failed',
  gate: 'was stopped by its gate',
  cancelled: 'was cancelled',
};

/** A run of some steps only does not hide what became of the others: the latest run that has the step answers. */
function runWith(root: string, asked: RunRecord, address: string, latest: boolean): RunRecord {
  const has = (run: RunRecord) => run.steps.some((step) => step.address === address);
  if (!latest || has(asked)) return asked;
  return earlierRuns(root, asked).find(has) ?? asked;
}

function stepOf(record: RunRecord, typed: string) {
  const step = record.steps.find(({ address }) => address === typed);
  if (step) return step;
  const addresses = record.steps.map(({ address }) => address);
  const near = nearest(typed, addresses);
  throw new ProblemError(
    problem('command/not-found', `there is no step "${typed}" in run ${record.id}`, {
      hint: near ? `did you mean ${near}?` : `steps: ${addresses.join(', ')}`,
    }),
  );
}

/** What the `when` or the gate of the step read, as the log has it. */
function valuesOf(root: string, { run: id, step }: Why): { readonly [name: string]: Json } | undefined {
  const entries = show(root, { run: id, step: step.address });
  for (const { event } of entries)
    if ((event.type === 'step.skipped' || event.type === 'gate.decided') && event.values)
      return event.values as { readonly [name: string]: Json };
  return undefined;
}

function explain(
  { step, previous, causes, madeBy }: Why,
  values: ReturnType<typeof valuesOf>,
  t: Terminal,
): void {
  if (step.reason) print(step.reason);
  if (values && step.status !== 'ran')
    for (const [name, value] of Object.entries(values)) print(`  ${name} = ${JSON.stringify(value)}`);
  if (step.status === 'reused')
    print(`nothing that decides its result changed${madeBy ? ` since run ${madeBy} made it` : ''}`);
  if (step.status !== 'ran') return;
  if (!previous) print('no earlier run has this step');
  else if (previous.step.key === step.key)
    print(`nothing changed since run ${previous.run}: it was forced, is not cached, or its result was gone`);
  else if (causes.length === 0) print(`the record of run ${previous.run} is gone, so it cannot be compared`);
  else {
    print(`changed since run ${previous.run}:`);
    print(
      columns(
        causes.map((cause) => [cause.kind, cause.name, changeText(cause)]),
        t.columns,
        undefined,
        'wrap',
      ),
    );
  }
}

function changeText({ kind, name, before, after, at, steps }: Cause): string {
  if (kind === 'upstream') {
    if (name === 'history' && steps?.length === 0) return 'another earlier run to compare with';
    const named = (steps ?? []).map((step) => `toolbox why ${step}`).join(', ');
    return `other data${named ? `: ${named}` : ''}`;
  }
  const digests = kind === 'file' || kind === 'code';
  const text = (value: Json | undefined) =>
    value === undefined
      ? 'nothing'
      : digests && String(value).length > 40
        ? String(value).slice(0, 12)
        : short(value);
  return `${text(before)} -> ${text(after)}${at ? ` (${at.file}:${at.line})` : ''}`;
}
