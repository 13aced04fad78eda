import { defineComponent, metrics, model } from '../../engine/component.js';
import { Config, Type } from '../../engine/schema.js';

/** A new version in the project's registry, unless the latest is this very model. */
export default defineComponent({
  name: 'serve.register',
  version: '1',
  summary: 'Enter a model in the registry as an immutable version',
  config: Config({
    name: Type.String({
      pattern: '^[a-z][a-z0-9-]{0,62}$',
      description: 'name under which it is registered and served',
    }),
    alias: Type.Optional(
      Type.String({
        pattern: '^[a-z][a-z0-9-]{0,62}$',
        description: 'alias or stage that stands for it from then on, if the policy of toolbox.yaml holds',
      }),
    ),
    description: Type.Optional(Type.String({ maxLength: 2000, description: 'what it is for' })),
  }),
  inputs: {
    model: model('the trained model'),
    metrics: metrics('what was measured on the test rows', { optional: true }),
  },
  outputs: { registered: metrics('name, version and digest') },
  metrics: {
    version: { description: 'number of the version', type: 'integer' },
    created: { description: 'false where the same model was registered before', type: 'bool' },
  },
  needs: ['models'],
  // Registering the same model again changes nothing, so it runs each time and survives a deleted registry.
  determinism: 'never',
  effects: [
    { kind: 'registry', description: 'adds a version of {name} to the registry', idempotent: true },
    {
      kind: 'alias',
      when: 'alias',
      description: 'lets {name}@{alias} stand for that version',
      idempotent: true,
    },
  ],
  example: 'use: serve.register\nin: { model: model, metrics: score }\nwith: { name: seismic-facies }',
  async run(ctx) {
    const registered = await ctx.models.register({
      name: ctx.config.name,
      model: ctx.in.model,
      metrics: ctx.in.metrics?.values ?? {},
      ...(ctx.config.alias !== undefined && { alias: ctx.config.alias }),
      ...(ctx.config.description !== undefined && { description: ctx.config.description }),
    });
    return { registered: { kind: 'metrics', values: { ...registered }, details: {} } };
  },
});
