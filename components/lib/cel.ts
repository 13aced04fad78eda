import { Environment, type ParseResult } from '@marcbachmann/cel-js';

/**
 * Expressions in CEL (the Common Expression Language), with arithmetic as people expect: every number is a
 * double, so `1/2` is 0.5, integers and decimals mix, and results are ordinary numbers. There is no loop without
 * an end and no regular expression, whose time has no bound: an expression from a stranger's file is safe to run.
 */

/** Longest expression, in characters. */
const MAX_LENGTH = 2000;

export type CelType = 'number' | 'text' | 'bool' | 'list' | 'map' | 'null' | 'any';

/** A member that is read: `steps.score.metrics.f1` as a path, and where it stands in the source. */
export interface Reference {
  readonly path: readonly string[];
  readonly start: number;
  readonly end: number;
}

export interface Fault {
  readonly message: string;
  readonly start: number;
  readonly end: number;
}

/** A node of the tree that the grammar makes of an expression. */
export interface CelNode {
  readonly op: string;
  readonly args: unknown;
  readonly start: number;
  readonly end: number;
}

type Ast = { op: string; args: unknown; start: number; end: number; meta: { check: unknown } };

const LIMITS = {
  maxAstNodes: 1000,
  maxDepth: 40,
  maxListElements: 1000,
  maxMapEntries: 200,
  maxCallArguments: 8,
};

/** Functions of CEL that give or take integers, with twins over doubles. */
const twins: { readonly [signature: string]: (...args: never[]) => unknown } = {
  'size_(string): double': (s: string) => [...s].length,
  'size_(list): double': (l: readonly unknown[]) => l.length,
  'size_(map): double': (m: object) => (m instanceof Map ? m.size : Object.keys(m).length),
  'string.size_(): double': (s: string) => [...s].length,
  'list.size_(): double': (l: readonly unknown[]) => l.length,
  'map.size_(): double': (m: object) => (m instanceof Map ? m.size : Object.keys(m).length),
  'string.indexOf_(string): double': (s: string, t: string) => s.indexOf(t),
  'string.lastIndexOf_(string): double': (s: string, t: string) => s.lastIndexOf(t),
  'string.substring_(double): string': (s: string, from: number) => s.slice(from),
  'string.substring_(double, double): string': (s: string, from: number, to: number) => s.slice(from, to),
  'int_(double): double': (n: number) => Math.trunc(n),
  'int_(string): double': (s: string) => Math.trunc(numberFrom(s)),
  'abs(double): double': (n: number) => Math.abs(n),
  'round(double): double': (n: number) => Math.round(n),
  'floor(double): double': (n: number) => Math.floor(n),
  'ceil(double): double': (n: number) => Math.ceil(n),
  'sqrt(double): double': (n: number) => Math.sqrt(n),
  'log(double): double': (n: number) => Math.log(n),
  'exp(double): double': (n: number) => Math.exp(n),
  'min(double, double): double': (a: number, b: number) => Math.min(a, b),
  'max(double, double): double': (a: number, b: number) => Math.max(a, b),
};
const renamed = new Set(['size', 'indexOf', 'lastIndexOf', 'substring', 'int']);
const refused: { readonly [name: string]: string } = {
  matches:
    'matches is not offered, since a pattern can run without end; use contains, startsWith or endsWith',
  bind: 'cel.bind is not offered; write the value where it is used',
};
const MACROS = new Set(['exists', 'exists_one', 'all', 'map', 'filter']);

function numberFrom(text: string): number {
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (Number.isNaN(value)) throw new TypeError(`"${text}" is not a number`);
  return value;
}

function environment(loose: boolean): Environment {
  const env = new Environment({
    unlistedVariablesAreDyn: loose,
    homogeneousAggregateLiterals: false,
    limits: LIMITS,
  });
  for (const [signature, handler] of Object.entries(twins)) env.registerFunction(signature, handler);
  env.registerOperator('double % double', (a: number, b: number) => a % b);
  return env;
}

let looseEnvironment: Environment | undefined;
let strictEnvironment: Environment | undefined;
/** For evaluation: any name may stand, and types are those of the values. */
const loose = () => (looseEnvironment ??= environment(true));
/** For checking: knows one name of each type, which take the place of what an expression reads. */
const strict = () => {
  if (!strictEnvironment) {
    strictEnvironment = environment(false);
    for (const type of Object.keys(celName) as CelType[])
      strictEnvironment.registerVariable(nameOf(type), celName[type]);
  }
  return strictEnvironment;
};
const nameOf = (type: CelType): string => `a_${type}`;

/** An expression whose grammar is right. */
export interface ParsedCel {
  readonly references: readonly Reference[];
  /** The type that it gives, where the references have these types. To be called once. */
  check(types: readonly CelType[]): { readonly type: CelType } | { readonly fault: Fault };
}

/** What an expression reads, or what is wrong with its grammar. */
export function parseCel(source: string): ParsedCel | { readonly fault: Fault } {
  const parsed = parse(strict(), source);
  if ('fault' in parsed) return parsed;
  const { run, walk } = parsed;
  return {
    references: walk.references,
    check(types) {
      for (const node of walk.presence) becomeName(node, nameOf('bool'));
      for (const [i, type] of types.entries()) becomeName(walk.members[i]!, nameOf(type));
      const checked = run.check();
      return checked.valid
        ? { type: ourName(checked.type ?? 'dyn') }
        : { fault: faultOf(checked.error, source) };
    },
  };
}

/** The tree of an expression, for those who give operators a meaning of their own: types with units, formulas. */
export function celTree(source: string): { readonly tree: CelNode } | { readonly fault: Fault } {
  const parsed = parse(loose(), source);
  return 'fault' in parsed ? parsed : { tree: parsed.run.ast as unknown as CelNode };
}

/** A node of the tree becomes the name of a variable: checking is then a look into one fixed set of names. */
function becomeName(node: Ast, name: string): void {
  const pattern = strict().parse(name).ast as unknown as Ast;
  node.op = pattern.op;
  node.args = name;
  Object.assign(node.meta, { check: pattern.meta.check, macro: undefined, alternate: undefined });
}

const evaluated = new Map<string, ParseResult>();

/**
 * Value of an expression. Numbers are ordinary numbers; a member that is absent, a division by zero or types that
 * do not fit are a fault with a reason.
 */
export function evaluateCel(
  source: string,
  bindings: { readonly [root: string]: unknown },
): { readonly value: unknown } | { readonly fault: Fault } {
  let run = evaluated.get(source);
  if (!run) {
    const parsed = parse(loose(), source);
    if ('fault' in parsed) return parsed;
    run = parsed.run;
    if (evaluated.size > 5000) evaluated.clear();
    evaluated.set(source, run);
  }
  try {
    const value = plain(run(asMaps(bindings)));
    if (typeof value === 'number' && !Number.isFinite(value))
      return {
        fault: { message: `the result is ${value}: a division by zero?`, start: 0, end: source.length },
      };
    return { value };
  } catch (error) {
    return { fault: faultOf(error, source) };
  }
}

function parse(
  env: Environment,
  source: string,
): { readonly run: ParseResult; readonly walk: Walk } | { readonly fault: Fault } {
  if (source.length > MAX_LENGTH)
    return {
      fault: {
        message: `an expression of ${source.length} characters; ${MAX_LENGTH} are allowed`,
        start: 0,
        end: 1,
      },
    };
  if (source.trim() === '')
    return { fault: { message: 'an empty expression', start: 0, end: source.length } };
  try {
    const run = env.parse(source);
    const walk = new Walk();
    walk.visit(run.ast as unknown as Ast, []);
    return walk.fault ? { fault: walk.fault } : { run, walk };
  } catch (error) {
    return { fault: faultOf(error, source) };
  }
}

/** Turns integer literals into doubles and integer functions into their twins, and notes what is read. */
class Walk {
  readonly references: Reference[] = [];
  /** Nodes of the references. */
  readonly members: Ast[] = [];
  /** Calls of has(…). */
  readonly presence: Ast[] = [];
  fault: Fault | undefined;

  visit(node: Ast, locals: readonly string[]): void {
    const { op, args } = node;
    const path = memberPath(node);
    if (path) {
      if (locals.includes(path[0]!)) return;
      this.references.push({ path, start: node.start, end: node.end });
      this.members.push(node);
      return;
    }
    if (op === 'value') {
      if (typeof args === 'bigint') node.args = Number(args);
      return;
    }
    if (op === '[]') {
      const [list, index] = args as [Ast, Ast];
      this.visit(list, locals);
      // A list is indexed by an integer: a literal stays one, and so does what int(…) gives.
      if (index.op === 'call' && (index.args as unknown[])[0] === 'int')
        this.visit((index.args as [string, Ast[]])[1][0]!, locals);
      else if (index.op !== 'value') this.visit(index, locals);
      return;
    }
    if (op === 'call' || op === 'rcall') {
      this.#call(node, op === 'rcall', locals);
      return;
    }
    for (const child of nodesIn(args)) this.visit(child, locals);
  }

  #call(node: Ast, method: boolean, locals: readonly string[]): void {
    const call = node.args as [string, ...unknown[]];
    const [name] = call;
    if (name === 'has' && !method) this.presence.push(node);
    const refusal = refused[name];
    if (refusal) this.fault ??= { message: refusal, start: node.start, end: node.end };
    if (renamed.has(name)) call[0] = `${name}_`;
    const [first] = call.at(-1) as Ast[];
    const looping = method && MACROS.has(name) && first?.op === 'id';
    const inner = looping ? [...locals, String(first.args)] : locals;
    if (inner.length > 2 && looping)
      this.fault ??= { message: 'more than two loops inside each other', start: node.start, end: node.end };
    for (const child of nodesIn(call.slice(1))) if (!looping || child !== first) this.visit(child, inner);
  }
}

function nodesIn(args: unknown): Ast[] {
  if (Array.isArray(args)) return args.flatMap(nodesIn);
  return typeof args === 'object' && args !== null && 'op' in args ? [args as Ast] : [];
}

function memberPath(node: Ast): readonly string[] | undefined {
  if (node.op === 'id') return [String(node.args)];
  if (node.op !== '.' && node.op !== '[]') return undefined;
  const [left, right] = node.args as [Ast, Ast | string];
  const name = typeof right === 'string' ? right : right.op === 'value' ? right.args : undefined;
  if (typeof name !== 'string') return undefined;
  const before = memberPath(left);
  return before && [...before, name];
}

const celName = {
  number: 'double',
  text: 'string',
  bool: 'bool',
  list: 'list',
  map: 'map',
  null: 'null',
  any: 'dyn',
} as const;

function ourName(cel: string): CelType {
  if (cel.startsWith('list')) return 'list';
  if (cel.startsWith('map')) return 'map';
  return (
    ({ double: 'number', int: 'number', string: 'text', bool: 'bool', null: 'null' } as const)[
      cel as 'int'
    ] ?? 'any'
  );
}

const spoken: { readonly [cel: string]: string } = {
  double: 'a number',
  int: 'a number',
  string: 'text',
  bool: 'true or false',
  null: 'nothing',
  list: 'a list',
  map: 'a map',
};
const speak = (wrapped: string): string => {
  const cel = /^dyn<(.*)>$/.exec(wrapped)?.[1] ?? wrapped;
  return spoken[cel] ?? spoken[cel.replace(/<.*$/, '')] ?? cel;
};

function faultOf(error: unknown, source: string): Fault {
  const { summary, message, range } = error as {
    summary?: string;
    message?: string;
    range?: { start: number; end: number };
  };
  const start = Math.min(range?.start ?? 0, source.length);
  const end = Math.max(start + 1, Math.min(range?.end ?? source.length, source.length));
  return { message: reword((summary ?? message ?? 'wrong').replace(/\n[\s\S]*$/, '')), start, end };
}

function reword(message: string): string {
  const binary = /^no such overload: (\S+) (\S+) (\S+)$/.exec(message);
  if (binary) return `${binary[2]} does not work between ${speak(binary[1]!)} and ${speak(binary[3]!)}`;
  const call = /^found no matching overload for '(?:([^']*)\.)?(\w+)\((.*)\)'$/.exec(message);
  if (call) {
    const given = call[3] ? call[3].split(', ').map(speak).join(', ') : 'nothing';
    return `no function ${call[2]!.replace(/_$/, '')}${call[1] ? ` of ${speak(call[1])}` : ''} that takes ${given}`;
  }
  const logical = /^Logical operator requires bool operands, got '(.*)'$/.exec(message);
  if (logical) return `&& and || take true or false, not ${speak(logical[1]!)}`;
  const key = /^No such key: (.*)$/.exec(message);
  if (key) return `there is no "${key[1]}"`;
  const condition = /^Ternary condition must be bool, got '(.*)'$/.exec(message);
  if (condition) return `the condition before ? is ${speak(condition[1]!)}, not true or false`;
  const branches = /^Ternary branches must have the same type, got '(.*)' and '(.*)'$/.exec(message);
  if (branches)
    return `both sides of : must be of one type, not ${speak(branches[1]!)} and ${speak(branches[2]!)}`;
  if (/^List index must be int/.test(message)) return 'a list is indexed by a whole number: write [int(…)]';
  if (/token: EOF$/.test(message)) return 'the expression ends too early';
  return message.charAt(0).toLowerCase() + message.slice(1).replace(/_\b/g, '');
}

/** Roots as they are, all below as maps: a member may then be called `constructor`, which means nothing special. */
const asMaps = (bindings: { readonly [root: string]: unknown }): Record<string, unknown> =>
  Object.fromEntries(Object.entries(bindings).map(([root, value]) => [root, asMap(value)]));

function asMap(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(asMap);
  if (value === null || typeof value !== 'object') return value;
  return new Map(Object.entries(value).map(([key, item]) => [key, asMap(item)]));
}

/** CEL's own kinds of value as JSON. */
function plain(value: unknown): unknown {
  if (typeof value === 'bigint') return Number(value);
  if (Array.isArray(value)) return value.map(plain);
  if (value instanceof Map)
    return Object.fromEntries([...value].map(([key, item]) => [String(key), plain(item)]));
  if (value instanceof Date) return value.toISOString();
  if (value !== null && typeof value === 'object')
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item)]));
  return value;
}
