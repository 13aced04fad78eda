import type { CelType } from '../../components/lib/cel.js';
import type { Catalog, ComponentInfo, Ports } from '../component.js';
import { nearest, type Place, type Problem, problem } from '../problem.js';
import type { Field } from './field.js';
import type { Param } from './params.js';

/** What a step uses, as far as wiring and checking need it. */
export interface Target {
  /** As messages call it. */
  readonly label: string;
  readonly info?: ComponentInfo;
  /** Path of a pipeline, relative to the project. */
  readonly pipeline?: string;
  readonly config: Field;
  readonly inputs: Ports;
  readonly outputs: { readonly [port: string]: { readonly kind: string } };
  readonly metrics: { readonly [name: string]: CelType };
}

/** What a pipeline that is used by path declares. */
export interface Declaration {
  readonly params: ReadonlyMap<string, Param>;
  readonly inputs: { readonly [name: string]: { readonly kind: string; readonly description?: string } };
  readonly outputs: { readonly [name: string]: { readonly kind: string } };
}

export const isPipelinePath = (use: string): boolean => /\.ya?ml$/.test(use);

export function componentTarget(info: ComponentInfo): Target {
  const types = { number: 'number', integer: 'number', string: 'text', bool: 'bool' } as const;
  return {
    label: info.name,
    info,
    config: info.config as Field,
    inputs: info.inputs,
    outputs: info.outputs,
    metrics: Object.fromEntries(
      Object.entries(info.metrics).map(([name, spec]) => [name, types[spec.type ?? 'number']]),
    ),
  };
}

export function pipelineTarget(path: string, declaration: Declaration): Target {
  const params = [...declaration.params.values()];
  const config: Field = {
    type: 'object',
    additionalProperties: false,
    properties: Object.fromEntries(params.map((param) => [param.name, param.field])),
    required: params.filter((param) => param.default === undefined).map((param) => param.name),
  };
  const inputs = Object.entries(declaration.inputs).map(([name, input]) => [
    name,
    { description: '', ...input },
  ]);
  return {
    label: path,
    pipeline: path,
    config,
    inputs: Object.fromEntries(inputs) as Ports,
    outputs: declaration.outputs,
    metrics: {},
  };
}

/** The component of that name, or a problem with the nearest ones. */
export function findComponent(
  catalog: Pick<Catalog, 'components'>,
  use: string,
  at: Place,
): ComponentInfo | Problem {
  const info = catalog.components.get(use);
  if (info) return info;
  const names = [...catalog.components.keys()];
  const [stage] = use.split('.');
  const near = nearest(use, names) ?? names.filter((name) => name.endsWith(`.${use}`)).sort()[0];
  const siblings = names.filter((name) => name.startsWith(`${stage}.`)).sort();
  const hint = near
    ? `did you mean ${near}?`
    : siblings.length > 0
      ? `in ${stage}: ${siblings.join(', ')}`
      : '`toolbox components` lists all';
  return problem('spec/unknown-component', `no component "${use}"`, { at, hint });
}
