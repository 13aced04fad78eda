import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { byPlace, ok, type Problem, type Result } from '../problem.js';
import type { Project } from '../project.js';
import { Converter } from './convert.js';
import type { Field } from './field.js';
import { entryOf, found } from './node.js';
import { report } from './report.js';
import { readSource } from './source.js';

const folderList = (description: string): Field => ({
  type: 'array',
  description,
  items: { type: 'string', minLength: 1, format: 'path' },
});

const texts = (description: string): Field => ({
  type: 'array',
  description,
  items: { type: 'string', minLength: 1 },
});
const bounds = (description: string): Field => ({
  type: 'object',
  description,
  additionalProperties: { type: 'number' },
});

const promotionRule: Field = {
  type: 'object',
  additionalProperties: false,
  required: ['to'],
  properties: {
    to: { type: 'string', minLength: 1, description: 'staging, production or another alias' },
    models: texts('models that the rule holds for; default: all'),
    from: { type: 'string', minLength: 1, description: 'alias or stage that the version must have before' },
    minimum: bounds('metrics and the least that each must be'),
    maximum: bounds('metrics and the most that each may be'),
    no_worse: texts('metrics on which it must not be worse than the version that it replaces'),
    require: texts('conditions over metrics, current.metrics, rows and task: metrics.f1_weighted >= 0.8'),
  },
};

/** The keys of `toolbox.yaml`: read by them, and published to editors from them. */
export const projectField: Field = {
  type: 'object',
  additionalProperties: false,
  required: ['version', 'name'],
  properties: {
    version: { enum: [1], description: 'version of this file format' },
    name: {
      type: 'string',
      minLength: 1,
      maxLength: 80,
      description: 'name of the project',
    },
    engine: {
      type: 'string',
      description: 'engine versions that the project runs on: 0.1.0, ^0.1.0, >=0.1.0',
    },
    roots: {
      ...folderList('folders that pipelines may read and write, relative to the project'),
      default: ['.'],
    },
    components: { ...folderList('folders with the project’s own components, or files of them'), default: [] },
    environments: {
      type: 'object',
      description: 'parameters by environment, for all pipelines that have them',
      default: {},
      additionalProperties: {
        type: 'object',
        additionalProperties: false,
        properties: {
          params: { type: 'object', default: {}, description: 'values of parameters' },
          description: { type: 'string' },
        },
      },
    },
    access: { description: 'who may do what' },
    policy: {
      type: 'object',
      description: 'what must hold before a model moves on',
      default: {},
      additionalProperties: false,
      properties: { promote: { type: 'array', items: promotionRule } },
    },
    tracking: { description: 'where runs are reported to' },
  },
};

/** Reads `toolbox.yaml` of the folder `root`; all problems at once, with their places. */
export function readProject(root: string, engine: string): Result<Project> {
  const source = readSource('toolbox.yaml', readFileSync(join(root, 'toolbox.yaml')));
  const problems: Problem[] = [...source.problems];
  const fail = (): Result<Project> => ({ ok: false, problems: problems.sort(byPlace) });
  if (source.root?.kind !== 'map') {
    const at = { file: 'toolbox.yaml', line: 1, col: 1, length: 1 };
    const what = source.root ? `holds ${found(source.root)}` : 'is empty';
    if (problems.length === 0)
      report(
        problems,
        'project/invalid',
        `toolbox.yaml ${what}`,
        at,
        'it begins with version: 1 and name: …',
      );
    return fail();
  }
  const value = new Converter(problems).convert(source.root, projectField, 'toolbox.yaml', 'toolbox.yaml');
  if (value?.kind !== 'constant') return fail();
  const read = value.value as unknown as Omit<Project, 'root'> & { readonly engine?: string };
  if (read.engine !== undefined)
    checkEngine(read.engine, engine, entryOf(source.root, 'engine')!.value.at, problems);
  if (problems.some((p) => p.severity === 'error')) return fail();
  const { name, roots, components, environments, policy } = read;
  return ok({ root, name, roots, components, environments, ...(policy && { policy }) }, problems);
}

/** Pipelines of the project: YAML files under `pipelines/`, relative to the root, by code point. */
export function pipelineFiles({ root }: Pick<Project, 'root'>): readonly string[] {
  try {
    return readdirSync(join(root, 'pipelines'))
      .filter((name) => /\.ya?ml$/.test(name))
      .sort()
      .map((name) => `pipelines/${name}`);
  } catch {
    return [];
  }
}

function checkEngine(wanted: string, engine: string, at: Problem['at'] & object, problems: Problem[]): void {
  const fits = satisfies(engine, wanted);
  if (fits === undefined)
    report(
      problems,
      'project/invalid',
      `"${wanted}" names no versions`,
      at,
      'write 0.1.0, ^0.1.0 or >=0.1.0',
    );
  else if (!fits) {
    const hint = `npm install ds-toolbox@${wanted.includes(' ') ? `"${wanted}"` : wanted}`;
    report(
      problems,
      'project/version',
      `the project wants engine ${wanted}, and this is ${engine}`,
      at,
      hint,
    );
  }
}

/**
 * Does a version fit a range? Of npm's ranges the usual: `1.2.3`, `1.2`, `^1.2.3`, `~1.2.3`, `>=1.2.3`, `<2`, and
 * several of these, which must all hold. Undefined where the range is none of these.
 */
export function satisfies(version: string, range: string): boolean | undefined {
  const actual = parts(version.replace(/-.*$/, ''));
  let fits = true;
  for (const term of range.trim().split(/\s+/)) {
    const match = /^(\^|~|>=|<=|<|>|=)?v?(\d+(?:\.\d+){0,2})$/.exec(term);
    if (!match || !actual) return undefined;
    const wanted = parts(match[2]!)!;
    fits &&= holds(actual, match[1] ?? '=', wanted);
  }
  return fits;
}

function holds(actual: readonly number[], operator: string, wanted: readonly number[]): boolean {
  const order = compare(actual, wanted);
  // How many leading parts must be equal: ^ keeps all up to the first that is not 0, ~ and = what is written.
  const same = (count: number) => compare(actual.slice(0, count), wanted.slice(0, count)) === 0;
  switch (operator) {
    case '^': {
      const first = wanted.findIndex((part) => part !== 0);
      return order >= 0 && same((first < 0 ? wanted.length - 1 : first) + 1);
    }
    case '~':
      return order >= 0 && same(Math.min(2, wanted.length));
    case '>=':
      return order >= 0;
    case '<=':
      return order <= 0 || same(wanted.length);
    case '<':
      return order < 0;
    case '>':
      return order > 0 && !same(wanted.length);
    default:
      return same(wanted.length);
  }
}

const parts = (version: string): readonly number[] | undefined =>
  /^\d+(\.\d+)*$/.test(version) ? version.split('.').map(Number) : undefined;

function compare(a: readonly number[], b: readonly number[]): number {
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
