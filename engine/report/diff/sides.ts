import type { Catalog } from '../../component.js';
import type { NodeResult } from '../../run/result.js';
import type { Workspace } from '../../run/workspace.js';
import type { RunRecord, RunStep } from '../../store/runs.js';
import { runFolder } from '../../store/runs.js';
import { outputsOf } from '../gather.js';
import { readProfiles } from '../kept-profiles.js';
import type { TableProfile } from '../profile.js';
import { ceilings, scoreOf } from '../scores.js';
import type { Side } from './compare.js';

/** A run of the past with what the project still has of it; what the store has lost is left out. */
export async function readSide(workspace: Workspace, catalog: Catalog, record: RunRecord): Promise<Side> {
  const nodes = record.steps.map(nodeOf);
  const top = ceilings(nodes);
  const scores = [];
  for (const node of nodes) {
    if (Object.keys(node.metrics).length === 0) continue;
    const metrics = Object.fromEntries(
      Object.entries(node.outputs).filter(([, output]) => output.kind === 'metrics'),
    );
    const found = await outputsOf({ use: node.use, outputs: metrics }, workspace);
    const details = Object.assign(
      {},
      ...found.map(([, artifact]) => (artifact.kind === 'metrics' ? artifact.details : {})),
    );
    scores.push(scoreOf(node, details, top, catalog));
  }
  return {
    record,
    scores,
    parts: ({ key }) => (key === undefined ? undefined : workspace.results.read(key)?.record.parts),
  };
}

/** What the run's report said of its tables; nothing where it has none. */
export async function profilesOf(root: string, { id, machine }: RunRecord): Promise<readonly TableProfile[]> {
  const folder = runFolder(root, id);
  return Object.values(await readProfiles([folder], machine.engine));
}

const nodeOf = (step: RunStep): NodeResult => ({
  address: step.address,
  use: step.use,
  status: step.status === 'waiting' || step.status === 'running' ? 'cancelled' : step.status,
  seconds: step.seconds ?? 0,
  attempts: step.attempts ?? 0,
  outputs: step.outputs ?? {},
  metrics: step.metrics ?? {},
  problems: step.problems ?? [],
  warnings: [],
  saved: [],
});
