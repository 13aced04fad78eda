import type { Frame } from '../artifacts/frame.js';
import type { Field, TableSchema } from '../artifacts/schema.js';
import type { Table } from '../artifacts/table.js';
import type { Context, Matrix, OpenModel, Prediction, State, Target, TrainingData } from '../component.js';
import { ProblemError, problem } from '../problem.js';
import { derivedSeed, type LearnEnvironment, type Path, type PathItem } from './environment.js';
import { forecastFields } from './forecast/fields.js';
import { type ForecastState, forecastRows, openLookup } from './forecast/lookup.js';
import { type Feature, frameToMatrix, learnFeatures, toMatrix } from './matrix.js';
import { predictionColumns, predictionFields } from './prediction.js';
import { readTarget } from './target.js';

/** A path with what each of its items learned. */
export interface FittedPath {
  readonly path: Path;
  readonly states: readonly State[];
  readonly estimatorState: State;
  readonly features: readonly Feature[];
  readonly target?: { readonly name: string; readonly classes?: readonly string[] };
  readonly seed: number;
}

/** The prep items fitted, and the training rows as the estimator sees them. */
export interface PreparedData {
  readonly states: readonly State[];
  readonly features: readonly Feature[];
  readonly targetName?: string;
  readonly data: TrainingData;
}

/**
 * Columns that a transform sees: features, group, order and position; while fitting also target and weight.
 * Never a key, so that no model can learn one by heart.
 */
function visible(schema: TableSchema, fitting: boolean): readonly string[] {
  const roles = new Set(['feature', 'group', 'order', 'position', ...(fitting ? ['target', 'weight'] : [])]);
  return schema.fields.filter((field) => roles.has(field.role)).map((field) => field.name);
}

const scopeOf = (items: readonly PathItem[]) =>
  items.some((item) => item.definition.scope !== 'row') ? 'table' : 'row';

/** Fits the prep items one after the other on `table` and turns its rows into the estimator's matrix. */
export async function prepare(
  env: LearnEnvironment,
  path: Path,
  table: Table,
  seed: number,
  classes?: readonly string[],
): Promise<PreparedData> {
  const states: State[] = [];
  let current = table;
  for (const [i, item] of path.items.entries()) {
    const fitted = await fitItem(env, item, current, derivedSeed(seed, 'item', i));
    states.push(fitted.state);
    current = fitted.table;
  }
  const features = await learnFeatures(current);
  const x = await toMatrix(current, features);
  const { task } = path;
  const weight = await weightsOf(current);
  const supervised =
    task === 'classify' || task === 'regress' ? await readTarget(current, task, classes) : undefined;
  return {
    states,
    features,
    ...(supervised && { targetName: supervised.name }),
    data: { x, y: supervised?.target, ...(weight && { weight }) },
  };
}

async function weightsOf(table: Table): Promise<Float64Array | undefined> {
  const field = table.schema.fields.find((f) => f.role === 'weight');
  if (!field) return undefined;
  const column = await table.column(field.name);
  return Float64Array.from(column.values);
}

/** Fits one transform and applies it: as a prep item, or as a step of its own. */
export async function fitItem(
  env: LearnEnvironment,
  item: PathItem,
  table: Table,
  seed: number,
): Promise<{ state: State; table: Table }> {
  const { definition } = item;
  const context = env.context(definition, item.config, seed, item.where);
  const data = await env.tables.select(table, visible(table.schema, true));
  if (definition.fitApply) {
    const { state, frame } = await definition.fitApply(context, data);
    if (definition.fitOnly && frame.rows !== table.rows)
      return { state, table: await env.tables.create(frame) };
    checkRows(item, table.rows, frame.rows);
    const written = await env.tables.create(frame);
    return { state, table: await merge(env, table, data.schema, written, changedIn(data.schema, frame)) };
  }
  const state = definition.fit ? await definition.fit(context, data) : null;
  return { state, table: await applyItem(env, item, state, table, seed) };
}

const changedIn = (before: TableSchema, frame: Frame): readonly string[] =>
  frame.schema.fields.filter((f) => !isBystander(before, f)).map((f) => f.name);

/** Target, weight, group, order and position go through a transform untouched. */
const isBystander = (before: TableSchema, field: Field): boolean =>
  field.role !== 'feature' && before.fields.some((f) => f.name === field.name && f.role === field.role);

/** A fitted transform on a table, batch by batch where its scope allows; columns that it leaves alone are shared. */
export async function applyItem(
  env: LearnEnvironment,
  item: PathItem,
  state: State,
  table: Table,
  seed: number,
): Promise<Table> {
  if (item.definition.fitOnly) return table;
  const names = visible(table.schema, false);
  const context = env.context(item.definition, item.config, seed, item.where);
  const whole = item.definition.scope !== 'row';
  let writer: ReturnType<LearnEnvironment['tables']['writer']> | undefined;
  let changed: readonly string[] = [];
  let done = 0;
  for await (const frame of frames(table, names, whole)) {
    env.signal.throwIfAborted();
    const out = await item.definition.apply(context, state, frame);
    checkRows(item, frame.rows, out.rows);
    if (!writer) {
      changed = out.schema.fields
        .filter(
          (f) =>
            !frame.has(f.name) || frame.column(f.name) !== out.column(f.name) || frame.field(f.name) !== f,
        )
        .map((f) => f.name);
      writer = env.tables.writer({ fields: changed.map((name) => out.field(name)) });
      const kept = new Set(out.schema.fields.map((f) => f.name));
      const dropped = names.filter((name) => !kept.has(name));
      if (dropped.length > 0)
        table = await env.tables.select(
          table,
          table.schema.fields.map((f) => f.name).filter((name) => !dropped.includes(name)),
        );
    }
    await writer.append(out.select(changed));
    done += frame.rows;
    env.progress(done, table.rows, item.info.name);
  }
  const written = await writer!.finish();
  return changed.length === 0 ? table : env.tables.with(table, written);
}

async function merge(
  env: LearnEnvironment,
  table: Table,
  seen: TableSchema,
  written: Table,
  changed: readonly string[],
): Promise<Table> {
  const kept = new Set(written.schema.fields.map((f) => f.name));
  const dropped = new Set(seen.fields.map((f) => f.name).filter((name) => !kept.has(name)));
  const names = table.schema.fields.map((f) => f.name).filter((name) => !dropped.has(name));
  const base = dropped.size > 0 ? await env.tables.select(table, names) : table;
  return env.tables.with(base, await env.tables.select(written, changed));
}

/** Batches of a table, and one empty frame where it has no rows, so that schemas are always seen. */
async function* frames(table: Table, names: readonly string[], whole: boolean): AsyncIterable<Frame> {
  if (table.rows === 0 || whole) yield table.frame(names);
  else yield* table.batches({ columns: names });
}

function checkRows(item: PathItem, before: number, after: number): void {
  if (before !== after)
    throw new ProblemError(
      problem('learn/contract', `${item.info.name} was given ${before} rows and handed back ${after}`, {
        hint: 'apply returns the same rows in the same order',
      }),
    );
}

/** Fits the whole path on a table. */
export async function fitPath(
  env: LearnEnvironment,
  path: Path,
  table: Table,
  seed: number,
  change: (target: Target) => Target = (target) => target,
): Promise<FittedPath> {
  const prepared = await prepare(env, path, table, seed);
  return fitEstimator(env, path, prepared, seed, change);
}

export async function fitEstimator(
  env: LearnEnvironment,
  path: Path,
  prepared: PreparedData,
  seed: number,
  change: (target: Target) => Target = (target) => target,
): Promise<FittedPath> {
  const { definition, config, where } = path.estimator;
  const context = env.context(definition, config, derivedSeed(seed, 'estimator'), where);
  const { data, states, features, targetName } = prepared;
  const y = data.y && change(data.y);
  const estimatorState = await definition.fit(context, { ...data, y });
  const classes = y?.kind === 'class' ? { classes: y.classes } : {};
  return {
    path,
    states,
    estimatorState,
    features,
    ...(targetName && { target: { name: targetName, ...classes } }),
    seed,
  };
}

/** `data` with the prediction columns added: same rows, same order, in bounded memory where the path's scope allows. */
export async function predictTable(env: LearnEnvironment, fitted: FittedPath, data: Table): Promise<Table> {
  const fields = outputFields(fitted);
  const writer = env.tables.writer({ fields });
  let done = 0;
  for await (const frame of batchesFor(fitted, data)) {
    env.signal.throwIfAborted();
    await writer.append(await predictFrame(env, fitted, frame));
    done += frame.rows;
    env.progress(done, data.rows, 'predict');
  }
  return env.tables.with(data, await writer.finish());
}

/** Does a prep item look beyond the row, so that rows cannot be predicted batch by batch? */
export const isWhole = ({ path }: FittedPath): boolean => scopeOf(path.items) !== 'row';

/** A table's rows as a path predicts them: in batches, or all at once where it needs them together. */
export const batchesFor = (fitted: FittedPath, data: Table): AsyncIterable<Frame> =>
  frames(data, visible(data.schema, false), isWhole(fitted));

/** The prediction columns for rows in memory. The frame holds whole groups, or the whole table, where the path needs them. */
export async function predictFrame(env: LearnEnvironment, fitted: FittedPath, frame: Frame): Promise<Frame> {
  const way = openWay(env, fitted);
  const prediction = await way.predict(await way.matrix(frame));
  return predictionFrame(fitted.path.task, prediction, fitted.target?.classes);
}

/** Predictions of a task as the columns that files get. */
export const predictionFrame = (
  task: Path['task'],
  prediction: Prediction,
  classes?: readonly string[],
): Frame =>
  prediction.kind === 'number' && task === 'forecast'
    ? forecastRows(prediction)
    : predictionColumns(task, prediction, classes);

/** Columns that the path's predictions add. */
export const outputFields = ({ path, target, estimatorState }: FittedPath): readonly Field[] =>
  path.task === 'forecast'
    ? forecastFields((estimatorState as ForecastState).bounds.map(({ column }) => column))
    : predictionFields(path.task, target?.classes);

/** A table's rows as the estimator sees them, after prep items that were fitted elsewhere. */
export async function transformTable(
  env: LearnEnvironment,
  path: Path,
  prepared: Pick<PreparedData, 'states' | 'features'>,
  table: Table,
  seed: number,
): Promise<Matrix> {
  let current = table;
  for (const [i, item] of path.items.entries())
    current = await applyItem(env, item, prepared.states[i]!, current, derivedSeed(seed, 'item', i));
  return toMatrix(current, prepared.features);
}

/** A fitted path with the doors that its components see, opened once for as many rows as come. */
export interface Way {
  /** Rows as the estimator sees them. */
  matrix(frame: Frame): Promise<Matrix>;
  predict(x: Matrix): Promise<Prediction>;
  /** What the estimator's own functions are given beside their arguments. */
  readonly context: Context;
}

export function openWay(env: LearnEnvironment, fitted: FittedPath): Way {
  const { path, seed } = fitted;
  const { definition, config, where } = path.estimator;
  const context = env.context(definition, config, derivedSeed(seed, 'estimator'), where);
  if (path.task === 'forecast') return { context, ...openLookup(fitted.estimatorState as ForecastState) };
  const items = path.items.flatMap((item, i) => {
    if (item.definition.fitOnly) return [];
    const context = env.context(item.definition, item.config, derivedSeed(seed, 'item', i), item.where);
    return [{ item, context, state: fitted.states[i]! }];
  });
  return {
    context,
    async matrix(frame) {
      let current = frame.select(visible(frame.schema, false));
      for (const { item, context, state } of items) {
        const out = await item.definition.apply(context, state, current);
        checkRows(item, current.rows, out.rows);
        current = out;
      }
      return frameToMatrix(current, fitted.features);
    },
    predict: (x) => definition.predict(context, fitted.estimatorState, x),
  };
}

export const predictMatrix = (env: LearnEnvironment, fitted: FittedPath, x: Matrix): Promise<Prediction> =>
  openWay(env, fitted).predict(x);

/** The estimator of a fitted path on tables, with what it tells of itself. */
export function openEstimator(env: LearnEnvironment, fitted: FittedPath): OpenModel {
  const { definition } = fitted.path.estimator;
  const { estimatorState: state, path, seed } = fitted;
  const { context, predict } = openWay(env, fitted);
  const { explain } = definition;
  return {
    matrix: (data) => transformTable(env, path, fitted, data, seed),
    truth: async (data) => {
      if (path.task !== 'classify' && path.task !== 'regress')
        throw new ProblemError(problem('learn/target', `a ${path.task} model has no target`));
      return (await readTarget(data, path.task, fitted.target?.classes)).target;
    },
    predict,
    explain: explain && ((x) => explain(context, state, x)),
    importance: definition.importance?.(state),
    coefficients: definition.coefficients?.(state),
  };
}
