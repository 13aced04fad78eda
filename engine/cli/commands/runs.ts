import { renderProblem } from '../../problem.js';
import { listRuns, type RunRecord, type RunStep, readRun, runFolder } from '../../store/runs.js';
import type { Run } from '../command.js';
import { openProject } from '../open.js';
import { countFrom } from '../options.js';
import { print, printJson, short } from '../print.js';
import { recordOf } from '../recorded.js';
import { sourceReader } from '../source.js';
import { columns, duration, type Terminal, terminalOf } from '../terminal.js';

export const list: Run = async (_args, options) => {
  const project = openProject();
  const ids = listRuns(project.root)
    .slice(-countFrom(options, 'count', 100_000)!)
    .reverse();
  const records = ids.flatMap((id) => readRun(project.root, id) ?? []);
  if (options['json']) {
    printJson(records.map(({ steps, ...run }) => ({ ...run, counts: countsOf(steps) })));
    return 0;
  }
  if (records.length === 0) {
    print('no runs yet: toolbox run PIPELINE');
    return 0;
  }
  const t = terminalOf(process.stdout);
  const rows = records.map((run) => [run.id, run.pipeline, run.status, took(run), countText(run.steps)]);
  print(columns(rows, t.columns, ['run', 'pipeline', 'status', 'took', 'steps']));
  return 0;
};

const countsOf = (steps: readonly RunStep[]) => {
  const counts: { [status: string]: number } = {};
  for (const { status } of steps) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
};
const countText = (steps: readonly RunStep[]): string =>
  Object.entries(countsOf(steps))
    .map(([status, count]) => `${count} ${status}`)
    .join(', ');

const took = ({ started, finished }: RunRecord): string =>
  finished ? duration((Date.parse(finished) - Date.parse(started)) / 1000) : '';

export const show: Run = async ([typed], options) => {
  const project = openProject();
  const run = recordOf(project, String(typed ?? 'last'));
  if (options['json']) {
    printJson(run);
    return 0;
  }
  const t = terminalOf(process.stdout);
  const who = run.actor.kind === 'claimed' ? `${run.actor.user} on ${run.actor.host}` : run.actor.subject;
  const facts = [
    ['pipeline', `${run.pipeline} (${run.file})`],
    ['status', `${run.status}${run.exit === undefined ? '' : `, exit status ${run.exit}`}`],
    ['started', `${run.started}${run.finished ? `, took ${took(run)}` : ''}`],
    ['by', who],
    ...(run.environment === undefined ? [] : [['environment', run.environment]]),
    ['seed', String(run.seed)],
    ...Object.entries(run.params).map(([name, value]) => [`param ${name}`, short(value)]),
    ['engine', `${run.machine.engine}, Node ${run.machine.node}, ${run.machine.platform}`],
    ['folder', runFolder('.', run.id).replaceAll('\\', '/')],
  ];
  print(`${t.bold(`run ${run.id}`)}\n${columns(facts, t.columns)}\n`);
  print(stepTable(run, t));
  const saved = run.steps.flatMap((step) => step.saved ?? []);
  if (saved.length > 0) print(`\nfiles\n${saved.map(({ path }) => `  ${path}`).join('\n')}`);
  for (const problem of run.problems) print(`\n${renderProblem(problem, sourceReader(project.root), t)}`);
  return 0;
};

const stepTable = (run: RunRecord, t: Terminal): string =>
  columns(
    run.steps.map((step) => [
      step.address,
      step.use,
      step.status,
      step.status === 'ran' ? duration(step.seconds ?? 0) : '',
      step.reason ?? headline(step),
    ]),
    t.columns,
    ['step', 'component', 'status', 'took', ''],
  );

/** The first few numbers that a step measured. */
const headline = ({ metrics }: RunStep): string =>
  Object.entries(metrics ?? {})
    .filter(([, value]) => typeof value === 'number')
    .slice(0, 2)
    .map(([name, value]) => `${name} ${short(value)}`)
    .join(', ');
