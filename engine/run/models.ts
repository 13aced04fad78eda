import type { Model } from '../artifacts/artifact.js';
import type { Models } from '../component.js';
import type { Actor, Events } from '../event.js';
import { openRegistry } from '../registry/registry.js';
import type { Workspace } from './workspace.js';

/** The registry as components see it; what they register is entered in the run's log. */
export function modelsOf(
  workspace: Workspace,
  events: Events,
  run: { readonly id: string; readonly pipeline: string; readonly engine: string; readonly actor: Actor },
): Models {
  const registry = openRegistry(workspace.project.root);
  return {
    async register({ name, model, metrics, description }) {
      const registered = await registry.register({
        name,
        model,
        metrics,
        objects: workspace.objects,
        engine: run.engine,
        actor: run.actor,
        run: run.id,
        pipeline: run.pipeline,
        ...(description !== undefined && { description }),
      });
      const { version, digest, created } = registered;
      if (created) events.emit({ type: 'model.registered', name, version, digest, metrics });
      return { name, version, digest, created };
    },
    async open(reference) {
      const { version, bundle, objects } = await registry.open(reference);
      // A version holds its own objects; copied, they are there for predictions like those of any model.
      for (const digest of version.objects) {
        const bytes = (await workspace.objects.has(digest)) ? undefined : await objects.get(digest);
        if (bytes) await workspace.objects.put(bytes);
      }
      return { kind: 'model', object: version.model, bundle } satisfies Model;
    },
  };
}
