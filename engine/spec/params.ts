import type { Json } from '../canonical.js';
import { type Place, type Problem, problem } from '../problem.js';
import { Converter } from './convert.js';
import type { Field } from './field.js';
import { paramField, paramTypes } from './file-fields.js';
import { type Entry, entryOf, isNull, type MapNode, type Node } from './node.js';
import { own } from './own.js';
import type { ParamValue } from './pipeline.js';
import { looksLikeQuantity } from './quantity.js';
import { readFree } from './scalar.js';

type ParamType = ParamValue['type'];

export interface Param {
  readonly name: string;
  readonly type: ParamType;
  readonly field: Field;
  readonly at: Place;
  readonly default?: Json;
}

const otherNames: { readonly [typed: string]: ParamType } = {
  str: 'string',
  text: 'string',
  int: 'integer',
  float: 'number',
  double: 'number',
  boolean: 'bool',
  file: 'path',
  array: 'list',
  object: 'map',
  dict: 'map',
  duration: 'quantity',
};

const fields: { readonly [type in ParamType]: Field } = {
  string: { type: 'string' },
  number: { type: 'number' },
  integer: { type: 'integer' },
  bool: { type: 'boolean' },
  path: { type: 'string', format: 'path', minLength: 1 },
  list: { type: 'array' },
  map: { type: 'object' },
  quantity: { type: 'string', minLength: 1 },
};

/** `params:` of a file. */
export function declareParams(node: Node | undefined, problems: Problem[]): ReadonlyMap<string, Param> {
  const declared = new Map<string, Param>();
  if (!node || isNull(node)) return declared;
  if (node.kind !== 'map') {
    problems.push(problem('spec/type', '"params" takes a map: name: value', { at: node.at }));
    return declared;
  }
  for (const entry of node.entries) {
    const param = nameProblem(entry, problems) ? undefined : declare(entry, problems);
    if (param) declared.set(param.name, param);
  }
  return declared;
}

function nameProblem(entry: Entry, problems: Problem[]): boolean {
  if (/^[a-z][a-zA-Z0-9_]*$/.test(entry.key)) return false;
  const hint = 'begin with a letter; then letters, digits and _';
  problems.push(
    problem('spec/id', `"${entry.key}" cannot be the name of a parameter`, { at: entry.keyAt, hint }),
  );
  return true;
}

function declare({ key: name, keyAt: at, value }: Entry, problems: Problem[]): Param | undefined {
  if (value.kind !== 'map') return short(name, at, value, problems);
  const typeNode = entryOf(value, 'type')?.value;
  const meant = typeNode?.kind === 'scalar' ? own(otherNames, typeNode.text) : undefined;
  if (meant) {
    const message = `no parameter type "${(typeNode as { text: string }).text}"`;
    problems.push(
      problem('spec/value', message, {
        at: typeNode!.at,
        hint: `called ${meant} here; known: ${paramTypes.join(', ')}`,
      }),
    );
    return undefined;
  }
  const raw = entryOf(value, 'default')?.value;
  const rest: MapNode = { ...value, entries: value.entries.filter((e) => e.key !== 'default') };
  const said = new Converter(problems).entries(
    rest,
    paramField,
    `parameter "${name}"`,
    `parameter "${name}"`,
  );
  if (!said) return undefined;
  const get = (key: string) =>
    said[key]?.kind === 'constant' ? (said[key] as { value: Json }).value : undefined;
  const type = (get('type') ?? (raw ? guess(raw) : 'string')) as ParamType;
  const [minimum, maximum, choices] = [get('minimum'), get('maximum'), get('choices')];
  const field: Field = {
    ...(choices === undefined ? fields[type] : { enum: choices as Json[] }),
    ...(minimum !== undefined && { minimum: minimum as number }),
    ...(maximum !== undefined && { maximum: maximum as number }),
    ...(get('description') !== undefined && { description: get('description') as string }),
  };
  if (!raw) return { name, type, field, at };
  const value_ = paramValue(raw, type, field, `"${name}"`, problems);
  return value_ === undefined ? undefined : { name, type, field, at, default: value_ };
}

function short(name: string, at: Place, value: Node, problems: Problem[]): Param | undefined {
  if (isNull(value)) {
    const hint = `write ${name}: { type: path }, say; known types: ${paramTypes.join(', ')}`;
    problems.push(
      problem('spec/missing-key', `parameter "${name}" has neither a value nor a type`, { at, hint }),
    );
    return undefined;
  }
  const type = guess(value);
  const read = paramValue(value, type, fields[type], `"${name}"`, problems);
  return read === undefined ? undefined : { name, type, field: fields[type], at, default: read };
}

/** The type that a value without one has. */
function guess(node: Node): ParamType {
  if (node.kind === 'list') return 'list';
  if (node.kind === 'map') return 'map';
  const read = readFree(node);
  if ('problem' in read || typeof read.value === 'string') return 'string';
  if (typeof read.value === 'boolean') return 'bool';
  return Number.isInteger(read.value) && !/[.eE]/.test(node.text) ? 'integer' : 'number';
}

/** A value as its type reads it. Text that looks like something else than it is, where nobody said `string`, is reported. */
export function paramValue(
  node: Node,
  type: ParamType,
  field: Field,
  name: string,
  problems: Problem[],
): Json | undefined {
  if (node.kind === 'scalar' && node.text.includes('${{')) {
    const hint = 'expressions read parameters; a parameter takes a plain value';
    problems.push(problem('spec/expression', `${name} cannot be an expression`, { at: node.at, hint }));
    return undefined;
  }
  if (node.kind === 'scalar' && type === 'string' && field === fields.string) {
    const read = readFree(node);
    if ('problem' in read) {
      problems.push(read.problem);
      return undefined;
    }
  }
  const converted = new Converter(problems).convert(node, field, name, 'params');
  if (converted?.kind !== 'constant') return undefined;
  if (type === 'quantity' && !looksLikeQuantity(String(converted.value))) {
    const hint = 'a number with a unit: 30 s, 20%, 512 MB, 12 months';
    problems.push(problem('spec/unit', `${name} is no quantity`, { at: node.at, hint }));
    return undefined;
  }
  return converted.value;
}
