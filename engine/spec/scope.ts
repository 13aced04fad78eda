import type { CelType } from '../../components/lib/cel.js';
import type { Json } from '../canonical.js';
import type { Code } from '../codes.js';
import { nearest } from '../problem.js';
import type { RunFacts } from './evaluate.js';
import { own } from './own.js';

/** What expressions at one place may name. */
export interface Scope {
  readonly params: { readonly [name: string]: Known };
  readonly env: { readonly [name: string]: Known };
  readonly run: { readonly [name: string]: Known };
  /** Inside a step with `foreach`. */
  readonly each?: { readonly [name: string]: CelType };
  step(id: string): StepFacts | undefined;
  readonly stepIds: readonly string[];
  /** Path that the person typed for a parameter: relative to the project, or absolute. */
  typedPath?(param: string): string | undefined;
}

/** `value` is absent where it is known only when the run gets there. */
export interface Known {
  readonly type: CelType;
  readonly value?: Json;
}

export interface StepFacts {
  readonly label: string;
  /** Absent where the step's component is unknown: nothing can be said of it then. */
  readonly metrics?: { readonly [name: string]: CelType };
  readonly outputs: readonly string[];
  readonly foreach: boolean;
}

export const runTypes: { readonly [name in keyof RunFacts]: CelType } = {
  id: 'text',
  pipeline: 'text',
  environment: 'text',
  seed: 'number',
  date: 'text',
};

interface Wrong {
  readonly code: Code;
  readonly message: string;
  readonly hint?: string;
}

const wrong = (message: string, hint?: string, code: Code = 'spec/expression'): Wrong => ({
  code,
  message,
  ...(hint && { hint }),
});

const listed = (names: readonly string[]): string =>
  `${names.slice(0, 12).join(', ')}${names.length > 12 ? ', …' : ''}`;

const contexts = ['params', 'env', 'secrets', 'steps', 'each', 'run'];
const otherTools: { readonly [root: string]: string } = {
  vars: 'params',
  inputs: 'params',
  matrix: 'each',
  item: 'each',
  needs: 'steps',
  tasks: 'steps',
  secret: 'secrets',
};

/** Type of a member such as `steps.score.metrics.f1`, or what is wrong with it. */
export function lookUp(
  path: readonly string[],
  scope: Scope,
  secretAllowed: boolean,
): { readonly type: CelType } | Wrong {
  const [root, name] = path as [string, string | undefined];
  switch (root) {
    case 'params':
      return member(path, scope.params, 'parameter', 'declare it under "params:"');
    case 'env':
      return member(path, scope.env, 'environment variable', 'declare it under "env:"');
    case 'run':
      return member(path, scope.run, 'fact of the run', '');
    case 'each': {
      if (!scope.each) return wrong('"each" is known only in a step with foreach');
      const types = Object.entries(scope.each).map(([key, type]) => [key, { type }] as const);
      return member(path, Object.fromEntries(types), 'key of foreach', '');
    }
    case 'secrets':
      if (name === undefined) return wrong('write secrets.NAME');
      if (secretAllowed) return { type: 'text' };
      return wrong(
        'a secret may stand only in a field that is made for one',
        '`toolbox components show` tells which fields take secrets',
        'spec/secret',
      );
    case 'steps':
      return stepMember(path, scope);
    default: {
      if (root === 'row')
        return wrong(
          '"row" is known only in fields over rows',
          'these are written without ${{ }}: row.depth > 3',
        );
      const near = own(otherTools, root) ?? nearest(root, contexts);
      const hint = near ? `did you mean ${near}${name ? `.${name}` : ''}?` : `known: ${contexts.join(', ')}`;
      const text = name === undefined && !near ? '; text needs quotes of its own' : '';
      return wrong(`nothing is called "${root}" in expressions`, hint + text);
    }
  }
}

function member(
  path: readonly string[],
  known: { readonly [name: string]: Known },
  what: string,
  declare: string,
): { readonly type: CelType } | Wrong {
  const [root, name] = path as [string, string | undefined];
  if (name !== undefined && Object.hasOwn(known, name))
    return { type: path.length > 2 ? 'any' : known[name]!.type };
  const names = Object.keys(known);
  if (name === undefined)
    return wrong(`write ${root}.NAME`, names.length > 0 ? `known: ${listed(names)}` : undefined);
  const near = nearest(name, names);
  const hint = near
    ? `did you mean ${root}.${near}?`
    : names.length > 0
      ? `known: ${listed(names)}`
      : declare;
  return wrong(`no ${what} "${name}"`, hint, root === 'params' ? 'spec/unknown-param' : 'spec/expression');
}

function stepMember(path: readonly string[], scope: Scope): { readonly type: CelType } | Wrong {
  const [, id, part, name] = path;
  if (id === undefined) return wrong('write steps.ID.metrics.NAME');
  const step = scope.step(id);
  if (!step) {
    const near = nearest(id, scope.stepIds);
    return wrong(`no step "${id}"`, near ? `did you mean ${near}?` : undefined, 'spec/unknown-step');
  }
  if (!step.metrics) return { type: 'any' };
  if (step.foreach)
    return wrong(`step "${id}" runs once for each of its foreach, so it has no one value here`);
  if (part === 'outputs' && name !== undefined) return outputMember(path, step);
  const known = Object.keys(step.metrics);
  if (part !== 'metrics' || name === undefined) {
    const meant = part !== undefined && known.includes(part) ? part : known[0];
    const example = meant ? `metrics.${meant}` : `outputs.${step.outputs[0] ?? 'out'}.rows`;
    return wrong(`a step has metrics and outputs`, `write steps.${id}.${example}`);
  }
  if (Object.hasOwn(step.metrics, name)) return { type: step.metrics[name]! };
  const near = nearest(name, known);
  const all = known.length > 0 ? `it measures ${listed(known)}` : 'it measures nothing';
  return wrong(`${step.label} does not measure "${name}"`, near ? `did you mean ${near}?` : all);
}

function outputMember(path: readonly string[], step: StepFacts): { readonly type: CelType } | Wrong {
  const [, , , name, fact] = path as [string, string, string, string, string | undefined];
  if (!step.outputs.includes(name)) {
    const near = nearest(name, step.outputs);
    const hint = near ? `did you mean ${near}?` : `it has ${listed(step.outputs)}`;
    return wrong(`${step.label} has no output "${name}"`, hint, 'spec/unknown-port');
  }
  if (fact === 'rows') return { type: 'number' };
  if (fact === 'digest') return { type: 'text' };
  return wrong('an output has rows and digest', `write ${path.slice(0, 4).join('.')}.rows`);
}
