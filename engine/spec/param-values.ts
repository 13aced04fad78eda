import { isAbsolute, relative, resolve, sep } from 'node:path';
import type { Json } from '../canonical.js';
import { nearest, type Place, type Problem, problem } from '../problem.js';
import { Converter } from './convert.js';
import { takes } from './field.js';
import { environmentField } from './file-fields.js';
import { entryOf, isNull, type Node } from './node.js';
import { own } from './own.js';
import { type Param, paramValue } from './params.js';
import type { ParamValue, Value } from './pipeline.js';
import type { Known } from './scope.js';
import { readSource } from './source.js';
import { typeOf } from './types.js';

/** What else gives parameters their values, weakest first. */
export interface Given {
  /** Of the project, by environment. */
  readonly project: {
    readonly [environment: string]: { readonly params: { readonly [param: string]: Json } };
  };
  readonly environment?: string;
  /** Of a pipeline that uses this one; expressions are not known yet. */
  readonly call?: { readonly [name: string]: Value };
  /** `--set name=text`, and the folder where it was typed. */
  readonly set: { readonly [name: string]: string };
  readonly cwd: string;
  readonly root: string;
  /** A parameter without a value is no problem, only not known. */
  readonly partial: boolean;
}

export interface Params {
  readonly values: { readonly [name: string]: ParamValue };
  readonly known: { readonly [name: string]: Known };
  /** Text of paths that were typed on the command line, by parameter: absolute, or relative to the project. */
  readonly typed: ReadonlyMap<string, string>;
}

export function valueParams(
  declared: ReadonlyMap<string, Param>,
  environments: Node | undefined,
  given: Given,
  problems: Problem[],
): Params {
  const byFile = readEnvironments(environments, declared, problems);
  checkEnvironment(given, byFile, problems);
  const typedValues = typedOnCommandLine(declared, given, problems);
  const values: { [name: string]: ParamValue } = {};
  const known: { [name: string]: Known } = {};
  const typed = new Map<string, string>();
  for (const param of declared.values()) {
    const { name, type, at } = param;
    const chosen = choose(param, byFile, typedValues, given, problems);
    if (!chosen) {
      if (!given.partial && !given.call) missing(param, problems);
      known[name] = { type: celType(type) };
      values[name] = { value: null, type, from: 'call', at, pending: true };
      continue;
    }
    if (chosen.from === 'command' && typeof chosen.value === 'string')
      typed.set(name, fromFolder(chosen.value, given));
    const value = type === 'path' && typed.has(name) ? typed.get(name)! : chosen.value;
    values[name] = { value, type, from: chosen.from, at };
    known[name] = { type: value === null ? 'any' : typeOf(value), value };
  }
  return { values, known, typed };
}

function choose(
  param: Param,
  byFile: Environments,
  typed: ReadonlyMap<string, Json>,
  given: Given,
  problems: Problem[],
): { value: Json; from: ParamValue['from'] } | undefined {
  const { name } = param;
  const call = own(given.call, name);
  if (call) return call.kind === 'constant' ? { value: call.value, from: 'call' } : undefined;
  if (typed.has(name)) return { value: typed.get(name)!, from: 'command' };
  const inFile = given.environment === undefined ? undefined : byFile.get(given.environment)?.get(name);
  if (inFile !== undefined) return { value: inFile, from: 'environment' };
  const project =
    given.environment === undefined ? undefined : own(own(given.project, given.environment)?.params, name);
  if (project !== undefined && !given.call) return fromProject(param, project, given.environment!, problems);
  return param.default === undefined ? undefined : { value: param.default, from: 'default' };
}

function fromProject(
  param: Param,
  value: Json,
  environment: string,
  problems: Problem[],
): { value: Json; from: 'environment' } | undefined {
  const wrong: Problem[] = [];
  const at = { file: 'toolbox.yaml', line: 1, col: 1, length: 0 };
  const node = { kind: 'scalar', style: 'json', text: String(value), json: value, at, source: '' } as Node;
  const read =
    typeof value === 'object' ? value : paramValue(node, param.type, param.field, `"${param.name}"`, wrong);
  for (const { code, message } of wrong)
    problems.push(
      problem(code, `${message}, in environment "${environment}" of toolbox.yaml`, { at: param.at }),
    );
  return read === undefined || read === null ? undefined : { value: read, from: 'environment' };
}

type Environments = ReadonlyMap<string, ReadonlyMap<string, Json>>;

/** All environments are checked, the chosen one or not. */
function readEnvironments(
  node: Node | undefined,
  declared: ReadonlyMap<string, Param>,
  problems: Problem[],
): Environments {
  const all = new Map<string, Map<string, Json>>();
  if (!node || isNull(node)) return all;
  if (node.kind !== 'map') {
    problems.push(problem('spec/type', '"environments" takes a map: name: { params: … }', { at: node.at }));
    return all;
  }
  for (const { key, value } of node.entries) {
    const params = new Map<string, Json>();
    all.set(key, params);
    const list = entryOf(value, 'params')?.value;
    const rest =
      value.kind === 'map' ? { ...value, entries: value.entries.filter((e) => e.key !== 'params') } : value;
    new Converter(problems).convert(rest, environmentField, `environment "${key}"`, `environment "${key}"`);
    if (list?.kind !== 'map') continue;
    for (const { key: name, keyAt, value: written } of list.entries) {
      const param = declared.get(name);
      if (!param) {
        unknownParam(name, declared, problems, keyAt);
        continue;
      }
      const read = paramValue(written, param.type, param.field, `"${name}"`, problems);
      if (read !== undefined) params.set(name, read);
    }
  }
  return all;
}

function checkEnvironment(given: Given, byFile: Environments, problems: Problem[]): void {
  const { environment } = given;
  if (environment === undefined || given.call || byFile.has(environment) || own(given.project, environment))
    return;
  const names = [...new Set([...byFile.keys(), ...Object.keys(given.project)])].sort();
  const near = nearest(environment, names);
  const hint = near
    ? `did you mean ${near}?`
    : names.length > 0
      ? `known: ${names.join(', ')}`
      : 'this pipeline has none: see "environments:"';
  problems.push(problem('spec/unknown-environment', `no environment "${environment}"`, { hint }));
}

function typedOnCommandLine(
  declared: ReadonlyMap<string, Param>,
  given: Given,
  problems: Problem[],
): ReadonlyMap<string, Json> {
  const values = new Map<string, Json>();
  for (const [name, text] of Object.entries(given.set)) {
    const param = declared.get(name);
    if (!param) {
      unknownParam(name, declared, problems);
      continue;
    }
    const wrong: Problem[] = [];
    const read = fromText(text, param, wrong);
    for (const { code, message, hint } of wrong)
      problems.push(problem(code, `--set ${name}=${text}: ${message}`, hint ? { hint } : {}));
    if (read !== undefined) values.set(name, read);
  }
  return values;
}

/** Text of the command line as the parameter's type reads it: `a,b,c` and `[a, b]` are lists. */
function fromText(text: string, param: Param, problems: Problem[]): Json | undefined {
  const at = { file: '--set', line: 1, col: 1, length: text.length };
  const name = `"${param.name}"`;
  if (param.type === 'list' || param.type === 'map') {
    const bare = param.type === 'list' && !/^\s*\[/.test(text);
    const source = readSource('--set', bare ? `[${text}]` : text);
    problems.push(...source.problems);
    return source.root ? paramValue(source.root, param.type, param.field, name, problems) : undefined;
  }
  const style =
    param.type === 'number' || param.type === 'integer' || param.type === 'bool' ? 'plain' : 'single';
  return paramValue(
    { kind: 'scalar', style, text, at, source: text },
    param.type,
    param.field,
    name,
    problems,
  );
}

function fromFolder(path: string, given: Given): string {
  if (path === '~' || path.startsWith('~/')) return path;
  const absolute = resolve(given.cwd, path);
  const inside = relative(given.root, absolute);
  const outside = inside === '..' || inside.startsWith(`..${sep}`) || isAbsolute(inside);
  return outside ? absolute : inside.split(sep).join('/') || '.';
}

function unknownParam(
  name: string,
  declared: ReadonlyMap<string, Param>,
  problems: Problem[],
  at?: Place,
): void {
  const names = [...declared.keys()];
  const near = nearest(name, names);
  const hint = near
    ? `did you mean "${near}"?`
    : names.length > 0
      ? `known: ${names.join(', ')}`
      : 'this pipeline has no parameters';
  problems.push(problem('spec/unknown-param', `no parameter "${name}"`, { ...(at && { at }), hint }));
}

function missing(param: Param, problems: Problem[]): void {
  const hint = `give it with --set ${param.name}=…, or a "default:"; it takes ${takes(param.field)}`;
  problems.push(
    problem('spec/missing-key', `parameter "${param.name}" has no value`, { at: param.at, hint }),
  );
}

const celType = (type: ParamValue['type']): Known['type'] =>
  (
    ({
      string: 'text',
      path: 'text',
      quantity: 'text',
      number: 'number',
      integer: 'number',
      bool: 'bool',
      list: 'list',
      map: 'map',
    }) as const
  )[type];
