import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Json } from '../canonical.js';
import { byPlace, failed, ok, type Problem, problem, type Result } from '../problem.js';
import type { Project } from '../project.js';
import { Converter } from './convert.js';
import type { Field } from './field.js';
import { readSource } from './source.js';

const texts = (description: string): Field => ({ type: 'array', items: { type: 'string' }, description });

/** The keys of `toolbox.yaml`. */
export const projectField: Field = {
  type: 'object',
  additionalProperties: false,
  required: ['version', 'name'],
  properties: {
    version: { enum: [1], description: 'version of this file format' },
    name: { type: 'string', minLength: 1, maxLength: 80, description: 'name of the project' },
    engine: { type: 'string', description: 'engine versions that the project works with: ">=0.1.0"' },
    roots: texts('folders that pipelines may read and write; default: the project itself'),
    components: texts("folders with the project's own components"),
    environments: {
      type: 'object',
      description: 'parameters by environment, for all pipelines',
      additionalProperties: {
        type: 'object',
        additionalProperties: false,
        properties: {
          params: { type: 'object', additionalProperties: true, description: 'parameters by name' },
        },
      },
    },
  },
};

/** Reads `toolbox.yaml`; all problems at once, with their places. */
export function readProject(root: string, engine: string): Result<Project> {
  const source = readSource('toolbox.yaml', readFileSync(join(root, 'toolbox.yaml')));
  const problems: Problem[] = [...source.problems];
  const value =
    source.root && new Converter(problems).convert(source.root, projectField, 'toolbox.yaml', 'toolbox.yaml');
  if (value?.kind !== 'constant' || problems.some((p) => p.severity === 'error'))
    return failed(
      ...(problems.length > 0
        ? problems.sort(byPlace)
        : [
            problem('project/invalid', 'toolbox.yaml is empty', {
              hint: 'it begins with version: 1 and name: …',
            }),
          ]),
    );
  const read = value.value as {
    name: string;
    engine?: string;
    roots?: string[];
    components?: string[];
    environments?: { [name: string]: { params?: { [param: string]: Json } } };
  };
  if (read.engine !== undefined && !satisfies(engine, read.engine))
    return failed(
      problem('project/version', `the project wants engine ${read.engine}, this is ${engine}`, {
        hint: 'install the version that the project names',
      }),
    );
  return ok({
    root,
    name: read.name,
    roots: read.roots ?? ['.'],
    components: read.components ?? [],
    environments: Object.fromEntries(
      Object.entries(read.environments ?? {}).map(([name, { params }]) => [name, { params: params ?? {} }]),
    ),
  });
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

/** `0.1.0` satisfies `0.1.0`, `>=0.1.0` and `^0.1.0` (same leading number that is not 0). */
function satisfies(version: string, range: string): boolean {
  const [, operator = '', wanted = ''] = /^(>=|\^)?\s*(\d+\.\d+\.\d+)$/.exec(range.trim()) ?? [];
  if (!wanted) return false;
  const a = version.split(/[.-]/).slice(0, 3).map(Number);
  const b = wanted.split('.').map(Number);
  const order = a[0]! - b[0]! || a[1]! - b[1]! || a[2]! - b[2]!;
  if (operator === '>=') return order >= 0;
  if (operator === '') return order === 0;
  const fixed = b.findIndex((part) => part !== 0);
  return order >= 0 && a.slice(0, fixed + 1).every((part, i) => part === b[i]);
}
