import { basename, isAbsolute, join } from 'node:path';
import type { Json } from '../canonical.js';
import { type Place, type Problem, problem } from '../problem.js';
import { Converter } from './convert.js';
import { findCycles } from './cycles.js';
import { type BaseScope, badId, DraftReader } from './drafts.js';
import { ExpressionChecker } from './expressions.js';
import { inputField, pipelineFields } from './file-fields.js';
import type { Files } from './files.js';
import { entryOf, found, isNull, type MapNode, type Node } from './node.js';
import { own } from './own.js';
import { type Params, valueParams } from './param-values.js';
import { declareParams } from './params.js';
import type { Pipeline, Step, Value, Wire } from './pipeline.js';
import { sameFile } from './save.js';
import { type Known, runTypes, type Scope, type StepFacts } from './scope.js';
import type { Source } from './source.js';
import { type Draft, readStep } from './step.js';
import { typeOf } from './types.js';
import { resolveWire, type Sources } from './wires.js';

/** Where a pipeline's values come from: the command line, or the step that uses it. */
export interface Call {
  readonly set: { readonly [name: string]: string };
  /** A parameter without a value is no problem, only not known. */
  readonly partial: boolean;
  readonly call?: { readonly [name: string]: Value };
}

/** One pipeline, for one use of it. */
export class PipelineReader {
  readonly #problems: Problem[];
  readonly #root: Node;

  constructor(
    private readonly files: Files,
    private readonly path: string,
    private readonly source: Source,
    private readonly call: Call,
  ) {
    this.#problems = files.problems;
    this.#root = source.root!;
  }

  read(): Pipeline | undefined {
    const root = this.#root;
    if (root.kind !== 'map') {
      const hint = 'a pipeline has "version: 1" and "steps:"';
      this.#problems.push(
        problem('spec/type', `a pipeline is a map, not ${found(root)}`, { at: root.at, hint }),
      );
      return undefined;
    }
    const before = this.#problems.length;
    this.#keys(root);
    const name =
      (this.#setting(root, 'name') as string | undefined) ?? basename(this.path).replace(/\.ya?ml$/, '');
    const seed = (this.#setting(root, 'seed') as number | undefined) ?? 42;
    const description = this.#setting(root, 'description') as string | undefined;
    const params = this.#params(root);
    const inputs = this.#inputs(root);
    const typed = new Set<string>();
    const base = this.#scope(root, params, { name, seed }, typed);
    const drafts = new DraftReader(this.files, this.path, this.call.partial).read(root, base, inputs);
    const steps = this.#steps(drafts, base, inputs);
    const outputs = this.#outputs(root, { steps: drafts, inputs });
    if (steps.length === drafts.size) this.#problems.push(...findCycles(steps));
    sameFile(steps, this.#problems);
    if (this.#problems.slice(before).some((p) => p.severity === 'error')) return undefined;
    const { environment } = this.files.options;
    return {
      file: this.source.file,
      text: this.source.text,
      name,
      seed,
      params: params.values,
      typed: [...typed].sort(),
      steps,
      inputs,
      outputs,
      ...(description !== undefined && { description }),
      ...(environment !== undefined && { environment }),
    };
  }

  #keys(root: MapNode): void {
    const converter = new Converter(this.#problems);
    for (const { key, keyAt } of root.entries)
      if (!Object.hasOwn(pipelineFields, key) && !key.startsWith('x-'))
        converter.unknownKey(key, keyAt, Object.keys(pipelineFields), 'a pipeline');
    const version = entryOf(root, 'version')?.value;
    const top = { ...root.at, length: 1 };
    if (!version)
      this.#problems.push(
        problem('spec/version', 'the file does not say its version', {
          at: top,
          hint: 'begin it with version: 1',
        }),
      );
    else if (version.kind !== 'scalar' || version.text !== '1')
      this.#problems.push(
        problem('spec/version', `version ${found(version)} of the file format is not known`, {
          at: version.at,
          hint: 'this engine reads version: 1',
        }),
      );
    if (!entryOf(root, 'steps'))
      converter.missingKey(
        'steps',
        { type: 'object', description: 'what is done, by id' },
        top,
        'a pipeline',
      );
  }

  #setting(root: MapNode, key: string): Json | undefined {
    const node = entryOf(root, key)?.value;
    if (!node) return undefined;
    const value = new Converter(this.#problems).convert(node, pipelineFields[key]!, `"${key}"`, 'a pipeline');
    return value?.kind === 'constant' ? value.value : undefined;
  }

  #params(root: MapNode): Params {
    const { project, environment, cwd = process.cwd() } = this.files.options;
    const declared = declareParams(entryOf(root, 'params')?.value, this.#problems);
    const given = {
      ...this.call,
      project: project.environments,
      cwd,
      root: project.root,
      ...(environment !== undefined && { environment }),
    };
    return valueParams(declared, entryOf(root, 'environments')?.value, given, this.#problems);
  }

  #inputs(root: MapNode): Pipeline['inputs'] {
    const node = entryOf(root, 'inputs')?.value;
    const inputs: { [name: string]: { kind: string; description?: string } } = {};
    if (!node || isNull(node)) return inputs;
    if (node.kind !== 'map') {
      this.#problems.push(problem('spec/type', '"inputs" takes a map: name: kind', { at: node.at }));
      return inputs;
    }
    for (const { key, keyAt, value } of node.entries) {
      if (badId(key, keyAt, 'an input', this.#problems)) continue;
      const read = new Converter(this.#problems).convert(
        value,
        inputField,
        `input "${key}"`,
        `input "${key}"`,
      );
      if (read?.kind !== 'constant') continue;
      inputs[key] = typeof read.value === 'string' ? { kind: read.value } : (read.value as { kind: string });
    }
    return inputs;
  }

  /* -------------------------------------------------------------------------------------- scope */

  #scope(
    root: MapNode,
    params: Params,
    facts: { name: string; seed: number },
    typed: Set<string>,
  ): BaseScope {
    const { environment } = this.files.options;
    return {
      params: params.known,
      env: this.#env(entryOf(root, 'env')?.value),
      run: {
        id: { type: runTypes.id },
        pipeline: { type: runTypes.pipeline, value: facts.name },
        environment: { type: runTypes.environment, value: environment ?? '' },
        seed: { type: runTypes.seed, value: facts.seed },
      },
      typedPath: (name) => {
        const path = params.typed.get(name);
        if (path !== undefined && isAbsolute(path)) typed.add(path);
        return path;
      },
    };
  }

  /** `env:` names the variables of the process that expressions may read: `[REGION]`, or `{ REGION: default }`. */
  #env(node: Node | undefined): { readonly [name: string]: Known } {
    const known = Object.create(null) as { [name: string]: Known };
    if (!node || isNull(node)) return known;
    const { variables = process.env, partial } = this.files.options;
    const one = (name: string, at: Place, fallback?: Node) => {
      const text =
        own(variables, name) ??
        (fallback?.kind === 'scalar' && !isNull(fallback) ? fallback.text : undefined);
      known[name] = { type: 'text', ...(text !== undefined && { value: text }) };
      if (text === undefined && !partial && !this.call.partial)
        this.#problems.push(
          problem('spec/missing-key', `the environment variable ${name} is not set`, {
            at,
            hint: `set it, or give it a default: env: { ${name}: … }`,
          }),
        );
    };
    if (node.kind === 'list')
      for (const item of node.items) if (item.kind === 'scalar') one(item.text, item.at);
    if (node.kind === 'map') for (const { key, keyAt, value } of node.entries) one(key, keyAt, value);
    if (node.kind === 'scalar')
      this.#problems.push(
        problem('spec/type', '"env" takes a list of names, or a map: NAME: default', { at: node.at }),
      );
    return known;
  }

  /* -------------------------------------------------------------------------------------- steps */

  #steps(drafts: ReadonlyMap<string, Draft>, base: BaseScope, inputs: Pipeline['inputs']): readonly Step[] {
    const sources: Sources = { steps: drafts, inputs };
    const stepIds = [...drafts.keys()];
    const { cel, problems } = this.files;
    const { catalog } = this.files.options;
    const scope: Scope = { ...base, stepIds, step: (id) => factsOf(drafts.get(id)) };
    return [...drafts.values()].flatMap((draft) => {
      const each =
        draft.foreach &&
        Object.fromEntries(Object.entries(draft.foreach).map(([key, list]) => [key, commonType(list)]));
      const checker = cel && new ExpressionChecker(cel, each ? { ...scope, each } : scope, problems);
      const settings = readStep(draft, { sources, catalog, checker, problems, partial: this.call.partial });
      const target = settings && this.#resolved(draft, settings.with);
      return settings && target ? [{ ...settings, target }] : [];
    });
  }

  #resolved(draft: Draft, settings: Step['with']): Step['target'] | undefined {
    const { target } = draft;
    if (target?.info) return { kind: 'component', info: target.info };
    const path = join(this.files.options.project.root, target!.pipeline!);
    const source = this.files.open(path, draft.at);
    const call = { ...settings.entries };
    // Defaults are the called pipeline's own: its environments may give other ones.
    const written = entryOf(draft.node, 'with')?.value;
    for (const key of Object.keys(call)) if (!entryOf(written, key)) delete call[key];
    const before = this.#problems.length;
    const pipeline = source && this.files.read(path, source, { set: {}, partial: false, call });
    // What only this call brings about is shown with the call; what the file has of itself was reported before.
    for (let i = before; i < this.#problems.length; i++) {
      const related = [...(this.#problems[i]!.related ?? []), { message: 'used here', at: draft.at }];
      this.#problems[i] = { ...this.#problems[i]!, related };
    }
    return pipeline && { kind: 'pipeline', pipeline };
  }

  #outputs(root: MapNode, sources: Sources): Pipeline['outputs'] {
    const node = entryOf(root, 'outputs')?.value;
    const outputs: { [name: string]: Wire } = {};
    if (!node || isNull(node)) return outputs;
    if (node.kind !== 'map') {
      this.#problems.push(problem('spec/type', '"outputs" takes a map: name: step', { at: node.at }));
      return outputs;
    }
    for (const { key, keyAt, value } of node.entries) {
      if (badId(key, keyAt, 'an output', this.#problems)) continue;
      const resolved = resolveWire(value, sources, this.#problems);
      if (resolved) outputs[key] = resolved.wire;
    }
    return outputs;
  }
}

function factsOf(draft: Draft | undefined): StepFacts | undefined {
  if (!draft) return undefined;
  const { target } = draft;
  return {
    label: target?.label ?? `step "${draft.id}"`,
    ...(target && { metrics: target.metrics }),
    outputs: Object.keys(target?.outputs ?? {}),
    foreach: draft.foreach !== undefined,
  };
}

const commonType = (list: readonly Json[]) => {
  const types = new Set(list.map(typeOf));
  return types.size === 1 ? [...types][0]! : 'any';
};
