import type { Json } from '../canonical.js';
import { type Problem, problem } from '../problem.js';
import { Converter } from './convert.js';
import type { Field } from './field.js';
import { type Node, nodeOf } from './node.js';
import type { Expression, Value } from './pipeline.js';

type Cel = typeof import('../../components/lib/cel.js');

/** Values of the contexts when an expression is evaluated in a run. */
export interface Bindings {
  readonly params?: { readonly [name: string]: Json };
  readonly env?: { readonly [name: string]: string };
  readonly secrets?: { readonly [name: string]: string };
  readonly steps?: {
    readonly [id: string]: {
      readonly metrics: { readonly [name: string]: Json };
      readonly outputs: { readonly [port: string]: OutputFacts };
    };
  };
  readonly each?: { readonly [name: string]: Json };
  readonly run?: RunFacts;
}

export interface OutputFacts {
  readonly digest: string;
  readonly rows?: number;
}

export interface RunFacts {
  readonly id: string;
  readonly pipeline: string;
  readonly environment: string;
  readonly seed: number;
  /** UTC day on which the run began: 2024-01-31. */
  readonly date: string;
}

let loading: Promise<Cel> | undefined;
/** The expression language is loaded when the first expression is met. */
export const loadCel = (): Promise<Cel> => (loading ??= import('../../components/lib/cel.js'));

/** Value of an expression in a run. What is absent or does not fit is a problem with the reason. */
export async function evaluate(
  expression: Expression,
  bindings: Bindings,
): Promise<{ readonly value: Json } | { readonly problem: Problem }> {
  const cel = await loadCel();
  return valueIn(cel, expression, bindings);
}

/** As `evaluate`, with the language loaded. */
export function valueIn(
  cel: Cel,
  expression: Expression,
  bindings: object,
): { value: Json } | { problem: Problem } {
  const result = cel.evaluateCel(expression.source, bindings as { readonly [root: string]: unknown });
  if ('value' in result) return { value: result.value as Json };
  return {
    problem: problem('spec/expression', `${expression.source}: ${result.fault.message}`, {
      at: expression.at,
    }),
  };
}

/**
 * A field's value when everything it waits for is known: expressions evaluated, and what they give checked
 * against the field as YAML would be. `name` is what messages call the field.
 */
export async function settle(
  value: Value,
  field: Field,
  bindings: Bindings,
  name: string,
): Promise<{ readonly value: Json } | { readonly problems: readonly Problem[] }> {
  if (value.kind === 'constant') return { value: value.value };
  const cel = await loadCel();
  const problems: Problem[] = [];
  const node = settledNode(cel, value, bindings, problems);
  return problems.length > 0 ? { problems } : convertNode(node, field, name);
}

/** Parts that were constants are in base units already, and pass as they are; the rest is read as text of YAML is. */
function settledNode(cel: Cel, value: Value, bindings: Bindings, problems: Problem[]): Node {
  const { at } = value;
  const one = (expression: Expression): Json => {
    const result = valueIn(cel, expression, bindings);
    if ('value' in result) return result.value;
    problems.push(result.problem);
    return null;
  };
  const inner = (item: Value) => settledNode(cel, item, bindings, problems);
  switch (value.kind) {
    case 'constant':
      return nodeOf(value.value, at, true);
    case 'expression':
      return nodeOf(one(value.expression), at);
    case 'template':
      return nodeOf(
        value.parts.map((part) => String(typeof part === 'string' ? part : one(part))).join(''),
        at,
      );
    case 'list':
      return { kind: 'list', at, items: value.items.map(inner) };
    case 'map': {
      const entries = Object.entries(value.entries);
      return {
        kind: 'map',
        at,
        entries: entries.map(([key, item]) => ({ key, keyAt: item.at, value: inner(item) })),
      };
    }
  }
}

/** A value by a field, where no expression is left. */
export function convertNode(
  node: Node,
  field: Field,
  name: string,
): { readonly value: Json } | { readonly problems: readonly Problem[] } {
  const problems: Problem[] = [];
  const converted = new Converter(problems).convert(node, field, name);
  return converted?.kind === 'constant' ? { value: converted.value } : { problems };
}
