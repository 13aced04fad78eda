import type { Model } from '../artifacts/artifact.js';
import type { Objects } from '../artifacts/objects.js';
import type { TableSchema } from '../artifacts/schema.js';
import type { Table } from '../artifacts/table.js';
import { canonical, type Digest, type Json } from '../canonical.js';
import type { Learner, Transform } from '../component.js';
import { ProblemError, problem } from '../problem.js';
import type { Bundle, FittedItem } from './bundle-format.js';
import type { LearnEnvironment, Path, PathItem } from './environment.js';
import { type FittedPath, outputFields, predictFrame } from './path.js';
import { describeFeatures } from './reference.js';
import { rowsFromJson, rowsToJson } from './rows.js';
import { loadState, stateObjects, storeState } from './state.js';

const exampleRows = 5;

/** Columns that prediction asks of its input: features, and what a group or table transform, or a forecast, finds its rows by. */
export function inputSchema(path: Path, schema: TableSchema): TableSchema {
  const wide = path.task === 'forecast' || path.items.some((item) => item.definition.scope !== 'row');
  const roles = new Set(wide ? ['feature', 'group', 'order', 'position'] : ['feature']);
  return { fields: schema.fields.filter((field) => roles.has(field.role)) };
}

/**
 * Stores a fitted path as a bundle. Equal inputs give equal bytes: nothing of the time or the machine is in it. The
 * signature and its example are those of `asked`: rows such as the model will be asked about.
 */
export async function makeModel(
  env: LearnEnvironment,
  fitted: FittedPath,
  training: Table,
  trainingManifest: Digest,
  extra: Pick<Bundle, 'training'> & { tuning?: Json },
  asked: Table = training,
): Promise<Model> {
  const { path } = fitted;
  const items: FittedItem[] = [];
  for (const [i, item] of path.items.entries()) items.push(await store(env.objects, item, fitted.states[i]!));
  const { task } = path;
  const input = inputSchema(path, asked.schema);
  const first = await env.tables.pick(
    asked,
    Uint32Array.from({ length: Math.min(exampleRows, asked.rows) }, (_, i) => i),
  );
  const rows = rowsToJson(await first.frame(input.fields.map((f) => f.name)), range(first.rows));
  const bundle: Bundle = {
    format: 1,
    task,
    input,
    output: { fields: outputFields(fitted) },
    ...(fitted.target && { target: fitted.target }),
    items,
    estimator: await store(env.objects, path.estimator, fitted.estimatorState),
    features: fitted.features,
    trainingData: training.digest,
    trainingRows: training.rows,
    seed: fitted.seed,
    example: { rows, expected: await answer(env, fitted, input, rows) },
    reference: await describeFeatures(training),
    ...extra,
  };
  const object = await env.objects.put(new TextEncoder().encode(canonical(bundle as unknown as Json)));
  return { kind: 'model', object, bundle, training: trainingManifest };
}

const range = (n: number) => Array.from({ length: n }, (_, i) => i);

async function answer(
  env: LearnEnvironment,
  fitted: FittedPath,
  input: TableSchema,
  rows: readonly { readonly [column: string]: Json }[],
): Promise<readonly Json[]> {
  if (rows.length === 0) return [];
  const predicted = await predictFrame(env, fitted, rowsFromJson(input, rows));
  return rowsToJson(predicted, range(predicted.rows));
}

async function store(
  objects: Objects,
  item: PathItem<Transform> | PathItem<Learner>,
  state: Parameters<typeof storeState>[1],
): Promise<FittedItem> {
  return {
    component: item.info.name,
    version: item.info.version,
    implementation: item.info.implementation,
    stateVersion: item.definition.stateVersion,
    config: item.config,
    state: await storeState(objects, state),
  };
}

/** Reads a bundle and replays its example: a model that answers otherwise than when it was made is not used. */
export async function openModel(env: LearnEnvironment, bundle: Bundle): Promise<FittedPath> {
  const fitted = await restore(env, bundle);
  const rows = bundle.example.rows as readonly { readonly [column: string]: Json }[];
  const found = await answer(env, fitted, bundle.input, rows);
  if (canonical(found) !== canonical(bundle.example.expected))
    throw new ProblemError(
      problem('learn/signature', 'the model does not give the answers that it gave when it was trained', {
        hint: `its estimator is ${bundle.estimator.component} ${bundle.estimator.version}; train it again with this engine`,
      }),
    );
  return fitted;
}

async function restore(env: LearnEnvironment, bundle: Bundle): Promise<FittedPath> {
  const states = [];
  for (const item of bundle.items) states.push(await loadState(env.objects, item.state));
  return {
    path: await pathOf(env, bundle),
    states,
    estimatorState: await loadState(env.objects, bundle.estimator.state),
    features: bundle.features,
    ...(bundle.target && { target: bundle.target }),
    seed: bundle.seed,
  };
}

/** The bundle's path, unfitted: for training again on other rows or labels. */
export async function pathOf(env: LearnEnvironment, bundle: Bundle): Promise<Path> {
  const items: PathItem[] = [];
  for (const [i, item] of bundle.items.entries()) items.push(await itemOf<Transform>(env, item, ['prep', i]));
  return { task: bundle.task, items, estimator: await itemOf<Learner>(env, bundle.estimator, []) };
}

async function itemOf<D extends Transform | Learner>(
  env: LearnEnvironment,
  item: FittedItem,
  where: readonly (string | number)[],
): Promise<PathItem<D>> {
  const info = env.catalog.components.get(item.component);
  if (!info)
    throw new ProblemError(
      problem('spec/unknown-component', `the model needs ${item.component}, which is not installed here`),
    );
  const definition = (await env.catalog.load(item.component)) as D;
  if (item.stateVersion > definition.stateVersion)
    throw new ProblemError(
      problem(
        'learn/signature',
        `the model's ${item.component} was made by a newer engine (state ${item.stateVersion})`,
        {
          hint: 'update the engine',
        },
      ),
    );
  return { info, definition, config: item.config, where };
}

/** Every object that a bundle needs to be served on its own. */
export const bundleObjects = (bundle: Bundle): readonly Digest[] => [
  ...new Set([...bundle.items, bundle.estimator].flatMap((item) => stateObjects(item.state))),
];
