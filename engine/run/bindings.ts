import type { Json } from '../canonical.js';
import type { Address } from '../event.js';
import type { Node } from '../plan/graph.js';
import { ProblemError } from '../problem.js';
import { type Bindings, type OutputFacts, type RunFacts, settle } from '../spec/evaluate.js';
import type { StoredOutput } from '../store/record.js';

/** What expressions may read of steps that have ended. */
export type Measured = ReadonlyMap<
  Address,
  {
    readonly metrics: { readonly [name: string]: Json };
    readonly outputs: { readonly [port: string]: StoredOutput };
  }
>;

export interface Outside {
  readonly env: { readonly [name: string]: string };
  readonly secrets: { readonly [name: string]: string };
  readonly run: RunFacts;
}

/**
 * What expressions of a node may read: results of the steps of its own pipeline, by id. Params of a called pipeline
 * that wait for the caller's results are worked out where they are asked for. With `names`, secrets are replaced by
 * their names, for keys and records.
 */
export async function bindingsOf(
  { scope, each }: Pick<Node, 'scope' | 'each'>,
  results: Measured,
  outside: Outside,
  names = false,
): Promise<Bindings> {
  const { pipeline, prefix, call } = scope;
  const steps: {
    [id: string]: { metrics: { readonly [name: string]: Json }; outputs: { [port: string]: OutputFacts } };
  } = {};
  for (const step of pipeline.steps) {
    const result = results.get(`${prefix}${step.id}`);
    if (!result) continue;
    const outputs = Object.entries(result.outputs).map(
      ([port, { content, size }]) =>
        [port, { digest: content, ...(size !== undefined && { rows: size }) }] as const,
    );
    steps[step.id] = { metrics: result.metrics, outputs: Object.fromEntries(outputs) };
  }
  const params: { [name: string]: Json } = {};
  for (const [name, param] of Object.entries(pipeline.params)) {
    const given = param.pending && call?.step.with.entries[name];
    if (!given) {
      params[name] = param.value;
      continue;
    }
    const found = await settle(given, {}, await bindingsOf(call, results, outside, names), name);
    if ('problems' in found) throw new ProblemError(...found.problems);
    params[name] = found.value;
  }
  const secrets = names
    ? Object.fromEntries(Object.keys(outside.secrets).map((name) => [name, `secret:${name}`]))
    : outside.secrets;
  return { params, env: outside.env, secrets, steps, each, run: outside.run };
}
