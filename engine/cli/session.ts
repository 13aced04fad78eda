import { relative, resolve, sep } from 'node:path';
import { recentDoubts } from '../audit/recent.js';
import { redactor } from '../audit/redact.js';
import type { Sealed } from '../audit/seal.js';
import { openSegment } from '../audit/segment.js';
import { digestOf } from '../canonical.js';
import { engineVersion } from '../catalog.js';
import type { Catalog } from '../component.js';
import type { Event } from '../event.js';
import { buildGraph } from '../plan/graph.js';
import { ok, type Problem, type Result } from '../problem.js';
import type { Project } from '../project.js';
import { openRegistry } from '../registry/registry.js';
import { keepPipeline } from '../run/kept-pipeline.js';
import { modelsOf } from '../run/models.js';
import type { RunResult } from '../run/result.js';
import { type RunOptions, runPipeline, type Selection } from '../run/run.js';
import { openWorkspace } from '../run/workspace.js';
import type { Pipeline } from '../spec/pipeline.js';
import { createRun, listRuns, type RunRecord, runFolder, thisMachine, writeRun } from '../store/runs.js';
import { claimedActor } from './open.js';

export interface SessionOptions {
  readonly select?: Selection;
  readonly parallel?: number;
  readonly workers?: number;
  readonly cancel: AbortSignal;
  readonly readers?: readonly ((event: Event) => void)[];
  readonly env?: NodeJS.ProcessEnv;
  /** What was doubted of the pipeline before the run. */
  readonly doubts?: readonly Problem[];
  /** False leaves out the report, its figures, and the pipeline as it was. Default true. */
  readonly report?: boolean;
}

export interface Performed {
  readonly result: RunResult;
  readonly record: RunRecord;
  readonly sealed: Sealed;
  /** Folder of the run, relative to the project. */
  readonly folder: string;
  readonly warnings: readonly Problem[];
}

/** Runs a pipeline with everything around it: the log's segment, the registry, the run's record and report. */
export async function perform(
  project: Project,
  catalog: Catalog,
  pipeline: Pipeline,
  options: SessionOptions,
): Promise<Result<Performed>> {
  const env = options.env ?? process.env;
  const secrets = secretsOf(env);
  const redact = redactor(Object.values(secrets));
  const actor = claimedActor();
  const doubts = recentDoubts(project.root, env);
  const id = createRun(project.root);
  const started = new Date().toISOString();
  const stop = new AbortController();
  const cancel = AbortSignal.any([options.cancel, stop.signal]);
  const workspace = openWorkspace(project, catalog, options.workers ? { workers: options.workers } : {});
  const segment = openSegment(project.root, id, {
    actor,
    redact,
    env,
    durability: workspace.durability,
    readers: options.readers ?? [],
    onUnwritable: () => stop.abort('the log cannot be written'),
  });
  const base = {
    format: 1 as const,
    id,
    pipeline: pipeline.name,
    file: relative(project.root, resolve(project.root, pipeline.file)).split(sep).join('/'),
    started,
    actor,
    params: Object.fromEntries(Object.entries(pipeline.params).map(([name, param]) => [name, param.value])),
    seed: pipeline.seed,
    specDigest: digestOf(pipeline.text),
    machine: thisMachine(engineVersion, {}),
    ...(pipeline.environment !== undefined && { environment: pipeline.environment }),
  };
  writeRun(project.root, { ...base, status: 'running', steps: [], problems: [] });
  if (options.report !== false) keepPipeline(project.root, id, pipeline, redact);
  try {
    const runOptions: RunOptions = {
      id,
      cancel,
      events: segment,
      models: modelsOf(workspace, segment, { id, pipeline: pipeline.name, engine: engineVersion, actor }),
      engine: engineVersion,
      secrets,
      env: plainEnv(env),
      redact,
      ...(options.doubts && { doubts: options.doubts }),
      ...(options.select && { select: options.select }),
      ...(options.parallel !== undefined && { parallel: options.parallel }),
    };
    const done = await runPipeline(workspace, pipeline, runOptions);
    if (!done.ok) return done;
    const result = done.value;
    const sealed = await segment.close();
    const record: RunRecord = {
      ...base,
      status: result.status,
      exit: result.exit,
      finished: new Date().toISOString(),
      steps: result.nodes.map((node) => ({
        address: node.address,
        use: node.use,
        status: node.status,
        seconds: node.seconds,
        attempts: node.attempts,
        outputs: node.outputs,
        metrics: node.metrics,
        saved: node.saved.map(({ path, digest, port }) => ({ path, digest, port })),
        problems: node.problems,
        ...(node.key && { key: node.key }),
        ...(node.record && { record: node.record }),
        ...(node.reason !== undefined && { reason: node.reason }),
      })),
      problems: result.nodes.flatMap((node) => node.problems),
      head: sealed.head as unknown as NonNullable<RunRecord['head']>,
    };
    writeRun(project.root, record);
    const place = runFolder(project.root, id);
    if (options.report !== false) {
      const { writeReport } = await import('../report/write.js');
      await writeReport(place, {
        run: result,
        store: workspace,
        results: workspace.results,
        registry: openRegistry(project.root),
        graph: buildGraph(pipeline).nodes,
        catalog,
        machine: base.machine,
        actor,
        specDigest: base.specDigest,
        head: sealed.head,
        earlier: earlierRuns(project.root, id),
        redact,
        ...(pipeline.description !== undefined && { description: pipeline.description }),
      });
    }
    const folder = relative(project.root, place).split(sep).join('/');
    return ok({ result, record, sealed, folder, warnings: [...doubts, ...sealed.warnings] });
  } finally {
    await segment.close().catch(() => {});
    await workspace.close();
  }
}

/** Folders of the last few runs, the last first. */
const earlierRuns = (root: string, id: string): readonly string[] =>
  listRuns(root)
    .filter((run) => run < id)
    .slice(-5)
    .reverse()
    .map((run) => runFolder(root, run));

/** Secrets from the environment: `secrets.db_password` is TOOLBOX_SECRET_DB_PASSWORD. */
export function secretsOf(env: NodeJS.ProcessEnv): { [name: string]: string } {
  const found: { [name: string]: string } = {};
  for (const [key, value] of Object.entries(env)) {
    const name = /^TOOLBOX_SECRET_(\w+)$/.exec(key)?.[1];
    if (name && value) found[name.toLowerCase()] = value;
  }
  return found;
}

/** What expressions see of the world when nothing runs. */
export const outsideOf = (pipeline: Pipeline, env: NodeJS.ProcessEnv = process.env) => ({
  env: plainEnv(env),
  secrets: secretsOf(env),
  run: {
    id: '',
    pipeline: pipeline.name,
    environment: pipeline.environment ?? '',
    seed: pipeline.seed,
    date: new Date().toISOString().slice(0, 10),
  },
});

const plainEnv = (env: NodeJS.ProcessEnv): { [name: string]: string } =>
  Object.fromEntries(
    Object.entries(env).filter(
      (entry): entry is [string, string] => entry[1] !== undefined && !entry[0].startsWith('TOOLBOX_SECRET_'),
    ),
  );
