/**
 * Runs one component in memory, without engine, store or project: the way to test a component.
 *
 *     const { tables, run } = harness(definition);
 *     const result = await run({ config: { components: 2 }, inputs: { in: await tableOf(tables, {…}) } });
 *     result.outputs.out, result.metrics, result.warnings        // or it throws: see `Failure`
 *
 * - `config` is checked against the component's schema and completed with its defaults. Quantities are already
 *   numbers (`20%` is 0.2, `4 ms` is 0.004); fields of format `path` are taken relative to a folder of the test's
 *   own, where `files` are written first.
 * - A transform is fitted on input `in` and applied to `apply`, or to `in` again; its output is `out`. An estimator
 *   is fitted on `in` and predicts `apply`, or `in`; its output is `out` too, the rows with the prediction columns.
 * - Kernels run on this thread unless `compute` is given; the seed is 1 unless given. Tables and objects are in memory.
 *
 * Case files are the shorter way: see `cases.ts`.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { Ajv } from 'ajv';
import { type Compute, computeHere } from '#dist/components/lib/compute/kernel.js';
import { random } from '#dist/components/lib/random.js';
import type { Artifact, FileArtifact } from '#dist/engine/artifacts/artifact.js';
import type { Objects } from '#dist/engine/artifacts/objects.js';
import { segyReader } from '#dist/engine/artifacts/segy-reader.js';
import type { Table } from '#dist/engine/artifacts/table.js';
import { createTables } from '#dist/engine/artifacts/tables.js';
import { type Json, sha256 } from '#dist/engine/canonical.js';
import type { AnyDefinition, Capabilities, Context, Where } from '#dist/engine/component.js';
import { infoOf } from '#dist/engine/info.js';
import type { StoredState } from '#dist/engine/learn/bundle-format.js';
import type { LearnEnvironment } from '#dist/engine/learn/environment.js';
import { trainForecast } from '#dist/engine/learn/forecast/train.js';
import { applyItem, fitItem, fitPath, predictTable } from '#dist/engine/learn/path.js';
import { storeState } from '#dist/engine/learn/state.js';
import { taskOf } from '#dist/engine/learn/task.js';
import { ProblemError, problem } from '#dist/engine/problem.js';
import { fileInput } from './files.js';
import { memoryObjects } from './objects.js';

export interface RunRequest {
  readonly config?: { readonly [key: string]: unknown };
  readonly inputs?: { readonly [port: string]: unknown };
  /** Of a transform or estimator: the rows that it works on after it was fitted. */
  readonly apply?: Table;
  readonly seed?: number;
  readonly signal?: AbortSignal;
  readonly compute?: Compute;
  readonly capabilities?: Partial<Capabilities>;
  /** Files in the component's folder before it runs, by name. */
  readonly files?: { readonly [name: string]: string | Uint8Array };
}

export interface RunResult {
  readonly outputs: { readonly [port: string]: Artifact | readonly Artifact[] | undefined };
  readonly metrics: { readonly [name: string]: number | string | boolean | null };
  readonly warnings: readonly { readonly message: string; readonly path?: Where }[];
  readonly objects: Objects;
  /** What a transform or estimator learned, as it is stored. */
  readonly state?: StoredState;
}

/** `ctx.fail`: the problem, with the config path instead of a place. */
export class Failure extends ProblemError {
  constructor(
    error: ReturnType<typeof problem>,
    readonly path: Where | undefined,
  ) {
    super(error);
  }
}

const ajv = new Ajv({ useDefaults: true, strict: false, allErrors: true });
ajv.addFormat('path', true);

/** Any definition: one with a config of its own is not assignable to `AnyDefinition`, whose config may be anything. */
export function harness(given: Pick<AnyDefinition, 'kind' | 'name'>) {
  const definition = given as AnyDefinition;
  const objects = memoryObjects();
  const tables = createTables(objects, { segy: segyReader(async (path) => sha256(readFileSync(path))) });
  const checkConfig = ajv.compile(definition.config);

  async function run(request: RunRequest): Promise<RunResult> {
    const folder = mkdtempSync(join(tmpdir(), 'toolbox-case-'));
    try {
      for (const [name, content] of Object.entries(request.files ?? {}))
        writeFileSync(join(folder, name), content);
      const config = structuredClone(request.config ?? {}) as { [key: string]: unknown };
      if (!checkConfig(config))
        throw new Failure(problem('spec/value', ajv.errorsText(checkConfig.errors)), ['with']);
      placePaths(definition.config, config, folder);
      return await execute(request, config, folder);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }

  async function execute(
    request: RunRequest,
    config: { [key: string]: unknown },
    folder: string,
  ): Promise<RunResult> {
    const metrics: { [name: string]: number | string | boolean | null } = {};
    const warnings: { message: string; path?: Where }[] = [];
    const seed = request.seed ?? 1;
    const signal = request.signal ?? new AbortController().signal;
    const inner = request.compute ?? computeHere;
    const compute: Compute = (kernel, args, options) => inner(kernel, args, { signal, ...options });
    const context = (settings: Json, contextSeed: number): Context => ({
      config: settings as Context['config'],
      signal,
      seed: contextSeed,
      random: (stream = 0) => random(contextSeed, stream),
      progress: () => {},
      metric: (name, value) => {
        metrics[name] = value;
      },
      print: () => {},
      warn: (message, at) => {
        warnings.push({ message, ...(at?.path && { path: at.path }) });
      },
      fail: (code, message, at) => {
        throw new Failure(problem(code, message, at?.hint ? { hint: at.hint } : {}), at?.path);
      },
      compute,
      tables,
      file: async ({ name, media, bytes, also, data }): Promise<FileArtifact> => ({
        kind: 'file',
        name,
        media,
        object: await objects.put(bytes),
        ...(also && {
          also: Object.fromEntries(
            await Promise.all(Object.entries(also).map(async ([k, v]) => [k, await objects.put(v)])),
          ) as { [ending: string]: string },
        }),
        ...(data && { data: await tables.put(data) }),
      }),
    });
    const result = (outputs: RunResult['outputs'], state?: StoredState): RunResult => ({
      outputs,
      metrics,
      warnings,
      objects,
      ...(state !== undefined && { state }),
    });
    if (definition.kind === 'component') {
      const capabilities = { files: fileInput(folder), ...request.capabilities };
      const { inputs = {} } = request;
      return result(
        await definition.run({ ...context(config as Json, seed), ...capabilities, in: inputs } as never),
      );
    }
    const data = request.inputs?.['in'] as Table;
    const item = { info: infoOf(definition, '', sha256('')), config: config as Json, where: [] };
    const env: LearnEnvironment = {
      tables,
      objects,
      compute,
      catalog: { components: new Map(), load: async () => definition },
      signal,
      progress: () => {},
      warn: (message) => warnings.push({ message }),
      context: (_definition, settings, contextSeed) => context(settings, contextSeed),
    };
    if (definition.kind === 'transform') {
      const fitted = await fitItem(env, { ...item, definition }, data, seed);
      const out = request.apply
        ? await applyItem(env, { ...item, definition }, fitted.state, request.apply, seed)
        : fitted.table;
      return result({ out }, await storeState(objects, fitted.state));
    }
    if (definition.task === 'forecast') {
      const manifest = await tables.put(data);
      const outputs = await trainForecast(env, { ...item, definition }, data, { seed, manifest });
      Object.assign(metrics, outputs.metrics.values);
      return result({ ...outputs }, outputs.model.bundle.estimator.state);
    }
    const fitted = await fitPath(
      env,
      {
        task: taskOf(definition, config as Json, data.schema),
        items: [],
        estimator: { ...item, definition },
      },
      data,
      seed,
    );
    const out = await predictTable(env, fitted, request.apply ?? data);
    return result({ out }, await storeState(objects, fitted.estimatorState));
  }

  return { tables, objects, run };
}

/** Fields of format `path`, wherever they stand, made absolute. */
function placePaths(schema: unknown, config: { [key: string]: unknown }, folder: string): void {
  const { properties = {} } = schema as { properties?: { [key: string]: { format?: string } } };
  for (const [key, field] of Object.entries(properties)) {
    const value = config[key];
    if (field.format === 'path' && typeof value === 'string' && !isAbsolute(value))
      config[key] = join(folder, value);
    else if (value && typeof value === 'object' && !Array.isArray(value))
      placePaths(field, value as { [key: string]: unknown }, folder);
  }
}
