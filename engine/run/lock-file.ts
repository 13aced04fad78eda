import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { canonical, type Digest, digestOf, type Json } from '../canonical.js';
import type { Address } from '../event.js';
import { buildGraph } from '../plan/graph.js';
import { componentsOf } from '../plan/key.js';
import { type Problem, problem } from '../problem.js';
import type { Pipeline } from '../spec/pipeline.js';
import { resolved } from '../spec/render.js';
import type { FileDigests } from '../store/external.js';
import { replaceFile } from '../store/files.js';
import type { Results } from '../store/results.js';
import type { RunRecord } from '../store/runs.js';

/** What a run rested on and what came of it, beside the pipeline file and kept in version control. */
export interface Lock {
  readonly format: 1;
  readonly engine: string;
  /** Digest of the pipeline as it is read: comments and layout do not count. */
  readonly pipeline: Digest;
  readonly params: { readonly [name: string]: Json };
  readonly seed: number;
  /** Digest of each component's code. */
  readonly components: { readonly [component: string]: Digest };
  /** Digest of each file that was read and that no step of the run wrote. */
  readonly files: { readonly [path: string]: Digest };
  readonly steps: {
    readonly [address: Address]: {
      /** Content digest by output. */
      readonly outputs: { readonly [port: string]: Digest };
      readonly metrics: { readonly [name: string]: Json };
    };
  };
}

/** `pipelines/main.yaml` → `pipelines/main.lock.json`. */
export const lockPath = (pipelineFile: string): string => pipelineFile.replace(/\.ya?ml$/i, '.lock.json');

type Inputs = Pick<Lock, 'engine' | 'pipeline' | 'params' | 'seed' | 'components'>;

function inputsOf(pipeline: Pipeline, engine: string): Inputs {
  const infos = buildGraph(pipeline).nodes.flatMap((node) => componentsOf(node.step));
  return {
    engine,
    pipeline: digestOf(resolved(pipeline)),
    params: Object.fromEntries(Object.entries(pipeline.params).map(([name, { value }]) => [name, value])),
    seed: pipeline.seed,
    components: Object.fromEntries(infos.map((info) => [info.name, info.implementation])),
  };
}

/** The lock of a run that is done. */
export function lockOf(pipeline: Pipeline, engine: string, record: RunRecord, results: Results): Lock {
  const files: { [path: string]: Digest } = {};
  const written = new Set(record.steps.flatMap((step) => (step.saved ?? []).map(({ path }) => path)));
  for (const { key } of record.steps)
    for (const [path, digest] of Object.entries((key && results.read(key)?.record.parts.externals) || {}))
      if (!written.has(path)) files[path] = digest;
  return { format: 1, ...inputsOf(pipeline, engine), files, steps: stepsOf(pipeline, record) };
}

/** Outputs and metrics of steps that give the same each time; one that registers a version does not. */
function stepsOf(pipeline: Pipeline, record: RunRecord): Lock['steps'] {
  const { node } = buildGraph(pipeline);
  return Object.fromEntries(
    record.steps.flatMap(({ address, status, outputs = {}, metrics = {} }) => {
      const target = node.get(address)?.step.target;
      const repeatable = target?.kind === 'component' && target.info.determinism !== 'never';
      if (!repeatable || (status !== 'ran' && status !== 'reused')) return [];
      const contents = Object.entries(outputs).map(([port, output]) => [port, output.content]);
      return [[address, { outputs: Object.fromEntries(contents), metrics }]];
    }),
  );
}

export const writeLock = (path: string, lock: Lock): void =>
  replaceFile(path, `${JSON.stringify(lock, null, 2)}\n`);

/** The lock, or undefined where there is none or it is no JSON. */
export function readLock(path: string): Lock | undefined {
  if (!existsSync(path)) return undefined;
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Lock;
  } catch {
    return undefined;
  }
}

const differs = (what: string, before: unknown, now: unknown): Problem =>
  problem('run/unlocked-change', `${what} is not what the lock has`, {
    hint: `locked: ${shown(before)}\nnow: ${shown(now)}`,
  });

const shown = (value: unknown): string =>
  value === undefined ? 'nothing' : typeof value === 'string' ? value : JSON.stringify(value);

const same = (a: unknown, b: unknown): boolean =>
  a === undefined || b === undefined ? a === b : canonical(a as Json) === canonical(b as Json);

/** What a run would rest on that is not as it was locked; nothing where it may run. */
export async function changedInputs(
  lock: Lock,
  pipeline: Pipeline,
  engine: string,
  root: string,
  digests: FileDigests,
): Promise<Problem[]> {
  const now = inputsOf(pipeline, engine);
  const found: Problem[] = [];
  const check = (what: string, before: unknown, after: unknown) => {
    if (!same(before, after)) found.push(differs(what, before, after));
  };
  check('the engine', lock.engine, now.engine);
  for (const name of names(lock.params, now.params))
    check(`param ${name}`, lock.params[name], now.params[name]);
  check('the seed', lock.seed, now.seed);
  for (const name of names(lock.components, now.components))
    check(`the code of ${name}`, lock.components[name], now.components[name]);
  for (const [path, digest] of Object.entries(lock.files)) {
    const file = resolve(root, path);
    check(path, digest, existsSync(file) ? await digests.digest(file) : undefined);
  }
  // Params are part of it; a change that they explain is said once.
  if (found.length === 0) check('the pipeline', lock.pipeline, now.pipeline);
  return found;
}

/** Outputs and metrics of a run that differ from the locked ones, though what it rested on was the same. */
export function changedOutputs(lock: Lock, pipeline: Pipeline, record: RunRecord): Problem[] {
  return Object.entries(stepsOf(pipeline, record)).flatMap(([address, { outputs, metrics }]) => {
    const locked = lock.steps[address];
    if (!locked) return [];
    return [
      ...names(locked.outputs, outputs)
        .filter((port) => locked.outputs[port] !== outputs[port])
        .map((port) => differs(`output ${address}.${port}`, locked.outputs[port], outputs[port])),
      ...names(locked.metrics, metrics)
        .filter((name) => !same(locked.metrics[name], metrics[name]))
        .map((name) => differs(`metric ${address}.${name}`, locked.metrics[name], metrics[name])),
    ];
  });
}

const names = (a: object, b: object): readonly string[] =>
  [...new Set([...Object.keys(a), ...Object.keys(b)])].sort();
