import { canonical, type Digest, type Json } from '../../canonical.js';
import { type Cause, compare } from '../../run/why.js';
import type { KeyParts } from '../../store/record.js';
import type { RunRecord, RunStep } from '../../store/runs.js';
import type { Measure, Score } from '../scores.js';
import { isBetter } from '../scores.js';

export interface Change {
  readonly name: string;
  readonly before: Json | undefined;
  readonly after: Json | undefined;
}

/** A step whose own parts differ: what changed there, and not merely above it. */
export interface RootCause {
  readonly address: string;
  readonly causes: readonly Cause[];
  /** Where the step is in one of the runs only. */
  readonly only?: 'before' | 'after';
}

type Interval = NonNullable<Measure['interval']>;

export interface MetricChange extends Change {
  readonly intervals?: { readonly before?: Interval; readonly after?: Interval };
}

/** The number to look at first of a step, in both runs. */
export interface Moved {
  readonly address: string;
  readonly metric: string;
  readonly before: number;
  readonly after: number;
  readonly intervals?: MetricChange['intervals'];
  readonly better: boolean;
  /** Neither value lies within the interval of the other; absent without intervals. */
  readonly clear?: boolean;
  /** Steps above it, or itself, whose own parts differ. */
  readonly because: readonly string[];
}

export interface Comparison {
  readonly params: readonly Change[];
  readonly steps: readonly Change[];
  readonly metrics: readonly MetricChange[];
  /** Files that both runs, or one of them, read. */
  readonly files: readonly Change[];
  /** Engine, Node.js, platform. */
  readonly machine: readonly Change[];
  readonly roots: readonly RootCause[];
  readonly moved: readonly Moved[];
}

/** One run with what it measured and what decided its results, where the project still has that. */
export interface Side {
  readonly record: RunRecord;
  readonly scores: readonly Score[];
  readonly parts: (step: RunStep) => KeyParts | undefined;
}

/** What differs between two runs, which steps it began in, and what became of the numbers to look at first. */
export function compareRuns(before: Side, after: Side): Comparison {
  const old = stepsOf(before.record);
  const now = stepsOf(after.record);
  const addresses = [...new Set([...now.keys(), ...old.keys()])];
  const facts = ({ record: { params, seed, environment = '' } }: Side) => ({ ...params, seed, environment });
  const roots = addresses.flatMap((address) => rootOf(before, after, old.get(address), now.get(address)));
  return {
    params: changes(facts(before), facts(after)),
    steps: addresses.flatMap((name) => stepChange(name, old.get(name), now.get(name))),
    metrics: addresses.flatMap((address) =>
      changes(old.get(address)?.metrics ?? {}, now.get(address)?.metrics ?? {}).map((one) => {
        const intervals = intervalsOf(before, after, address, one.name);
        return { ...one, name: `${address}.${one.name}`, ...(intervals && { intervals }) };
      }),
    ),
    files: changes(filesOf(before), filesOf(after)),
    machine: changes(machineOf(before.record), machineOf(after.record)),
    roots,
    moved: movedOf(before, after, new Set(roots.map(({ address }) => address))),
  };
}

const stepsOf = ({ steps }: RunRecord) => new Map(steps.map((step) => [step.address, step]));

/** That a result was reused and not made again is no difference. */
const outcome = ({ status }: RunStep): string => (status === 'reused' ? 'ran' : status);

function stepChange(name: string, a: RunStep | undefined, b: RunStep | undefined): Change[] {
  if (!a || !b || outcome(a) !== outcome(b))
    return [{ name, before: a && outcome(a), after: b && outcome(b) }];
  return a.key === b.key
    ? []
    : [{ name, before: `result ${a.key?.slice(0, 8)}`, after: `result ${b.key?.slice(0, 8)}` }];
}

export function changes(
  before: { readonly [name: string]: Json },
  after: { readonly [name: string]: Json },
): Change[] {
  const text = (value: Json | undefined) => (value === undefined ? '' : canonical(value));
  return [...new Set([...Object.keys(before), ...Object.keys(after)])]
    .filter((name) => text(before[name]) !== text(after[name]))
    .map((name) => ({ name, before: before[name], after: after[name] }));
}

function rootOf(
  before: Side,
  after: Side,
  a: RunStep | undefined,
  b: RunStep | undefined,
): readonly RootCause[] {
  if (!a || !b) return [{ address: (a ?? b)!.address, causes: [], only: a ? 'before' : 'after' }];
  const [old, now] = [before.parts(a), after.parts(b)];
  if (!old || !now) return [];
  const causes = compare(old, now).filter(({ kind }) => kind !== 'upstream');
  return causes.length > 0 ? [{ address: b.address, causes }] : [];
}

const filesOf = ({ record, parts }: Side): { readonly [path: string]: Digest } =>
  Object.assign({}, ...record.steps.map((step) => parts(step)?.externals ?? {}));

const machineOf = ({ machine }: RunRecord): { readonly [name: string]: Json } => ({
  toolbox: machine.engine,
  'Node.js': machine.node,
  platform: machine.platform,
  ...machine.packages,
});

const scoreAt = ({ scores }: Side, address: string) => scores.find((score) => score.address === address);

function intervalsOf(before: Side, after: Side, address: string, name: string): MetricChange['intervals'] {
  const of = (side: Side) =>
    scoreAt(side, address)?.measures.find((measure) => measure.name === name)?.interval;
  const [old, now] = [of(before), of(after)];
  return old || now ? { ...(old && { before: old }), ...(now && { after: now }) } : undefined;
}

function movedOf(before: Side, after: Side, roots: ReadonlySet<string>): Moved[] {
  return after.scores.flatMap(({ address, main }) => {
    const old = main && scoreAt(before, address)?.measures.find(({ name }) => name === main.name)?.value;
    if (typeof main?.value !== 'number' || typeof old !== 'number' || main.value === old) return [];
    const intervals = intervalsOf(before, after, address, main.name);
    const within = (value: number, interval: Interval | undefined) =>
      interval !== undefined && value >= interval.lower && value <= interval.upper;
    return [
      {
        address,
        metric: main.name,
        before: old,
        after: main.value,
        better: isBetter(main.name, main.value, old),
        ...(intervals && {
          intervals,
          clear: !within(old, intervals.after) && !within(main.value, intervals.before),
        }),
        because: above(before, after, address).filter((one) => roots.has(one)),
      },
    ];
  });
}

/**
 * The step and all above it whose inputs are not as before, nearest first: followed by the contents of what was taken,
 * so that it needs no pipeline file.
 */
function above(before: Side, after: Side, from: string): readonly string[] {
  // A step that hands on what it took has the content of the one before it: all makers count.
  const made = new Map<Digest, string[]>();
  for (const { address, outputs = {} } of after.record.steps)
    for (const { content } of Object.values(outputs))
      made.set(content, [...(made.get(content) ?? []), address]);
  const old = stepsOf(before.record);
  const now = stepsOf(after.record);
  const seen = new Set([from]);
  for (const address of seen) {
    const [a, b] = [old.get(address), now.get(address)];
    const earlier = new Set(Object.values((a && before.parts(a))?.inputs ?? {}).flat());
    for (const content of Object.values((b && after.parts(b))?.inputs ?? {}).flat()) {
      if (!earlier.has(content)) for (const maker of made.get(content) ?? []) seen.add(maker);
    }
  }
  return [...seen];
}
