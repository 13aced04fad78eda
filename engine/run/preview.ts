import type { Effect } from '../component.js';
import type { Address } from '../event.js';
import { buildGraph, type Node } from '../plan/graph.js';
import { ok, type Problem, ProblemError, type Result } from '../problem.js';
import type { Pipeline, Value } from '../spec/pipeline.js';
import type { KeyParts, ResultRecord } from '../store/record.js';
import { bindingsOf, Measured, type Outside } from './bindings.js';
import { choose, type Selection } from './run.js';
import { decide, keyOfNode } from './step.js';
import type { Workspace } from './workspace.js';

/** What would become of a node if the pipeline ran now. */
export interface Preview {
  readonly address: Address;
  readonly use: string;
  readonly action: 'run' | 'reuse' | 'skip' | 'unknown';
  readonly reason: string;
  readonly key?: string;
  readonly parts?: KeyParts;
  /** Seconds that the same component took last time, where it is known. */
  readonly expected?: number;
  readonly effects: readonly string[];
  readonly saves: readonly string[];
  readonly problems: readonly Problem[];
}

/** Walks the graph as a run would, without running: what is there is taken, what is not leaves its readers unknown. */
export async function preview(
  workspace: Workspace,
  pipeline: Pipeline,
  select: Selection | undefined,
  outside: Outside,
): Promise<Result<readonly Preview[]>> {
  const chosen = choose(buildGraph(pipeline), select);
  if (!chosen.ok) return chosen;
  const { nodes, forced } = chosen.value;
  const seconds = secondsByComponent(workspace);
  const measured = new Measured();
  const fate = new Map<Address, Preview['action']>();
  const outputs = new Map<Address, ResultRecord['outputs']>();
  const view = {
    workspace,
    outputs,
    seed: pipeline.seed,
    typed: new Set(pipeline.typed),
    bindings: (node: Pick<Node, 'scope' | 'each'>, names?: { secrets: 'names' }) =>
      bindingsOf(node, measured, outside, names?.secrets === 'names'),
  };
  const previews: Preview[] = [];
  for (const node of nodes) {
    const found = await look(node);
    const record =
      found.key && found.action === 'reuse' ? workspace.results.read(found.key)?.record : undefined;
    if (record) {
      measured.add(node, record);
      outputs.set(node.address, record.outputs);
    }
    fate.set(node.address, found.action);
    const expected = seconds.get(node.step.use);
    previews.push({
      problems: [],
      ...found,
      address: node.address,
      use: node.step.use,
      ...(expected !== undefined && found.action !== 'reuse' && found.action !== 'skip' && { expected }),
      effects:
        node.step.target.kind === 'component'
          ? effectsOf(node.step.target.info.effects, node.step.with.entries)
          : [],
      saves: Object.values(node.step.save).map((value) =>
        value.kind === 'constant' ? String(value.value) : '…',
      ),
    });
  }
  return ok(previews);

  async function look(
    node: Node,
  ): Promise<Pick<Preview, 'action' | 'reason' | 'key' | 'parts'> & Partial<Preview>> {
    const waits = node.waits.map((wait) => [wait, fate.get(wait)] as const);
    const skipped = node.takes.find((take) => fate.get(take) === 'skip');
    if (skipped) return { action: 'skip', reason: `${skipped} is skipped` };
    const open = waits.find(([, action]) => action === 'run' || action === 'unknown');
    if (open) return { action: 'unknown', reason: `waits for ${open[0]}` };
    try {
      if (node.step.when) {
        const { result } = await decide(view, node, node.step.when);
        if (!result) return { action: 'skip', reason: `when: ${node.step.when.source} is false` };
      }
      const { key, parts } = await keyOfNode(view, node);
      if (node.step.target.kind === 'component' && node.step.target.info.determinism === 'never')
        return { action: 'run', reason: 'runs each time', key, parts };
      if (!node.step.cache) return { action: 'run', reason: 'cache: false', key, parts };
      if (forced.has(node.address)) return { action: 'run', reason: 'forced', key, parts };
      if (await workspace.results.complete(key, workspace.objects))
        return { action: 'reuse', reason: 'nothing changed', key, parts };
      return { action: 'run', reason: 'no result yet', key, parts };
    } catch (error) {
      if (error instanceof ProblemError)
        return { action: 'unknown', reason: error.message, problems: error.problems };
      throw error;
    }
  }
}

/** What a step does to the world, with the names that its settings give. */
const effectsOf = (effects: readonly Effect[], settings: { readonly [key: string]: Value | undefined }) =>
  effects
    .filter(({ when }) => when === undefined || settings[when])
    .map(({ description }) =>
      description.replace(/\{(\w+)\}/g, (_, key: string) => {
        const value = settings[key];
        return value?.kind === 'constant' ? String(value.value) : '…';
      }),
    );

/** The latest known duration of each component. */
function secondsByComponent(workspace: Workspace): ReadonlyMap<string, number> {
  const seconds = new Map<string, number>();
  for (const key of workspace.results.keys()) {
    const found = workspace.results.read(key);
    if (found) seconds.set(found.record.parts.component, found.record.seconds);
  }
  return seconds;
}
