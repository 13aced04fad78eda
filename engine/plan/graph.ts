import type { Json } from '../canonical.js';
import type { Address } from '../event.js';
import type { Expression, Pipeline, Step, Value, Wire } from '../spec/pipeline.js';

/** A pipeline at its place in the run: the top one, or one that is used as a step. */
export interface Scope {
  readonly pipeline: Pipeline;
  /** `` at the top, `call/` inside a call. */
  readonly prefix: string;
  readonly inputs: { readonly [name: string]: Source };
  /** The step that calls this pipeline: its `with` gives params that are known only in the run. */
  readonly call?: { readonly step: Step; readonly scope: Scope; readonly each: Each };
}

/** Where an input comes from: one output, or those of all instances of a `foreach`. */
export type Source =
  | { readonly kind: 'one'; readonly address: Address; readonly port: string }
  | {
      readonly kind: 'gather';
      readonly port: string;
      readonly members: readonly { readonly address: Address; readonly each: Each }[];
    };

export interface Each {
  readonly [key: string]: Json;
}

/** One thing to run: a step, or one instance of it. */
export interface Node {
  readonly address: Address;
  readonly step: Step;
  readonly scope: Scope;
  readonly each: Each;
  readonly inputs: { readonly [port: string]: readonly Source[] };
  /** `when` of the calls that hold it, outermost first, each read in the scope of the call. */
  readonly guards: readonly { readonly when: Expression; readonly scope: Scope; readonly each: Each }[];
  /** Nodes whose output it takes: where one of these is skipped, so is this. */
  readonly takes: readonly Address[];
  /** All nodes that must have ended before: `takes`, `needs`, steps named in expressions. */
  readonly waits: readonly Address[];
}

export interface Graph {
  /** In an order in which each comes after all it waits for; independent ones in the order written. */
  readonly nodes: readonly Node[];
  readonly node: ReadonlyMap<Address, Node>;
}

export const bare = (text: string): string => (/^[\w./-]+$/.test(text) ? text : JSON.stringify(text));

/** `step[survey=a,trees=100]`, keys in the order written. */
export const instanceOf = (id: string, each: Each): string => {
  const keys = Object.keys(each);
  if (keys.length === 0) return id;
  return `${id}[${keys.map((key) => `${key}=${bare(typeof each[key] === 'string' ? (each[key] as string) : JSON.stringify(each[key]))}`).join(',')}]`;
};

/** Unfolds calls and `foreach` into nodes. The pipeline was checked: no cycle, every name resolves. */
export function buildGraph(pipeline: Pipeline): Graph {
  const nodes: Node[] = [];
  unfold({ pipeline, prefix: '', inputs: {} }, { waits: [], guards: [] }, nodes);
  return { nodes: inOrder(nodes), node: new Map(nodes.map((node) => [node.address, node])) };
}

function unfold(scope: Scope, call: Pick<Node, 'waits' | 'guards'>, nodes: Node[]): void {
  const { pipeline, prefix } = scope;
  for (const step of pipeline.steps) {
    const named = [
      ...step.needs,
      ...expressionSteps(step.with),
      ...Object.values(step.save).flatMap(expressionSteps),
      ...(step.when?.steps ?? []),
      ...(step.require?.steps ?? []),
      ...step.prep.flatMap((item) => expressionSteps(item.with)),
    ];
    const waitsFor = named.flatMap((id) => addressesOf(scope, id));
    for (const each of instances(step)) {
      const address = `${prefix}${instanceOf(step.id, each)}`;
      const inputs = Object.fromEntries(
        Object.entries(step.in).map(([port, wires]) => [
          port,
          wires.map((wire) => sourceOf(scope, wire, each)),
        ]),
      );
      const takes = [...new Set(Object.values(inputs).flat().flatMap(addressesIn))];
      const waits = [...new Set([...takes, ...waitsFor, ...call.waits])];
      if (step.target.kind === 'pipeline') {
        const inner = Object.fromEntries(
          Object.entries(inputs).map(([port, sources]) => [port, sources[0]!]),
        );
        const guards = step.when ? [...call.guards, { when: step.when, scope, each }] : call.guards;
        unfold(
          { pipeline: step.target.pipeline, prefix: `${address}/`, inputs: inner },
          { waits, guards },
          nodes,
        );
      } else {
        nodes.push({ address, step, scope, each, inputs, guards: call.guards, takes, waits });
      }
    }
  }
}

const addressesIn = (source: Source): readonly Address[] =>
  source.kind === 'one' ? [source.address] : source.members.map((member) => member.address);

/** Product of the lists of `foreach`, last key fastest; one empty binding without it. */
export function instances(step: Step): readonly Each[] {
  let all: Each[] = [{}];
  for (const [key, value] of Object.entries(step.foreach ?? {})) {
    const list = constantOf(value) as readonly Json[];
    all = all.flatMap((each) => list.map((item) => ({ ...each, [key]: item })));
  }
  return all;
}

/** A value without expressions as plain JSON. Throws on an expression: spec has resolved those that must be. */
export function constantOf(value: Value): Json {
  switch (value.kind) {
    case 'constant':
      return value.value;
    case 'list':
      return value.items.map(constantOf);
    case 'map':
      return Object.fromEntries(Object.entries(value.entries).map(([key, item]) => [key, constantOf(item)]));
    default:
      throw new Error(`an expression at ${value.at.line}:${value.at.col} was not resolved`);
  }
}

function expressionSteps(value: Value): readonly string[] {
  switch (value.kind) {
    case 'constant':
      return [];
    case 'expression':
      return value.expression.steps;
    case 'template':
      return value.parts.flatMap((part) => (typeof part === 'string' ? [] : part.steps));
    case 'list':
      return value.items.flatMap(expressionSteps);
    case 'map':
      return Object.values(value.entries).flatMap(expressionSteps);
  }
}

/** All nodes of a step: its instances, or what a call holds. */
function addressesOf(scope: Scope, id: string): readonly Address[] {
  const step = scope.pipeline.steps.find((s) => s.id === id);
  if (!step) return [];
  return instances(step).flatMap((each) => {
    const address = `${scope.prefix}${instanceOf(id, each)}`;
    if (step.target.kind === 'component') return [address];
    const inner: Scope = { pipeline: step.target.pipeline, prefix: `${address}/`, inputs: {} };
    return step.target.pipeline.steps.flatMap((s) => addressesOf(inner, s.id));
  });
}

/**
 * Where a wire leads. A reader that runs for the same keys as the step it reads (`foreach` on both) takes the
 * instance of its own values; any other reader takes all instances, or the one that the wire names.
 */
function sourceOf(scope: Scope, wire: Wire, reader: Each): Source {
  const input = scope.inputs[wire.step];
  if (input && !scope.pipeline.steps.some((s) => s.id === wire.step)) return input;
  const step = scope.pipeline.steps.find((s) => s.id === wire.step)!;
  const keys = Object.keys(step.foreach ?? {});
  const shared = Object.fromEntries(keys.filter((key) => key in reader).map((key) => [key, reader[key]!]));
  const wanted = Object.entries({ ...shared, ...wire.instance });
  const chosen = instances(step).filter((each) =>
    wanted.every(([key, value]) => String(each[key]) === String(value)),
  );
  const members = chosen.map((each) => ({ each, ...outputOf(scope, step, each, wire.port) }));
  if (keys.every((key) => wanted.some(([name]) => name === key)))
    return { kind: 'one', address: members[0]!.address, port: members[0]!.port };
  return { kind: 'gather', port: members[0]?.port ?? wire.port, members };
}

function outputOf(scope: Scope, step: Step, each: Each, port: string): { address: Address; port: string } {
  const address = `${scope.prefix}${instanceOf(step.id, each)}`;
  if (step.target.kind === 'component') return { address, port };
  const { pipeline } = step.target;
  const wire = pipeline.outputs[port] ?? Object.values(pipeline.outputs)[0]!;
  const source = sourceOf({ pipeline, prefix: `${address}/`, inputs: {} }, wire, {});
  return source.kind === 'one'
    ? { address: source.address, port: source.port }
    : { address: source.members[0]!.address, port: source.port };
}

/** Kahn's algorithm; among the ready ones the first written goes first. */
function inOrder(nodes: readonly Node[]): readonly Node[] {
  const left = new Map(nodes.map((node) => [node.address, node.waits.length]));
  const readers = new Map<Address, Node[]>();
  for (const node of nodes)
    for (const wait of node.waits) {
      const list = readers.get(wait);
      if (list) list.push(node);
      else readers.set(wait, [node]);
    }
  const ready = nodes.filter((node) => node.waits.length === 0);
  for (let i = 0; i < ready.length; i++)
    for (const reader of readers.get(ready[i]!.address) ?? []) {
      const count = left.get(reader.address)! - 1;
      left.set(reader.address, count);
      if (count === 0) ready.push(reader);
    }
  if (ready.length !== nodes.length) throw new Error('the graph has a cycle that spec did not find');
  return ready;
}

/** Addresses that a person's `--only`, `--from`, `--to` names: the step itself, its instances, what a call holds. */
export function matching(graph: Graph, pattern: string): readonly Address[] {
  return graph.nodes
    .map((node) => node.address)
    .filter(
      (address) =>
        address === pattern || address.startsWith(`${pattern}/`) || address.startsWith(`${pattern}[`),
    );
}

/** These and everything that they wait for. */
export function upstream(graph: Graph, from: readonly Address[]): ReadonlySet<Address> {
  const seen = new Set<Address>();
  const visit = (address: Address) => {
    if (seen.has(address)) return;
    seen.add(address);
    for (const wait of graph.node.get(address)?.waits ?? []) visit(wait);
  };
  for (const address of from) visit(address);
  return seen;
}

/** These and everything that waits for them. */
export function downstream(graph: Graph, from: readonly Address[]): ReadonlySet<Address> {
  const seen = new Set<Address>(from);
  for (const node of graph.nodes) if (node.waits.some((wait) => seen.has(wait))) seen.add(node.address);
  return seen;
}
