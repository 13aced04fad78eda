import type { Artifact } from '../artifacts/artifact.js';
import type { Table } from '../artifacts/table.js';
import type { Json } from '../canonical.js';
import type { AnyDefinition, Capabilities, Component, Forecaster, Learner, Transform } from '../component.js';
import type { LearnEnvironment, Path, PathItem } from '../learn/environment.js';
import { trainForecast } from '../learn/forecast/train.js';
import { fitItem } from '../learn/path.js';
import { taskOf } from '../learn/task.js';
import { type TrainOptions, train } from '../learn/train.js';
import type { Step } from '../spec/pipeline.js';
import { makeContext, type StepDoor } from './context.js';

/** Everything that a component gets to see of its step, resolved. */
export interface Execution {
  readonly step: Step;
  readonly definition: AnyDefinition;
  readonly config: Json;
  readonly prep: readonly Json[];
  readonly inputs: { readonly [port: string]: Artifact | readonly Artifact[] };
  readonly seed: number;
}

/** Runs a component of any kind and hands back its outputs by port. */
export async function execute(
  door: StepDoor,
  env: LearnEnvironment,
  capabilities: Capabilities,
  execution: Execution,
): Promise<{ readonly [port: string]: Artifact | undefined }> {
  const { definition } = execution;
  switch (definition.kind) {
    case 'component':
      return runComponent(door, capabilities, definition, execution);
    case 'transform':
      return runTransform(env, definition, execution);
    case 'estimator':
      return definition.task === 'forecast'
        ? runForecaster(env, definition, execution)
        : runEstimator(door, env, definition, execution);
  }
}

async function runComponent(
  door: StepDoor,
  capabilities: Capabilities,
  definition: Component,
  { config, inputs, seed }: Execution,
) {
  const granted = Object.fromEntries((definition.needs ?? []).map((need) => [need, capabilities[need]]));
  const context = { ...makeContext(door, config, seed), ...granted, in: inputs };
  return definition.run(context as Parameters<Component['run']>[0]);
}

async function runTransform(
  env: LearnEnvironment,
  definition: Transform,
  { step, config, inputs, seed }: Execution,
) {
  if (step.target.kind !== 'component') throw new Error('a transform is a component');
  const item: PathItem = { info: step.target.info, definition, config, where: [] };
  const { table } = await fitItem(env, item, inputs['in'] as Table, seed);
  return { out: table };
}

async function runEstimator(
  door: StepDoor,
  env: LearnEnvironment,
  definition: Learner,
  { step, config, prep, inputs, seed }: Execution,
) {
  if (step.target.kind !== 'component') throw new Error('an estimator is a component');
  const table = inputs['in'] as Table;
  const items: PathItem[] = [];
  for (const [i, item] of step.prep.entries())
    items.push({
      info: item.component,
      definition: (await env.catalog.load(item.use)) as Transform,
      config: prep[i]!,
      where: ['prep', i],
    });
  const path: Path = {
    task: taskOf(definition, config, table.schema),
    items,
    estimator: { info: step.target.info, definition, config, where: [] },
  };
  const manifest = await env.tables.put(table);
  const options: TrainOptions = { seed, manifest, ...(step.tune && { tune: step.tune }) };
  const { model, metrics } = await train(env, path, table, options);
  for (const [name, value] of Object.entries(metrics)) door.metric(name, value);
  return { model };
}

async function runForecaster(
  env: LearnEnvironment,
  definition: Forecaster,
  { step, config, inputs, seed }: Execution,
) {
  if (step.target.kind !== 'component') throw new Error('a forecaster is a component');
  const table = inputs['in'] as Table;
  const item = { info: step.target.info, definition, config, where: [] };
  return { ...(await trainForecast(env, item, table, { seed, manifest: await env.tables.put(table) })) };
}
