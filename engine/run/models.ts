import type { Model } from '../artifacts/artifact.js';
import type { Models } from '../component.js';
import type { Actor, Events, Happening } from '../event.js';
import { openModel } from '../learn/bundle.js';
import { type Parity, proveParity } from '../learn/parity.js';
import { gateOf } from '../registry/gate.js';
import { openRegistry } from '../registry/registry.js';
import { learnEnvironment } from './context.js';
import { doorTo } from './read-file.js';
import type { Workspace } from './workspace.js';

/** The registry as components see it; what they register is entered in the run's log. */
export function modelsOf(
  workspace: Workspace,
  events: Events,
  run: { readonly id: string; readonly pipeline: string; readonly engine: string; readonly actor: Actor },
): Models {
  const registry = openRegistry(workspace.project.root);
  const log = (happening: Happening) => {
    events.emit(happening);
    return events.flush();
  };
  return {
    async register({ name, model, metrics, description, alias }) {
      const registered = await registry.register({
        name,
        model,
        metrics,
        objects: workspace.objects,
        engine: run.engine,
        actor: run.actor,
        run: run.id,
        pipeline: run.pipeline,
        ...(model.bundle.task !== 'forecast' && { prove: () => prove(workspace, model) }),
        ...(description !== undefined && { description }),
      });
      const { version, digest, created } = registered;
      if (created) events.emit({ type: 'model.registered', name, version, digest, metrics });
      if (alias !== undefined)
        await registry.promote({
          name,
          version,
          alias,
          reason: `registered by pipeline ${run.pipeline}`,
          actor: run.actor,
          run: run.id,
          log,
          gate: gateOf(alias, workspace.project.policy?.promote ?? [], [], (missed) =>
            log({ type: 'model.refused', name, alias, version, reason: `pipeline ${run.pipeline}`, missed }),
          ),
        });
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

/** Proves a model on rows that it was trained on, where the project still has them. */
async function prove(workspace: Workspace, { bundle, training }: Model): Promise<Parity> {
  const env = learnEnvironment(doorTo(workspace, 'registration', new AbortController().signal));
  const hasTable = training !== undefined && (await workspace.objects.has(training));
  const table = hasTable ? await workspace.tables.open(training) : undefined;
  return proveParity(env, await openModel(env, bundle), bundle, table);
}
