import { type Digest, digestOf, type Json } from '../canonical.js';
import type { ComponentInfo } from '../component.js';
import type { Step } from '../spec/pipeline.js';
import type { KeyParts } from '../store/record.js';
import { installedVersion } from './packages.js';

/** Components that enter a step's key: its own, and those of its prep items. */
export function componentsOf(step: Step): readonly ComponentInfo[] {
  if (step.target.kind !== 'component')
    throw new Error(`${step.id} is a call, its steps have keys of their own`);
  return [step.target.info, ...step.prep.map((item) => item.component)];
}

/**
 * All that decides the step's result. Ids, comments, order of keys and descriptions are not in it, so renaming a
 * step or reordering the file reuses every result.
 */
export function keyParts(
  step: Step,
  resolved: { config: Json; prep: readonly Json[] },
  inputs: { readonly [port: string]: readonly Digest[] },
  externals: { readonly [path: string]: Digest },
  seed: number,
  env: { readonly [variable: string]: string | undefined },
): KeyParts {
  const components = componentsOf(step);
  const info = components[0]!;
  const seeded = components.some((component) => component.determinism !== 'pure') || step.tune !== undefined;
  return {
    format: 1,
    component: info.name,
    version: info.version,
    implementation: Object.fromEntries(
      components.map((component) => [component.name, component.implementation]),
    ),
    config: {
      with: resolved.config,
      ...(step.prep.length > 0 && {
        prep: step.prep.map((item, i) => ({ use: item.use, with: resolved.prep[i]! })),
      }),
      ...(step.tune && { tune: tuneConfig(step.tune) }),
    },
    inputs,
    externals,
    programs: Object.fromEntries(
      components.flatMap(({ packages = [] }) => packages.map((name) => [name, installedVersion(name)])),
    ),
    environment: Object.fromEntries(
      (info.environment ?? []).flatMap((name) => {
        const value = env[name];
        // A variable may hold what nobody should read in a record: its digest tells a change as well.
        return value === undefined ? [] : [[name, digestOf(value)]];
      }),
    ),
    ...(seeded && { seed }),
  };
}

function tuneConfig(tune: NonNullable<Step['tune']>): Json {
  const { at: _, ...rest } = tune;
  return rest as unknown as Json;
}
