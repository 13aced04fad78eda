import { type Digest, digestOf, type Json } from '../canonical.js';
import type { Address, Event } from '../event.js';
import type { ResultRecord, StoredOutput } from '../store/record.js';

/** What became of one step, with what it rested on and made. */
export interface StepFacts {
  readonly address: Address;
  readonly use?: string;
  readonly status: 'ran' | 'reused' | 'skipped' | 'failed' | 'cancelled';
  readonly key?: Digest;
  readonly record?: Digest;
  /** Of the component. */
  readonly version?: string;
  readonly outputs?: { readonly [port: string]: StoredOutput };
  readonly metrics?: { readonly [name: string]: Json };
  readonly reason?: string;
}

/** Everything that a certificate says of a run and that its log and the records named there prove. */
export interface RunFacts {
  readonly pipeline: string;
  readonly file: string;
  /** Digest of the file's text, as canonical JSON. */
  readonly specDigest: Digest;
  readonly environment?: string;
  /** Secrets stand in neither: the log has their names at most. */
  readonly params: { readonly [name: string]: Json };
  readonly seed: number;
  readonly engine: string;
  /** Digests of the code of the components, with all that it imports. */
  readonly components: { readonly [name: string]: string };
  readonly started: string;
  readonly finished?: string;
  readonly status?: string;
  readonly exit?: number;
  readonly steps: readonly StepFacts[];
  /** Files that the run rested on, by path as written. */
  readonly inputs: { readonly [path: string]: Digest };
  /** Files that `save:` wrote. */
  readonly saved: { readonly [path: string]: Digest };
}

/**
 * Reads the facts out of a run's log and the records of its results, by digest. Sharing writes them into the
 * certificate and verifying reads them again: equal, or the certificate says something else than the log. Undefined
 * where the log does not begin with a run.
 */
export function factsOf(
  events: readonly Event[],
  records: ReadonlyMap<Digest, ResultRecord>,
): RunFacts | undefined {
  const [first] = events;
  if (first?.type !== 'run.started') return undefined;
  const steps = new Map<Address, StepFacts>();
  const saved: { [path: string]: Digest } = {};
  let finished: Pick<RunFacts, 'finished' | 'status' | 'exit'> = {};
  for (const event of events) {
    const step = stepOf(event, records);
    if (step) steps.set(step.address, step);
    else if (event.type === 'file.saved') saved[event.path] = event.digest;
    else if (event.type === 'run.finished')
      finished = { finished: event.time, status: event.status, exit: event.exit };
  }
  const { pipeline, file, specDigest, environment, params, seed, engine, components, time } = first;
  const rested = [...steps.values()].flatMap(({ record }) => (record && records.get(record)) || []);
  return {
    pipeline,
    file,
    specDigest,
    ...(environment !== undefined && { environment }),
    params,
    seed,
    engine,
    components,
    started: time,
    ...finished,
    steps: first.steps.flatMap((address) => steps.get(address) ?? []),
    inputs: Object.assign({}, ...rested.map(({ parts }) => parts.externals)),
    saved,
  };
}

function stepOf(event: Event, records: ReadonlyMap<Digest, ResultRecord>): StepFacts | undefined {
  switch (event.type) {
    case 'step.committed':
    case 'step.reused': {
      const { address, use, key, record } = event;
      const kept = records.get(record);
      return {
        address,
        use,
        status: event.type === 'step.reused' ? 'reused' : 'ran',
        key,
        record,
        ...(kept && { version: kept.parts.version, outputs: kept.outputs, metrics: kept.metrics }),
      };
    }
    case 'step.skipped':
      return { address: event.address, status: 'skipped', reason: event.reason };
    case 'step.failed':
      return {
        address: event.address,
        status: 'failed',
        ...(event.problems[0] && { reason: event.problems[0].message }),
      };
    case 'step.cancelled':
      return { address: event.address, status: 'cancelled' };
    default:
      return undefined;
  }
}

/** Whether a text is the pipeline that was run, as it was written. */
export const isSource = (text: string | undefined, { specDigest }: RunFacts): boolean =>
  text !== undefined && digestOf(text) === specDigest;
