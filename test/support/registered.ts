import { join } from 'node:path';
import { canonical, type Json } from '#dist/engine/canonical.js';
import type { Happening } from '#dist/engine/event.js';
import type { Bundle } from '#dist/engine/learn/bundle-format.js';
import { openRegistry } from '#dist/engine/registry/registry.js';
import { openObjects } from '#dist/engine/store/objects.js';

export const actor = { kind: 'claimed', user: 'tester', host: 'here' } as const;

/** Registers a model that is nothing but its seed, as the next version; gives its number. */
export async function registerSeed(root: string, seed: number, metrics: { [name: string]: Json } = {}) {
  const objects = openObjects(join(root, '.toolbox', 'objects'));
  const bundle = {
    format: 1,
    task: 'regress',
    input: { fields: [] },
    output: { fields: [] },
    items: [],
    estimator: {
      component: 'train.x',
      version: '1',
      implementation: 'ab',
      stateVersion: 1,
      config: {},
      state: {},
    },
    features: [],
    trainingData: 'cd',
    trainingRows: 5,
    seed,
    example: { rows: [], expected: [] },
    reference: {},
    training: {},
  } as unknown as Bundle;
  const object = await objects.put(new TextEncoder().encode(canonical(bundle as unknown as Json)));
  const model = { kind: 'model', object, bundle } as const;
  const request = { name: 'facies', model, objects, metrics, engine: '0', actor };
  return (await openRegistry(root).register(request)).version;
}

/** What stands around a change of the registry; `logged` collects what the log is told. */
export function change(reason = 'because', logged: Happening[] = []) {
  const log = async (happening: Happening) => void logged.push(happening);
  return { name: 'facies', reason, actor, run: '20260101-000000-aaaaa', log };
}
