import { type CelNode, celTree, type Fault } from '../cel.js';

/** Where a part of an expression stands in its text. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

export type Source = 'row' | 'rate' | 'line';
export type Operator = '+' | '-' | '*' | '/' | '<' | '<=' | '>' | '>=' | '==' | '!=' | '&&' | '||';

/** A line of cost as its grammar reads it; CEL without loops, lists and maps. */
export type Expression = Span &
  (
    | { readonly kind: 'value'; readonly value: number | string | boolean }
    | { readonly kind: 'read'; readonly from: Source; readonly name: string }
    | { readonly kind: 'unary'; readonly op: '-' | '!'; readonly of: Expression }
    | {
        readonly kind: 'binary';
        readonly op: Operator;
        readonly left: Expression;
        readonly right: Expression;
      }
    | {
        readonly kind: 'choice';
        readonly when: Expression;
        readonly yes: Expression;
        readonly no: Expression;
      }
    | { readonly kind: 'call'; readonly name: string; readonly args: readonly Expression[] }
  );

const operators: readonly string[] = ['+', '-', '*', '/', '<', '<=', '>', '>=', '==', '!=', '&&', '||'];

class Refused extends Error {
  constructor(readonly fault: Fault) {
    super(fault.message);
  }
}

/** The text of a line as a tree, or what is wrong with it and where. */
export function parseExpression(source: string): { readonly tree: Expression } | { readonly fault: Fault } {
  const parsed = celTree(source);
  if ('fault' in parsed) return parsed;
  try {
    return { tree: read(parsed.tree) };
  } catch (error) {
    if (error instanceof Refused) return { fault: error.fault };
    throw error;
  }
}

function read(node: CelNode): Expression {
  const { op, args, start, end } = node;
  const at = { start, end };
  if (op === 'value') {
    const value = typeof args === 'bigint' ? Number(args) : args;
    if (typeof value === 'number' || typeof value === 'string' || typeof value === 'boolean')
      return { ...at, kind: 'value', value };
  }
  if (op === '.' || op === '[]') return member(node);
  if (op === '-_' || op === '!_')
    return { ...at, kind: 'unary', op: op === '-_' ? '-' : '!', of: read(args as CelNode) };
  if (operators.includes(op)) {
    const [left, right] = args as [CelNode, CelNode];
    return { ...at, kind: 'binary', op: op as Operator, left: read(left), right: read(right) };
  }
  if (op === '?:') {
    const [when, yes, no] = args as [CelNode, CelNode, CelNode];
    return { ...at, kind: 'choice', when: read(when), yes: read(yes), no: read(no) };
  }
  if (op === 'call') {
    const [name, given] = args as [string, CelNode[]];
    // size_, indexOf_ … are what the expression language calls its own functions inside.
    return { ...at, kind: 'call', name: name.replace(/_$/, ''), args: given.map(read) };
  }
  if (op === 'id') return refuse(at, `write row.${args}, rate.${args} or line.${args}`);
  return refuse(at, 'a line of cost takes numbers, + - * /, comparisons, ? : and functions');
}

function member(node: CelNode): Expression {
  const { start, end } = node;
  const [left, right] = node.args as [CelNode, CelNode | string];
  const name = typeof right === 'string' ? right : right.op === 'value' ? right.args : undefined;
  const root = left.op === 'id' ? left.args : undefined;
  if (typeof name !== 'string' || typeof root !== 'string')
    return refuse({ start, end }, 'write row.NAME, or row["NAME"] for a name with spaces');
  if (root === 'row' || root === 'rate' || root === 'line')
    return { start, end, kind: 'read', from: root, name };
  return refuse({ start, end }, `a line of cost reads row, rate and line, not ${root}`);
}

function refuse(at: Span, message: string): never {
  throw new Refused({ message, ...at });
}

/** Everything that an expression reads. */
export function readsOf(tree: Expression): readonly (Expression & { readonly kind: 'read' })[] {
  switch (tree.kind) {
    case 'value':
      return [];
    case 'read':
      return [tree];
    case 'unary':
      return readsOf(tree.of);
    case 'binary':
      return [...readsOf(tree.left), ...readsOf(tree.right)];
    case 'choice':
      return [tree.when, tree.yes, tree.no].flatMap(readsOf);
    case 'call':
      return tree.args.flatMap(readsOf);
  }
}
