import { closeSync, openSync, readSync } from 'node:fs';
import type { PlannedField, PlannedSchema } from '../artifacts/schema.js';
import type { Json } from '../canonical.js';
import type { Catalog, Component, ComponentInfo, Planning, Transform, Where } from '../component.js';
import { plannedTables } from '../learn/forecast/fields.js';
import { byPlace, type Place, type Problem, problem, within } from '../problem.js';
import { type Project, resolvePath } from '../project.js';
import { checkModelFits, checkNames, checkSeries, checkTarget } from './column-names.js';
import { waitsFor } from './cycles.js';
import { settle } from './evaluate.js';
import type { Field } from './field.js';
import { firstInstance, knownBindings, knownSettings } from './known.js';
import { heldOut, type Lineage, lineageOf, mergedLineage, scoredOnOwnRows, sideOf } from './leakage.js';
import { MissingFiles } from './missing-files.js';
import type { Pipeline, PrepItem, Step, Wire } from './pipeline.js';
import { checkRowExpressions } from './row-expressions.js';

/** What a table output holds, or a model was trained on, as far as it is known before the run. */
type Planned = PlannedSchema;

export interface ColumnFlow {
  readonly problems: readonly Problem[];
  /** By address and port: `split.train`, `call/model.model`. */
  readonly schemas: ReadonlyMap<string, Planned>;
}

const unknown: Planned = { fields: [], open: true };

/** Most bytes of a file that a component may look at before the run. */
const PEEK = 64 * 1024;

/**
 * Follows column names, types and roles from readers to models before anything runs, and reports each column that
 * is asked for and that nothing makes, at the place that asks. Where a component cannot say what its tables hold,
 * nothing is reported downstream of it.
 */
export async function checkColumns(
  pipeline: Pipeline,
  options: { readonly project: Pick<Project, 'root' | 'roots'>; readonly catalog: Catalog },
): Promise<ColumnFlow> {
  const flow = new Flow(options.project, options.catalog);
  await flow.pipeline(pipeline, '', {});
  const problems = unique([...flow.problems, ...flow.missing.problems()]);
  return { problems: problems.sort(byPlace), schemas: flow.schemas };
}

/** A name that both the component and its field complain of is one problem. */
function unique(problems: readonly Problem[]): Problem[] {
  const seen = new Set<string>();
  return problems.filter(({ at, code }) => {
    const key = `${at?.file}:${at?.line}:${at?.col}:${code}`;
    return !seen.has(key) && seen.add(key);
  });
}

/** What is known of an output: its columns, and how its rows came there. */
interface Known {
  readonly schema: Planned;
  readonly lineage: Lineage;
}
type Flowing = { readonly [port: string]: Known | undefined };
type Schemas = { readonly [port: string]: Planned | undefined };

class Flow {
  readonly problems: Problem[] = [];
  readonly schemas = new Map<string, Planned>();
  readonly #known = new Map<string, Known>();
  /** Tables that steps will write as files, by path: what a reader of a file that is not there yet will find. */
  readonly #saved = new Map<string, Planned>();

  readonly missing: MissingFiles;

  constructor(
    private readonly project: Pick<Project, 'root' | 'roots'>,
    private readonly catalog: Catalog,
  ) {
    this.missing = new MissingFiles(project);
  }

  /** Gives what the pipeline's own outputs hold. */
  async pipeline(pipeline: Pipeline, prefix: string, inputs: Flowing): Promise<Flowing> {
    const of = (wire: Wire): Known | undefined => {
      if (Object.hasOwn(pipeline.inputs, wire.step)) return inputs[wire.step];
      return this.#known.get(`${prefix}${wire.step}.${wire.port}`);
    };
    for (const step of inOrder(pipeline.steps)) {
      const given: { [port: string]: Known | undefined } = {};
      for (const [port, wires] of Object.entries(step.in))
        given[port] = together(wires.map((wire) => withKeys(of(wire), wire, pipeline)));
      const saves = await this.#saves(step, pipeline);
      for (const [port, known] of Object.entries(await this.#step(step, pipeline, prefix, given)))
        if (known) this.#keep(`${prefix}${step.id}.${port}`, known, saves[port]);
    }
    const outputs = Object.entries(pipeline.outputs).map(([name, wire]) => [name, of(wire)] as const);
    return Object.fromEntries(outputs);
  }

  #keep(address: string, known: Known, save: Json | undefined): void {
    this.#known.set(address, known);
    this.schemas.set(address, known.schema);
    if (typeof save === 'string') this.#saved.set(save, known.schema);
  }

  /** Paths of the files that a step writes, as far as they are known. */
  async #saves(step: Step, pipeline: Pipeline): Promise<{ readonly [port: string]: Json | undefined }> {
    const bindings = knownBindings(pipeline, firstInstance(step));
    const saves: { [port: string]: Json | undefined } = {};
    for (const [port, value] of Object.entries(step.save)) {
      const settled = await settle(value, { type: 'string' }, bindings, `"${port}"`);
      saves[port] = 'value' in settled ? settled.value : undefined;
      this.missing.saves(saves[port]);
    }
    return saves;
  }

  async #step(step: Step, pipeline: Pipeline, prefix: string, given: Flowing): Promise<Flowing> {
    const { target } = step;
    if (target.kind === 'pipeline') return this.pipeline(target.pipeline, `${prefix}${step.id}/`, given);
    const { info } = target;
    const ports = Object.keys(info.outputs);
    const inputs = Object.fromEntries(Object.entries(given).map(([port, known]) => [port, known?.schema]));
    const schemas: Schemas = await this.#schemas(step, info, pipeline, inputs);
    const above = Object.values(given).flatMap((known) => (known ? [known.lineage] : []));
    const lineages = Object.fromEntries(Object.entries(given).map(([port, known]) => [port, known?.lineage]));
    scoredOnOwnRows(step, info, lineages, this.problems);
    const main = inputs[Object.keys(info.inputs)[0] ?? ''];
    const transform =
      info.kind === 'transform' ? await this.#transformed(step, info, pipeline, main) : undefined;
    const address = `${prefix}${step.id}`;
    return Object.fromEntries(
      ports.map((port) => {
        const schema = schemas[port] ?? unknown;
        const side = sideOf(schema, Object.values(inputs));
        const lineage = lineageOf(address, above, side, transform);
        if (side === 'train') heldOut(step, address, main, schema, lineage, this.problems);
        return [port, { schema, lineage }];
      }),
    );
  }

  /** Whether a transform learns, and which features it would not make if a column were not one: those made of it. */
  async #transformed(step: Step, info: ComponentInfo, pipeline: Pipeline, input: Planned | undefined) {
    const definition = (await this.catalog.load(info.name)) as Transform;
    const bindings = knownBindings(pipeline, firstInstance(step));
    const { values, complete } = await knownSettings(step.with, info.config as Field, bindings);
    const features = (schema: Planned) =>
      definition
        .columns(values, schema, { peek: () => undefined, report: () => {} })
        .fields.flatMap(({ name, role }) => ((role ?? 'feature') === 'feature' ? [name] : []));
    return {
      step,
      learns: definition.fit !== undefined || definition.fitApply !== undefined,
      made: (from: string): readonly string[] => {
        if (!complete || !input || input.open) return [];
        const without = features({ ...input, fields: input.fields.filter(({ name }) => name !== from) });
        return features(input).filter((name) => name !== from && !without.includes(name));
      },
    };
  }

  async #schemas(step: Step, info: ComponentInfo, pipeline: Pipeline, inputs: Schemas): Promise<Schemas> {
    const bindings = knownBindings(pipeline, firstInstance(step));
    const config = info.config as Field;
    const { values, complete } = await knownSettings(step.with, config, bindings);
    const at = (path: Where) => step.place(path);
    if (!step.when) this.missing.reads(values, config, pipeline.typed, at);
    if (info.kind !== 'transform') checkNames(values, config, inputs, at, this.problems);
    const main = Object.keys(info.inputs).find((port) => info.inputs[port]!.kind === 'table');
    await checkRowExpressions(
      values,
      config,
      main === undefined ? undefined : inputs[main],
      at,
      this.problems,
    );
    if (info.needs.includes('predictions')) checkModelFits(step, info, inputs, this.problems);
    if (info.task === 'forecast') {
      checkSeries(step, values, inputs['in'] ?? unknown, this.problems);
      return plannedTables(values, inputs['in'] ?? unknown);
    }
    if (info.kind === 'estimator')
      return { model: await this.#estimator(step, inputs['in'] ?? unknown, bindings) };
    if (info.kind === 'transform') {
      const definition = (await this.catalog.load(info.name)) as Transform;
      const schema = inputs['in'] ?? unknown;
      return { out: this.#transform(definition, { values, complete, config }, schema, pipeline, at) };
    }
    const tables = Object.keys(info.outputs).filter((port) => info.outputs[port]!.kind === 'table');
    if (tables.length === 0) return {};
    const definition = (await this.catalog.load(info.name)) as Component;
    if (!complete || !definition.columns) return Object.fromEntries(tables.map((port) => [port, unknown]));
    // An input whose schema is not known is an open one: components need not tell the two apart.
    const known = Object.fromEntries(
      Object.keys(info.inputs).map((port) => [
        port,
        info.inputs[port]!.kind === 'table' && step.in[port] ? (inputs[port] ?? unknown) : undefined,
      ]),
    );
    return definition.columns(values, known, this.#planning(pipeline, at));
  }

  /** What the model asks of any table later: the features of its training table that its own path does not drop. */
  async #estimator(
    step: Step,
    input: Planned,
    bindings: Parameters<typeof knownSettings>[2],
  ): Promise<Planned> {
    let schema = input;
    for (const [i, item] of step.prep.entries())
      schema = await this.#prepItem(step, item, i, schema, bindings);
    // Where a column was not found above, a missing target is only what comes of it.
    if (this.problems.length === 0) checkTarget(step, schema, this.problems);
    if (schema.open) return unknown;
    const kept = new Set(schema.fields.map((field) => field.name));
    return { fields: input.fields.filter((field) => kept.has(field.name)) };
  }

  async #prepItem(
    step: Step,
    item: PrepItem,
    index: number,
    schema: Planned,
    bindings: Parameters<typeof knownSettings>[2],
  ): Promise<Planned> {
    const definition = (await this.catalog.load(item.use)) as Transform;
    const config = item.component.config as Field;
    const settings = await knownSettings(item.with as Step['with'], config, bindings);
    const at = (path: Where) => step.place(['prep', index, ...path]);
    return this.#transform(definition, { ...settings, config }, schema, undefined, at);
  }

  /** A transform sees features, groups, order and positions; the rest goes by. */
  #transform(
    definition: Transform,
    settings: { values: { readonly [key: string]: Json }; complete: boolean; config: Field },
    schema: Planned,
    pipeline: Pipeline | undefined,
    at: (path: Where) => Place,
  ): Planned {
    checkNames(settings.values, settings.config, { in: schema }, at, this.problems, 'a transform');
    if (!settings.complete) return { ...schema, open: true };
    const seen = schema.fields.filter((field) => !hidden(field));
    const planned = definition.columns(
      settings.values,
      { ...schema, fields: seen },
      this.#planning(pipeline, at),
    );
    return { ...schema, ...planned, fields: [...schema.fields.filter(hidden), ...planned.fields] };
  }

  #planning(pipeline: Pipeline | undefined, at: (path: Where) => Place): Planning {
    return {
      peek: (path, bytes = PEEK) => this.#peek(pipeline, path, Math.min(bytes, PEEK)),
      report: (code, message, where = {}) => {
        const { path = [], span, hint, severity = 'error' } = where;
        const place = span ? within(at(path), span.text, span.start, span.end) : at(path);
        this.problems.push(problem(code, message, { at: place, severity, ...(hint && { hint }) }));
      },
    };
  }

  /** The first bytes of a file, or the header that a file will have which a step is going to write. */
  #peek(pipeline: Pipeline | undefined, path: string, bytes: number): Uint8Array | undefined {
    const typed = pipeline?.typed.includes(path) === true;
    const resolved = resolvePath(this.project, path, { typed });
    if ('problem' in resolved) return undefined;
    let handle: number | undefined;
    try {
      handle = openSync(resolved.path, 'r');
      const buffer = Buffer.alloc(bytes);
      return buffer.subarray(0, readSync(handle, buffer, 0, bytes, 0));
    } catch {
      return this.#headerOf(path);
    } finally {
      if (handle !== undefined) closeSync(handle);
    }
  }

  #headerOf(path: string): Uint8Array | undefined {
    const schema = this.#saved.get(path);
    if (!schema || schema.open || !/\.csv$/i.test(path)) return undefined;
    const names = schema.fields.map(({ name }) =>
      /[",\n]/.test(name) ? `"${name.replaceAll('"', '""')}"` : name,
    );
    return new TextEncoder().encode(`${names.join(',')}\n`);
  }
}

const hidden = (field: PlannedField): boolean =>
  field.role === 'key' || field.role === 'target' || field.role === 'weight' || field.role === 'prediction';

/** All instances of a `foreach` as one table have its keys as columns. */
function withKeys(known: Known | undefined, wire: Wire, pipeline: Pipeline): Known | undefined {
  const step = pipeline.steps.find((s) => s.id === wire.step);
  if (!known || !step?.foreach) return known;
  if (Object.keys(wire.instance ?? {}).length === Object.keys(step.foreach).length) return known;
  const { schema, lineage } = known;
  const keys = Object.keys(step.foreach).filter((key) => !schema.fields.some((field) => field.name === key));
  const fields = [...keys.map((name): PlannedField => ({ name, role: 'key' })), ...schema.fields];
  return { schema: { ...schema, fields }, lineage };
}

/** Several tables at one input: the columns of any of them. */
function together(all: readonly (Known | undefined)[]): Known | undefined {
  const [first, ...rest] = all;
  if (rest.length === 0) return first;
  const known = all.filter((one) => one !== undefined);
  const fields = new Map<string, PlannedField>();
  for (const { schema } of known)
    for (const field of schema.fields) if (!fields.has(field.name)) fields.set(field.name, field);
  const open = known.length < all.length || known.some(({ schema }) => schema.open);
  const lineage = mergedLineage(known.map((one) => one.lineage));
  return { schema: { fields: [...fields.values()], ...(open && { open }) }, lineage };
}

/** Steps after all that they wait for; the pipeline has no cycle. */
function inOrder(steps: readonly Step[]): readonly Step[] {
  const byId = new Map(steps.map((step) => [step.id, step]));
  const done = new Set<string>();
  const ordered: Step[] = [];
  for (const start of steps) {
    const stack = [start];
    while (stack.length > 0) {
      const step = stack.at(-1)!;
      const next = waitsFor(step).find((id) => byId.has(id) && !done.has(id));
      if (next !== undefined && !done.has(step.id)) stack.push(byId.get(next)!);
      else {
        stack.pop();
        if (!done.has(step.id)) {
          done.add(step.id);
          ordered.push(step);
        }
      }
    }
  }
  return ordered;
}
