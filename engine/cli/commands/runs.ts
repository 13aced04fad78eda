import { canonical, type Json } from '../../canonical.js';
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

export const diff: Run = async ([first, second], options) => {
  const project = openProject();
  const before = recordOf(project, String(first ?? 'prev'));
  const after = recordOf(project, String(second ?? 'last'));
  const found = difference(before, after);
  if (options['json']) {
    printJson({ before: before.id, after: after.id, ...found });
    return 0;
  }
  const t = terminalOf(process.stdout);
  print(`${before.id} (${before.pipeline}) and ${after.id} (${after.pipeline})`);
  const section = (title: string, rows: readonly Change[]) => {
    if (rows.length > 0)
      print(
        `\n${columns(
          rows.map(({ name, before: old, after: now }) => [
            name,
            short(old) || '-',
            short(now) || '-',
            change(old, now),
          ]),
          t.columns,
          [title, 'before', 'after', 'change'],
        )}`,
      );
  };
  section('param', found.params);
  section('step', found.steps);
  const own = found.metrics.filter(({ name }) => !/\.(control|baseline|random_split)_/.test(name));
  section('metric', own);
  if (own.length < found.metrics.length)
    print(`and ${found.metrics.length - own.length} metrics of baselines and controls: --json shows them`);
  if (found.params.length + found.steps.length + found.metrics.length === 0)
    print('no param, result or metric differs');
  return 0;
};

interface Change {
  readonly name: string;
  readonly before: Json | undefined;
  readonly after: Json | undefined;
}

const change = (before: Json | undefined, after: Json | undefined): string =>
  typeof before === 'number' && typeof after === 'number'
    ? `${after > before ? '+' : ''}${short(after - before)}`
    : '';

/** Params, outcomes of steps and metrics that are not equal; a step whose key changed says so. */
function difference(before: RunRecord, after: RunRecord) {
  const old = new Map(before.steps.map((step) => [step.address, step]));
  const now = new Map(after.steps.map((step) => [step.address, step]));
  const addresses = [...new Set([...now.keys(), ...old.keys()])];
  const facts = (run: RunRecord) => ({ ...run.params, seed: run.seed, environment: run.environment ?? '' });
  return {
    params: changes(facts(before), facts(after)),
    steps: addresses.flatMap((name) => {
      const [a, b] = [old.get(name), now.get(name)];
      if (!a || !b || outcome(a) !== outcome(b))
        return [{ name, before: a && outcome(a), after: b && outcome(b) }];
      return a.key === b.key
        ? []
        : [{ name, before: `result ${a.key?.slice(0, 8)}`, after: `result ${b.key?.slice(0, 8)}` }];
    }),
    metrics: addresses.flatMap((address) =>
      changes(old.get(address)?.metrics ?? {}, now.get(address)?.metrics ?? {}).map((one) => ({
        ...one,
        name: `${address}.${one.name}`,
      })),
    ),
  };
}

/** That a result was reused and not made again is no difference. */
const outcome = ({ status }: RunStep): string => (status === 'reused' ? 'ran' : status);

function changes(
  before: { readonly [name: string]: Json },
  after: { readonly [name: string]: Json },
): Change[] {
  const text = (value: Json | undefined) => (value === undefined ? '' : canonical(value));
  return [...new Set([...Object.keys(before), ...Object.keys(after)])]
    .filter((name) => text(before[name]) !== text(after[name]))
    .map((name) => ({ name, before: before[name], after: after[name] }));
}
