import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { digestOf } from '../canonical.js';
import type { Models } from '../component.js';
import type { Address, Events } from '../event.js';
import { buildGraph, downstream, type Graph, matching, type Node, upstream } from '../plan/graph.js';
import { componentsOf } from '../plan/key.js';
import { failed, ok, type Problem, problem, type Result } from '../problem.js';
import { folders } from '../project.js';
import type { Pipeline } from '../spec/pipeline.js';
import type { StoredOutput } from '../store/record.js';
import { bindingsOf, Measured } from './bindings.js';
import { countOf, type NodeResult, type RunResult } from './result.js';
import { schedule } from './schedule.js';
import { runNode, type StepRun } from './step.js';
import type { Workspace } from './workspace.js';

/** Which part of the graph runs; addresses, or the names of steps with all their instances. */
export interface Selection {
  /** These and what they need. */
  readonly to?: readonly string[];
  /** These and what depends on them; what they need is taken from the store where it is there, otherwise run. */
  readonly from?: readonly string[];
  /** These alone, likewise. */
  readonly only?: readonly string[];
  /** Run even where a result is there: these, or everything that `only` or `from` names, or all that runs. */
  readonly force?: readonly string[] | 'all';
}

export interface RunOptions {
  readonly id: string;
  readonly select?: Selection;
  /** Steps at a time. Default: two, since kernels spread over all cores by themselves. */
  readonly parallel?: number;
  readonly cancel: AbortSignal;
  readonly events: Events;
  readonly models: Models;
  readonly engine: string;
  /** By name; only those that the pipeline names are asked for. */
  readonly secrets: { readonly [name: string]: string };
  readonly env: { readonly [name: string]: string };
  redact(text: string): string;
  /** What was doubted of the pipeline's text before the run: told with the steps that it is about. */
  readonly doubts?: readonly Problem[];
}

/** Nodes that a selection takes in, and those that it forces. */
export function choose(
  graph: Graph,
  select: Selection = {},
): Result<{ nodes: readonly Node[]; forced: ReadonlySet<Address> }> {
  const unknown = new Set<string>();
  const named = (patterns: readonly string[]) =>
    patterns.flatMap((pattern) => {
      const found = matching(graph, pattern);
      if (found.length === 0) unknown.add(pattern);
      return found;
    });
  let wanted: ReadonlySet<Address> = new Set(graph.nodes.map((node) => node.address));
  const narrow = (set: ReadonlySet<Address>) => {
    wanted = new Set([...wanted].filter((address) => set.has(address)));
  };
  if (select.only) narrow(upstream(graph, named(select.only)));
  if (select.from) narrow(upstream(graph, [...downstream(graph, named(select.from))]));
  if (select.to) narrow(upstream(graph, named(select.to)));
  // What a selection only takes from the store is not meant: --force --only X runs X again, and nothing before it.
  const meant = select.only
    ? named(select.only)
    : select.from
      ? [...downstream(graph, named(select.from))]
      : [...wanted];
  const force = select.force === 'all' ? meant : named(select.force ?? []);
  if (unknown.size > 0)
    return failed(
      ...[...unknown].map((name) =>
        problem('command/not-found', `no step "${name}" in this pipeline`, {
          hint: `steps: ${graph.nodes.map((node) => node.address).join(', ')}`,
        }),
      ),
    );
  return ok({ nodes: graph.nodes.filter((node) => wanted.has(node.address)), forced: new Set(force) });
}

/** Runs a checked pipeline. Problems of steps are in the result; what cannot start at all comes as a failed Result. */
export async function runPipeline(
  workspace: Workspace,
  pipeline: Pipeline,
  options: RunOptions,
): Promise<Result<RunResult>> {
  const graph = buildGraph(pipeline);
  const chosen = choose(graph, options.select);
  if (!chosen.ok) return chosen;
  const { nodes, forced } = chosen.value;
  const { events, cancel } = options;
  const began = performance.now();
  const started = new Date().toISOString();
  const params = Object.fromEntries(
    Object.entries(pipeline.params).map(([name, param]) => [name, param.value]),
  );
  const outputs = new Map<Address, { readonly [port: string]: StoredOutput }>();
  const results = new Map<Address, NodeResult>();
  const measured = new Measured();
  const runFolder = join(folders(workspace.project.root).runs, options.id);
  mkdirSync(runFolder, { recursive: true });

  events.emit({
    type: 'run.started',
    pipeline: pipeline.name,
    file: pipeline.file,
    specDigest: digestOf(pipeline.text),
    ...(pipeline.environment !== undefined && { environment: pipeline.environment }),
    params,
    seed: pipeline.seed,
    engine: options.engine,
    components: Object.fromEntries(
      nodes.flatMap((node) => componentsOf(node.step).map((info) => [info.name, info.implementation])),
    ),
    steps: nodes.map((node) => node.address),
  });

  const outside = {
    env: options.env,
    secrets: options.secrets,
    run: {
      id: options.id,
      pipeline: pipeline.name,
      environment: pipeline.environment ?? '',
      seed: pipeline.seed,
      date: started.slice(0, 10),
    },
  };
  const run: StepRun = {
    workspace,
    cancel,
    outputs,
    runFolder,
    crashFolder: folders(workspace.project.root).state,
    seed: pipeline.seed,
    forced,
    typed: new Set(pipeline.typed),
    models: options.models,
    bindings: (node, names) => bindingsOf(node, measured, outside, names?.secrets === 'names'),
    emit: (happening) => events.emit(happening),
    async settle() {
      await workspace.durability.flush();
      await events.flush();
    },
    redact: options.redact,
  };

  let stop = false;
  const skip = (node: Node, reason: string) => {
    events.emit({ type: 'step.skipped', address: node.address, reason });
    results.set(node.address, notRun(node, 'skipped', reason));
  };
  const tasks = nodes.map((node) => ({ id: node.address, waits: node.waits, node }));
  await schedule(
    tasks,
    options.parallel ?? 2,
    async ({ node }) => {
      const reason = blocked(node, results);
      if (reason) return skip(node, reason);
      const result = await runNode(run, node);
      results.set(node.address, result);
      if (result.status === 'ran' || result.status === 'reused') {
        outputs.set(node.address, result.outputs);
        measured.add(node, result);
      } else if (result.status === 'gate' || (result.status === 'failed' && node.step.onError === 'stop'))
        stop = true;
      // Lets timers and the person's keys through between steps that take no time.
      await new Promise(setImmediate);
    },
    {
      stopped: () => stop || cancel.aborted,
      drop: ({ node }) =>
        cancel.aborted
          ? results.set(node.address, notRun(node, 'cancelled', 'the run was cancelled'))
          : skip(node, blocked(node, results) ?? 'the run had stopped'),
    },
  );

  const ended = withDoubts(
    nodes,
    nodes.map((node) => results.get(node.address)!),
    options.doubts ?? [],
  );
  const { status, exit } = outcome(ended, cancel);
  events.emit({ type: 'run.finished', status, exit, counts: countOf(ended) });
  workspace.digests.save();
  await workspace.durability.flush();
  await events.flush();
  return ok({
    id: options.id,
    pipeline: pipeline.name,
    file: pipeline.file,
    status,
    exit,
    started,
    seconds: (performance.now() - began) / 1000,
    nodes: ended,
    params,
    seed: pipeline.seed,
    ...(pipeline.environment !== undefined && { environment: pipeline.environment }),
  });
}

/** Each doubt among the warnings of the step whose text it stands in: of several instances, of the first. */
function withDoubts(
  nodes: readonly Node[],
  results: readonly NodeResult[],
  doubts: readonly Problem[],
): readonly NodeResult[] {
  const of = results.map((): Problem[] => []);
  for (const doubt of doubts) {
    const { at } = doubt;
    const above = [...nodes.keys()].filter((i) => {
      const begin = nodes[i]!.step.at;
      return begin.file === at?.file && begin.line <= at.line;
    });
    const lines = above.map((i) => nodes[i]!.step.at.line);
    const found = above[lines.indexOf(Math.max(...lines))];
    if (found !== undefined) of[found]!.push(doubt);
  }
  return results.map((result, i) =>
    of[i]!.length === 0 ? result : { ...result, warnings: [...of[i]!, ...result.warnings] },
  );
}

const notRun = (node: Node, status: 'skipped' | 'cancelled', reason: string): NodeResult => ({
  address: node.address,
  use: node.step.use,
  status,
  reason,
  seconds: 0,
  attempts: 0,
  outputs: {},
  metrics: {},
  problems: [],
  warnings: [],
  saved: [],
});

/** Why a node cannot run: what it takes was skipped, or something that it waits for failed. */
function blocked(node: Node, results: ReadonlyMap<Address, NodeResult>): string | undefined {
  for (const wait of node.waits) {
    const before = results.get(wait);
    if (!before || before.status === 'ran' || before.status === 'reused') continue;
    if (before.status !== 'skipped')
      return `${wait} ${before.status === 'gate' ? 'was stopped by its gate' : before.status}`;
    if (node.takes.includes(wait)) return `${wait} was skipped`;
  }
  return undefined;
}

function outcome(nodes: readonly NodeResult[], cancel: AbortSignal): Pick<RunResult, 'status' | 'exit'> {
  if (cancel.aborted) return { status: 'cancelled', exit: cancel.reason === 'SIGTERM' ? 143 : 130 };
  if (nodes.some((node) => node.status === 'failed')) {
    const contract = nodes
      .filter((node) => node.status === 'failed')
      .every((node) => node.problems.some((p) => p.code === 'data/contract'));
    return contract ? { status: 'gate', exit: 3 } : { status: 'failed', exit: 1 };
  }
  if (nodes.some((node) => node.status === 'gate')) return { status: 'gate', exit: 3 };
  return { status: 'done', exit: 0 };
}
