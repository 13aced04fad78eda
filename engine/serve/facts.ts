import type { Field } from '../artifacts/schema.js';
import type { Json } from '../canonical.js';
import type { Loaded, ServedModel } from './served-model.js';

/** `GET /model_info`: what a model is, what it takes and what it gives. */
export function modelInfo(model: Loaded) {
  const { bundle, version } = model;
  return {
    model_name: model.name,
    model_version: model.id,
    model_type: bundle.estimator.component,
    task: bundle.task,
    num_features: model.features.length,
    feature_breakdown: breakdown(model),
    classes: model.classes,
    deployment_modes: ['online', 'batch'],
    input: model.input.fields.map(columnInfo),
    digest: model.digest,
    trained_rows: bundle.trainingRows,
    metrics: version.metrics,
    ...(version.description !== undefined && { description: version.description }),
    ...tuningInfo(model),
  };
}

function columnInfo({ name, type, role, width, unit, currency, description }: Field) {
  return { name, type, role, width, unit, currency, description };
}

/** How many of the estimator's features are columns as sent, embeddings, or made of columns in other ways. */
function breakdown({ features, input }: Loaded): { readonly [kind: string]: number } {
  const sent = new Set(input.fields.map(({ name }) => name));
  const counts: { [kind: string]: number } = {};
  for (const name of features) {
    const kind = sent.has(name) ? 'columns' : /^embedding_\d+$/.test(name) ? 'embeddings' : 'derived';
    counts[kind] = (counts[kind] ?? 0) + 1;
  }
  return counts;
}

function tuningInfo({ bundle }: Loaded) {
  if (!bundle.tuning || typeof bundle.tuning !== 'object') return {};
  const { best, metric, trials } = bundle.tuning as {
    readonly best?: number;
    readonly metric?: Json;
    readonly trials?: readonly { readonly number: number; readonly mean: number }[];
  };
  return {
    hyperparameter_tuning: {
      method: 'cross-validated search',
      metric: metric ?? null,
      best_model_type: bundle.estimator.component,
      best_cv_score: trials?.find(({ number }) => number === best)?.mean ?? null,
    },
  };
}

/** `GET /health`: `ok` where every model is the version that its reference means, else `degraded`, with the reason. */
export function health(models: readonly ServedModel[], stopping: boolean) {
  const first = models[0]?.loaded;
  const isWell = models.every((model) => model.loaded && !model.problem);
  return {
    status: stopping ? 'stopping' : isWell && models.length > 0 ? 'ok' : 'degraded',
    model_loaded: first !== undefined,
    model_type: first?.bundle.estimator.component ?? null,
    num_features: first?.features.length ?? 0,
    timestamp: new Date().toISOString(),
    models: models.map(({ name, source, loaded, problem }) => ({
      name,
      reference: source.reference,
      version: loaded?.id ?? null,
      since: loaded?.since ?? null,
      ...(problem && { problem: { code: problem.code, message: problem.message } }),
    })),
  };
}
