import { canonical, type Digest, type Json } from '../canonical.js';
import type { Address } from '../event.js';
import type { Graph, Node, Source } from '../plan/graph.js';
import type { Place } from '../problem.js';
import type { KeyParts } from '../store/record.js';
import type { Results } from '../store/results.js';
import { listRuns, type RunRecord, type RunStep, readRun } from '../store/runs.js';

/** One thing that is not as it was when the step last had a key. */
export interface Cause {
  readonly kind:
    | 'setting'
    | 'default'
    | 'upstream'
    | 'file'
    | 'seed'
    | 'code'
    | 'program'
    | 'environment'
    | 'component';
  /** Path of a setting, port of an input, path of a file, name of a component or variable. */
  readonly name: string;
  readonly before?: Json;
  readonly after?: Json;
  /** Where the setting is written, in the file as it is now. */
  readonly at?: Place;
  /** Steps whose output it takes and whose output is another than before. */
  readonly steps?: readonly Address[];
}

/** Why a step did in a run what it did. */
export interface Why {
  readonly run: string;
  readonly step: RunStep;
  /** The run before it, of the same pipeline, in which the step had a key; absent where there is none. */
  readonly previous?: { readonly run: string; readonly step: RunStep };
  readonly causes: readonly Cause[];
  /** The run that made the result which was reused. */
  readonly madeBy?: string;
}

/**
 * Compares what decided a step's result with what decided it in the run before. `graph` is the pipeline as it is now,
 * where it can be read: it names lines and upstream steps. Linear in the number of runs.
 */
export function why(
  root: string,
  results: Results,
  record: RunRecord,
  step: RunStep,
  graph: Graph | undefined,
): Why {
  const before = earlierRuns(root, record);
  const previous = latestWith(before, (other) => other.address === step.address && other.key !== undefined);
  const base = {
    run: record.id,
    step,
    ...(previous && { previous: { run: previous.run.id, step: previous.step } }),
  };
  if (step.status === 'reused') {
    const maker = latestWith(before, (other) => other.key === step.key && other.status === 'ran');
    return { ...base, causes: [], ...(maker && { madeBy: maker.run.id }) };
  }
  const old = previous?.step.key && results.read(previous.step.key)?.record.parts;
  const now = step.key && results.read(step.key)?.record.parts;
  if (!previous || !old || !now) return { ...base, causes: [] };
  const node = graph?.node.get(step.address);
  const changed = (address: Address) => {
    const outputs = (run: RunRecord) => run.steps.find((other) => other.address === address)?.outputs ?? {};
    const contents = (run: RunRecord) => Object.values(outputs(run)).map((output) => output.content);
    return contents(record).join() !== contents(previous.run).join();
  };
  return { ...base, causes: compare(old, now, node, changed) };
}

/** Runs of the same pipeline before a run, the latest first. */
export function earlierRuns(root: string, record: RunRecord): readonly RunRecord[] {
  const ids = listRuns(root).filter((id) => id < record.id);
  return ids.reverse().flatMap((id) => {
    const run = readRun(root, id);
    return run && run.file === record.file ? [run] : [];
  });
}

function latestWith(runs: readonly RunRecord[], fits: (step: RunStep) => boolean) {
  for (const run of runs) {
    const step = run.steps.find(fits);
    if (step) return { run, step };
  }
  return undefined;
}

/** What differs between two keys' parts, in the order in which a person can do something about it. */
export function compare(
  before: KeyParts,
  after: KeyParts,
  node?: Node,
  changed: (address: Address) => boolean = () => false,
): Cause[] {
  const causes: Cause[] = [];
  if (before.component !== after.component)
    causes.push({ kind: 'component', name: 'use', before: before.component, after: after.component });
  for (const { path, ...values } of leaves(before.config, after.config)) {
    const written = node && placeOf(node, path);
    const kind = node && !written ? 'default' : 'setting';
    causes.push({ kind, name: path.join('.'), ...values, ...(written && { at: written }) });
  }
  for (const port of differing(before.inputs, after.inputs)) {
    const sources = (node?.inputs[port] ?? []).flatMap(addressesOf);
    const steps = sources.filter(changed);
    causes.push({ kind: 'upstream', name: port, steps: steps.length > 0 ? steps : sources });
  }
  causes.push(...named('file', before.externals, after.externals));
  if (before.seed !== after.seed)
    causes.push({ kind: 'seed', name: 'seed', ...pair(before.seed, after.seed) });
  causes.push(
    ...named('code', before.implementation, after.implementation),
    ...named('program', before.programs, after.programs),
    ...named('environment', before.environment, after.environment),
  );
  if (before.version !== after.version)
    causes.push({
      kind: 'code',
      name: `version of ${after.component}`,
      before: before.version,
      after: after.version,
    });
  return causes;
}

const addressesOf = (source: Source): readonly Address[] =>
  source.kind === 'one' ? [source.address] : source.members.map((member) => member.address);

const pair = (before: Json | undefined, after: Json | undefined) => ({
  ...(before !== undefined && { before }),
  ...(after !== undefined && { after }),
});

const differing = (
  before: { readonly [name: string]: Json | readonly Digest[] },
  after: { readonly [name: string]: Json | readonly Digest[] },
): readonly string[] =>
  [...new Set([...Object.keys(before), ...Object.keys(after)])].filter(
    (name) => textOf(before[name] as Json) !== textOf(after[name] as Json),
  );

const textOf = (value: Json | undefined): string => (value === undefined ? '' : canonical(value));

const named = (
  kind: Cause['kind'],
  before: { readonly [name: string]: string },
  after: { readonly [name: string]: string },
): Cause[] => differing(before, after).map((name) => ({ kind, name, ...pair(before[name], after[name]) }));

interface Leaf {
  readonly path: readonly (string | number)[];
  readonly before?: Json;
  readonly after?: Json;
}

/** The smallest parts in which two values differ. */
function leaves(
  before: Json | undefined,
  after: Json | undefined,
  path: readonly (string | number)[] = [],
): Leaf[] {
  if (textOf(before) === textOf(after)) return [];
  if (isMap(before) && isMap(after))
    return differing(before, after).flatMap((key) => leaves(before[key], after[key], [...path, key]));
  if (Array.isArray(before) && Array.isArray(after) && before.length === after.length)
    return after.flatMap((item, i) => leaves(before[i], item, [...path, i]));
  return [{ path, ...pair(before, after) }];
}

const isMap = (value: Json | undefined): value is { readonly [key: string]: Json } =>
  value !== null && typeof value === 'object' && !Array.isArray(value);

/** The place of a setting, or undefined where nobody wrote it: its default decides. */
function placeOf({ step }: Node, path: readonly (string | number)[]): Place | undefined {
  const at = step.place(path);
  const above = step.place(path.slice(0, -1));
  const same = at.line === above.line && at.col === above.col && at.length === above.length;
  return same ? undefined : at;
}
