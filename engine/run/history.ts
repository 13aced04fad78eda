import type { Json } from '../canonical.js';
import type { Node } from '../plan/graph.js';
import type { Bindings } from '../spec/evaluate.js';
import type { StoredOutput } from '../store/record.js';
import { listRuns, readRun } from '../store/runs.js';
import type { Workspace } from './workspace.js';

/** Runs that are looked through, the latest first. */
const mostRuns = 1000;

/** The digits of a time, as run ids begin with them: 20240131-120000. */
const stampOf = (time: string): string => {
  const [day, clock = ''] = time.split('T') as [string, string?];
  return `${day.replaceAll('-', '')}-${clock.replace(/\D/g, '')}`;
};

interface Around {
  readonly workspace: Workspace;
  bindings(node: Node): Promise<Bindings>;
}

/**
 * The output `profile` of the latest run of this pipeline whose step of this address passed, for a component that looks
 * back and is told to: part of the step's key, like any other input. A profile that the store has lost is passed over.
 */
export async function earlierProfile(
  { workspace, bindings }: Around,
  node: Node,
  config: Json,
): Promise<StoredOutput | undefined> {
  const { step, address } = node;
  if (step.target.kind !== 'component' || !step.target.info.needs.includes('history')) return undefined;
  const { history, since } = config as { history?: boolean; since?: string };
  if (history !== true) return undefined;
  const pipeline = (await bindings(node)).run?.pipeline;
  const { root } = workspace.project;
  for (const id of listRuns(root).reverse().slice(0, mostRuns)) {
    if (since !== undefined && id < stampOf(since)) return undefined;
    const run = readRun(root, id);
    if (run?.pipeline !== pipeline) continue;
    const found = run?.steps.find((one) => one.address === address && one.use === step.use);
    const profile = found?.metrics?.['verdict'] === 'pass' ? found.outputs?.['profile'] : undefined;
    if (profile && (await workspace.objects.has(profile.object))) return profile;
  }
  return undefined;
}
