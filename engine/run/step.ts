import type { Metrics } from '../artifacts/artifact.js';
import { redacted } from '../audit/redact.js';
import { digestOf, type Json } from '../canonical.js';
import type { Models } from '../component.js';
import type { Happening } from '../event.js';
import { derivedSeed } from '../learn/environment.js';
import type { Node } from '../plan/graph.js';
import { keyParts } from '../plan/key.js';
import { type Place, type Problem, ProblemError, problem } from '../problem.js';
import { allowed } from '../spec/allow.js';
import { type Bindings, evaluate, settle } from '../spec/evaluate.js';
import type { Field } from '../spec/field.js';
import type { Expression, Value } from '../spec/pipeline.js';
import type { ResultRecord, StoredOutput } from '../store/record.js';
import { keyOf } from '../store/results.js';
import { loadArtifact, storeArtifact } from './artifact-io.js';
import { attempt, pause } from './attempt.js';
import { stepCapabilities } from './capabilities.js';
import { learnEnvironment, type StepDoor } from './context.js';
import { execute } from './execute.js';
import { problemsOf } from './failure.js';
import { earlierProfile } from './history.js';
import { type FileInputs, fileInputs, inputContents, loadInputs, type Outputs } from './inputs.js';
import type { NodeResult, Saved } from './result.js';
import { saveOutput } from './save.js';
import type { Workspace } from './workspace.js';

/** What is known of a run when a node's turn comes: enough to tell its key. */
export interface NodeView {
  readonly workspace: Workspace;
  readonly outputs: Outputs;
  readonly seed: number;
  /** Absolute paths that the person typed. */
  readonly typed: ReadonlySet<string>;
  bindings(node: Pick<Node, 'scope' | 'each'>, options?: { secrets: 'names' }): Promise<Bindings>;
}

/** What a run lends to its steps. */
export interface StepRun extends NodeView {
  readonly cancel: AbortSignal;
  readonly runFolder: string;
  readonly crashFolder: string;
  /** Addresses that are run even where a result is there. */
  readonly forced: ReadonlySet<string>;
  readonly models: Models;
  emit(happening: Happening): void;
  /** Everything emitted so far is in the log and every object on the disk: before an effect outside. */
  settle(): Promise<void>;
  redact(text: string): string;
}

type Ended = Omit<NodeResult, 'address' | 'use'>;
const nothing = { seconds: 0, attempts: 0, outputs: {}, metrics: {}, problems: [], warnings: [], saved: [] };

/** What the attempt under way has measured and warned of: it is kept where the attempt fails. */
interface Told {
  metrics: { [name: string]: Json };
  warnings: Problem[];
}

/** Runs one node from its `when` to its saved files. Never throws for a person's fault. */
export async function runNode(run: StepRun, node: Node): Promise<NodeResult> {
  const at = node.step.place([]);
  const told: Told = { metrics: {}, warnings: [] };
  try {
    const result = await ended(run, node, told);
    // What a step allows is no part of its key, so the record keeps warnings as they were given.
    const warnings = result.warnings.map((warning) => allowed(warning, node.step));
    return { address: node.address, use: node.step.use, ...result, warnings };
  } catch (error) {
    if (run.cancel.aborted) {
      run.emit({ type: 'step.cancelled', address: node.address });
      return {
        address: node.address,
        use: node.step.use,
        ...nothing,
        status: 'cancelled',
        reason: 'cancelled',
      };
    }
    const problems = redacted(problemsOf(error, at, run.crashFolder, run.redact), run.redact);
    run.emit({ type: 'step.failed', address: node.address, problems });
    const reason = problems[0]?.message ?? 'failed';
    const warnings = told.warnings.map((warning) => allowed(warning, node.step));
    const kept = { ...nothing, metrics: told.metrics, warnings };
    return { address: node.address, use: node.step.use, ...kept, status: 'failed', reason, problems };
  }
}

async function ended(run: StepRun, node: Node, told: Told): Promise<Ended> {
  const skipped = await guard(run, node);
  if (skipped) return skipped;
  const refused = await gate(run, node);
  if (refused) return refused;
  const { key, parts, resolved, history } = await keyOfNode(run, node);
  const reused = await reuse(run, node, key);
  if (reused) return { ...reused, saved: await save(run, node, reused.outputs) };
  const made = await make(run, node, { key, parts, resolved, history }, told);
  const record: ResultRecord = {
    key,
    parts,
    outputs: made.outputs,
    objects: made.objects,
    metrics: made.metrics,
    warnings: made.warnings,
    seconds: made.seconds,
  };
  const digest = run.workspace.results.write(record);
  run.emit({
    type: 'step.committed',
    address: node.address,
    use: node.step.use,
    key,
    record: digest,
    inputs: parts.inputs,
    outputs: Object.fromEntries(Object.entries(made.outputs).map(([port, output]) => [port, output.content])),
    seconds: made.seconds,
  });
  const saved = await save(run, node, made.outputs);
  return { ...nothing, ...made, status: 'ran', key, record: digest, saved };
}

/** What a node's key is made of, once everything that it takes is known. Throws the problems of its configuration. */
export async function keyOfNode(run: NodeView, node: Node) {
  const resolved = await resolveStep(run, node);
  const history = await earlierProfile(run, node, resolved.files.config);
  const parts = keyParts(
    node.step,
    { config: resolved.files.keyConfig, prep: resolved.prep.map((item) => item.keyConfig) },
    { ...inputContents(node, run.outputs), ...(history && { history: [history.content] }) },
    Object.assign({}, resolved.files.externals, ...resolved.prep.map((item) => item.externals)),
    run.seed,
    (await run.bindings(node)).env ?? {},
  );
  return { key: keyOf(parts), parts, resolved, history };
}

/** False `when` of the step or of a call around it: skipped, with the values that decided. */
async function guard(run: StepRun, node: Node): Promise<Ended | undefined> {
  const whens = [
    ...node.guards,
    ...(node.step.when ? [{ when: node.step.when, scope: node.scope, each: node.each }] : []),
  ];
  for (const { when, scope, each } of whens) {
    const values = await decide(run, { ...node, scope, each }, when);
    if (values.result) continue;
    const reason = `when: ${when.source} is false`;
    run.emit({ type: 'step.skipped', address: node.address, reason, values: values.values });
    return { ...nothing, status: 'skipped', reason, values: values.values };
  }
  return undefined;
}

/** False `require`: the run stops here with exit status 3 and says which number missed which bound. */
async function gate(run: StepRun, node: Node): Promise<Ended | undefined> {
  const { require } = node.step;
  if (!require) return undefined;
  const { result, values, reason } = await decide(run, node, require);
  run.emit({
    type: 'gate.decided',
    address: node.address,
    passed: result,
    expression: require.source,
    values,
  });
  if (result) return undefined;
  const shown = Object.entries(values).map(([name, value]) => `${name} = ${JSON.stringify(value)}`);
  const refusal = problem('run/gate', `gate: ${require.source} does not hold${reason ? `: ${reason}` : ''}`, {
    at: require.at,
    ...(shown.length > 0 && { hint: shown.join('\n') }),
  });
  return { ...nothing, status: 'gate', reason: refusal.message, values, problems: [refusal] };
}

export async function decide(run: NodeView, node: Pick<Node, 'scope' | 'each'>, expression: Expression) {
  const bindings = await run.bindings(node);
  const values = namedIn(expression, bindings);
  const found = await evaluate(expression, bindings);
  if ('value' in found) return { result: found.value === true, values, reason: undefined };
  return { result: false, values, reason: found.problem.message };
}

/** What the expression read, by name: which number missed which bound. */
function namedIn(expression: Expression, bindings: Bindings): { readonly [name: string]: Json } {
  const values: { [name: string]: Json } = {};
  for (const [name] of expression.source.matchAll(/\b(?:params|env|each|run|steps\.\w+\.metrics)\.\w+/g)) {
    let value: unknown = bindings;
    for (const part of name.split('.')) value = (value as { [key: string]: unknown } | undefined)?.[part];
    values[name] = (value ?? null) as Json;
  }
  return values;
}

interface ResolvedStep {
  readonly files: FileInputs;
  readonly prep: readonly FileInputs[];
}

/** Configuration with every expression replaced, once for the component and once, with secrets by name, for the key. */
async function resolveStep(run: NodeView, node: Node): Promise<ResolvedStep> {
  const { step } = node;
  if (step.target.kind !== 'component') throw new Error('calls are unfolded before the run');
  const problems: Problem[] = [];
  const bindings = await run.bindings(node);
  const named = await run.bindings(node, { secrets: 'names' });
  const one = async (value: Value, schema: Json, name: string, where: (string | number)[]) => {
    const config = await settled(value, schema, bindings, name, problems);
    const place = (path: (string | number)[]): Place => step.place([...where, ...path]);
    const files = await fileInputs(run.workspace, schema, config, run.typed, place, problems);
    const keyed = await settled(value, schema, named, name, []);
    const { keyConfig } = await fileInputs(run.workspace, schema, keyed, run.typed, place, []);
    return { ...files, keyConfig };
  };
  const files = await one(step.with, step.target.info.config, step.use, []);
  const prep: FileInputs[] = [];
  for (const [i, item] of step.prep.entries())
    prep.push(await one(item.with, item.component.config, item.use, ['prep', i]));
  if (problems.length > 0) throw new ProblemError(...problems);
  return { files, prep };
}

async function settled(
  value: Value,
  schema: Json,
  bindings: Bindings,
  name: string,
  problems: Problem[],
): Promise<Json> {
  const found = await settle(value, schema as Field, bindings, name);
  if ('value' in found) return found.value;
  problems.push(...found.problems);
  return {};
}

async function reuse(run: StepRun, node: Node, key: string): Promise<Ended | undefined> {
  const { step } = node;
  const determinism = step.target.kind === 'component' ? step.target.info.determinism : 'never';
  if (!step.cache || determinism === 'never' || run.forced.has(node.address)) return undefined;
  const found = await run.workspace.results.complete(key, run.workspace.objects);
  if (!found) return undefined;
  const { record, digest } = found;
  run.emit({ type: 'step.reused', address: node.address, use: step.use, key, record: digest });
  return {
    ...nothing,
    status: 'reused',
    key,
    record: digest,
    outputs: record.outputs,
    metrics: record.metrics,
    warnings: record.warnings,
  };
}

type Keyed = Awaited<ReturnType<typeof keyOfNode>>;

interface Made {
  readonly outputs: { readonly [port: string]: StoredOutput };
  readonly objects: readonly string[];
  readonly metrics: { readonly [name: string]: Json };
  readonly warnings: readonly Problem[];
  readonly seconds: number;
  readonly attempts: number;
}

/** Runs the component, again after a failure where `retry` says so. */
async function make(run: StepRun, node: Node, keyed: Keyed, told: Told): Promise<Made> {
  const { key } = keyed;
  const { step } = node;
  const effects = step.target.kind === 'component' ? step.target.info.effects : [];
  if (effects.length > 0) await run.settle();
  const attempts = effects.every((effect) => effect.idempotent) ? step.retry.attempts : 1;
  for (let number = 1; ; number++) {
    run.emit({ type: 'step.started', address: node.address, use: step.use, key, attempt: number });
    try {
      return await once(run, node, keyed, number, told);
    } catch (error) {
      if (run.cancel.aborted || number >= attempts) throw error;
      const wait = step.retry.backoff * 2 ** (number - 1);
      const problems = problemsOf(error, step.place([]), run.crashFolder, run.redact);
      run.emit({ type: 'step.retrying', address: node.address, attempt: number, wait, problems });
      await pause(wait, run.cancel);
    }
  }
}

async function once(
  run: StepRun,
  node: Node,
  { parts, resolved, history }: Keyed,
  number: number,
  told: Told,
): Promise<Made> {
  const { step } = node;
  const { workspace } = run;
  if (step.target.kind !== 'component') throw new Error('calls are unfolded before the run');
  const { info } = step.target;
  // Neither the code nor the step's name decides the seed: a new version draws the same numbers again.
  const { config, inputs, externals } = parts;
  const seed = derivedSeed(run.seed, info.name, digestOf({ config, inputs, externals }));
  const metrics: Told['metrics'] = {};
  const warnings: Told['warnings'] = [];
  Object.assign(told, { metrics, warnings });
  const began = performance.now();
  const produced = await attempt(
    async (signal) => {
      const door: StepDoor = {
        workspace,
        signal,
        place: (path) => step.place(path),
        progress: (done, total, note) =>
          run.emit({ type: 'step.progress', address: node.address, done, total, ...(note && { note }) }),
        // What is kept in the record is read by everybody who has the project, as the log is.
        metric: (name, given) => {
          const value = redacted(given, run.redact);
          metrics[name] = value;
          run.emit({ type: 'step.metric', address: node.address, name, value });
        },
        print: (line) => run.emit({ type: 'step.printed', address: node.address, line }),
        warn: (given) => {
          const warning = redacted(given, run.redact);
          warnings.push(warning);
          run.emit({ type: 'step.warning', address: node.address, problem: allowed(warning, node.step) });
        },
      };
      const env = learnEnvironment(door);
      const digests = new Map([resolved.files, ...resolved.prep].flatMap((files) => [...files.digests]));
      const earlier = history && ((await loadArtifact(workspace, history)) as Metrics);
      const seen = { inputs: digests, history: earlier };
      const { capabilities, dispose } = stepCapabilities(door, env, seen, run.models);
      try {
        return await execute(door, env, capabilities, {
          step,
          definition: await workspace.catalog.load(info.name),
          config: resolved.files.config,
          prep: resolved.prep.map((item) => item.config),
          inputs: await loadInputs(workspace, node, run.outputs),
          seed,
        });
      } finally {
        dispose();
      }
    },
    { cancel: run.cancel, at: step.place([]), ...(step.timeout !== undefined && { timeout: step.timeout }) },
  );
  const outputs: { [port: string]: StoredOutput } = {};
  const objects = new Set<string>();
  for (const [port, artifact] of Object.entries(produced)) {
    if (!artifact) continue;
    if (!info.outputs[port]) throw new Error(`${info.name} hands back "${port}", which it does not declare`);
    const stored = await storeArtifact(workspace.objects, artifact);
    outputs[port] = stored.output;
    for (const object of stored.objects) objects.add(object);
    if (artifact.kind === 'metrics') Object.assign(metrics, artifact.values);
  }
  const seconds = (performance.now() - began) / 1000;
  return { outputs, objects: [...objects].sort(), metrics, warnings, seconds, attempts: number };
}

/** Writes the files of `save:`, on a reused result too. */
async function save(
  run: StepRun,
  node: Node,
  outputs: { readonly [port: string]: StoredOutput },
): Promise<readonly Saved[]> {
  const saved: Saved[] = [];
  for (const [port, value] of Object.entries(node.step.save)) {
    const problems: Problem[] = [];
    const path = await settled(value, { type: 'string' }, await run.bindings(node), 'save', problems);
    if (problems.length > 0) throw new ProblemError(...problems);
    const output = outputs[port];
    if (!output) continue;
    const file = await saveOutput(run.workspace, () => loadArtifact(run.workspace, output), {
      content: output.content,
      port,
      path: String(path),
      runFolder: run.runFolder,
      at: value.at,
    });
    saved.push(file);
    run.emit({
      type: 'file.saved',
      address: node.address,
      path: file.path,
      digest: file.digest,
      ...(file.kept && { kept: file.kept }),
    });
  }
  return saved;
}
