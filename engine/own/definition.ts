import type { AnyDefinition } from '../component.js';

const NAME = /^[a-z][a-z0-9-]*\.[a-z][a-z0-9-]*$/;

export const nameHint = 'stage.name in lower case, with digits and hyphens: prep.clip, team.score';
export const isName = (name: unknown): name is string => typeof name === 'string' && NAME.test(name);

/** What is wrong with the default export of a component's module, or undefined: what types would have said. */
export function checkDefinition(definition: Partial<AnyDefinition> | undefined): string | undefined {
  if (definition === undefined) return 'it has no default export';
  const { kind, name, version, summary, config, example, determinism } = definition;
  if (kind !== 'component' && kind !== 'transform' && kind !== 'estimator')
    return 'its default export is not made with defineComponent, defineTransform or defineEstimator';
  if (!isName(name)) return `"${String(name)}" cannot be its name: ${nameHint}`;
  for (const [key, value] of Object.entries({ version, summary, example, determinism }))
    if (typeof value !== 'string' || value === '') return `its "${key}" must be text`;
  if ((config as { type?: unknown } | undefined)?.type !== 'object')
    return 'its "config" must be made with Config({ … })';
  const needed = {
    component: ['run', 'inputs', 'outputs'],
    transform: ['apply', 'columns', 'scope'],
    estimator: ['fit', 'task'],
  }[kind];
  const missing = needed.find((key) => (definition as { [key: string]: unknown })[key] === undefined);
  if (missing !== undefined) return `it lacks "${missing}"`;
  if (kind !== 'component' && !Number.isInteger((definition as { stateVersion?: unknown }).stateVersion))
    return 'its "stateVersion" must be a whole number';
  return undefined;
}
