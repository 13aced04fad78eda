import type { Json } from '../canonical.js';
import type { Node } from '../plan/graph.js';
import { ProblemError } from '../problem.js';
import { type Bindings, type RunFacts, settle } from '../spec/evaluate.js';
import type { StoredOutput } from '../store/record.js';

type StepFacts = NonNullable<Bindings['steps']>[string];

/** What expressions may read of steps that have ended: by pipeline in the run, then by step. Grows as the run goes on. */
export class Measured {
  readonly #scopes = new Map<string, { [step: string]: StepFacts }>();

  add(
    { scope, step, each }: Pick<Node, 'scope' | 'step' | 'each'>,
    result: {
      readonly metrics: StepFacts['metrics'];
      readonly outputs: { readonly [port: string]: StoredOutput };
    },
  ): void {
    // Instances of a `foreach` have no single result that an expression could name.
    if (Object.keys(each).length > 0) return;
    const outputs = Object.entries(result.outputs).map(
      ([port, { content, size }]) =>
        [port, { digest: content, ...(size !== undefined && { rows: size }) }] as const,
    );
    this.steps(scope.prefix)[step.id] = { metrics: result.metrics, outputs: Object.fromEntries(outputs) };
  }

  /** Of the pipeline whose steps have this prefix. */
  steps(prefix: string): { [step: string]: StepFacts } {
    let steps = this.#scopes.get(prefix);
    if (!steps) {
      steps = {};
      this.#scopes.set(prefix, steps);
    }
    return steps;
  }
}

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
  measured: Measured,
  outside: Outside,
  names = false,
): Promise<Bindings> {
  const { pipeline, prefix, call } = scope;
  const params: { [name: string]: Json } = {};
  for (const [name, param] of Object.entries(pipeline.params)) {
    const given = param.pending && call?.step.with.entries[name];
    if (!given) {
      params[name] = param.value;
      continue;
    }
    const found = await settle(given, {}, await bindingsOf(call, measured, outside, names), name);
    if ('problems' in found) throw new ProblemError(...found.problems);
    params[name] = found.value;
  }
  const secrets = names
    ? Object.fromEntries(Object.keys(outside.secrets).map((name) => [name, `secret:${name}`]))
    : outside.secrets;
  return { params, env: outside.env, secrets, steps: measured.steps(prefix), each, run: outside.run };
}
