import type { FastifyInstance } from 'fastify';
import { addJobRoutes, type BatchOptions, batchHandler } from './batch.js';
import { health, modelInfo } from './facts.js';
import { type Access, addGuard } from './guard.js';
import { createHttp } from './http.js';
import type { InferenceLog } from './inference-log.js';
import type { Log } from './log.js';
import { createMetrics } from './metrics.js';
import { addOpenInference } from './open-inference.js';
import { openApi } from './openapi.js';
import { page, pagePolicy } from './page.js';
import { loadedOf, type PredictOptions, predictHandler } from './predict.js';
import { Routes } from './routes.js';
import type { ServedModel } from './served-model.js';

export interface ServeOptions {
  /** The first answers the addresses without a name. */
  readonly models: readonly ServedModel[];
  readonly name: string;
  readonly engine: string;
  readonly log: Log;
  readonly access?: Access;
  /** Requests a second by caller. */
  readonly rate?: number;
  readonly limits: Limits;
  /** Where files may be predicted; nowhere where absent. */
  readonly batch?: Omit<BatchOptions, 'seconds'>;
  readonly inference?: InferenceLog;
}

export interface Limits {
  /** Largest body, bytes. */
  readonly body: number;
  /** Most rows of one request. */
  readonly rows: number;
  /** Most batch jobs that may wait. */
  readonly jobs: number;
  /** Seconds for a request to arrive, and again for its answer. */
  readonly seconds: number;
}

export const defaultLimits: Limits = { body: 10 * 2 ** 20, rows: 10_000, jobs: 100, seconds: 30 };

/** How often it is looked whether a reference means another version. */
const LOOK_MS = 500;

/** A server of models, not yet listening. */
export interface ModelServer {
  readonly app: FastifyInstance;
  /** Looks for moved references until the server stops. */
  watch(): void;
  /** Answers what was begun, refuses what comes after, and ends. */
  stop(): Promise<void>;
}

export function createServer(options: ServeOptions): ModelServer {
  const { models, log, limits, access, rate, inference } = options;
  let inFlight = 0;
  let stopping = false;
  let timer: NodeJS.Timeout | undefined;
  const metrics = createMetrics(() => inFlight, inference?.drift);
  const app = createHttp(limits, log);
  const byName = new Map(models.map((model) => [model.name, model]));
  const predictOptions: PredictOptions = {
    maxRows: limits.rows,
    seconds: limits.seconds,
    metrics,
    ...(inference && { inference }),
  };

  app.addHook('onRequest', (_request, _reply, done) => {
    inFlight++;
    done();
  });
  addGuard(app, {
    isStopping: () => stopping,
    ...(access && { access }),
    ...(rate !== undefined && { rate }),
  });
  app.addHook('onResponse', (request, reply, done) => {
    inFlight--;
    const took = reply.elapsedTime;
    const { url: route = 'none' } = request.routeOptions;
    metrics.request(request.method, route, reply.statusCode, took / 1000);
    log.write('info', 'request', {
      request_id: request.id,
      method: request.method,
      route,
      status: reply.statusCode,
      ms: Math.round(took * 1000) / 1000,
      key: request.caller?.id,
    });
    done();
  });

  const routes = new Routes(app);
  const [first] = models;
  routes.add('GET', '/', 'any', () => overview(options));
  routes.add('GET', '/health', undefined, (_request, reply) => {
    if (!first?.loaded) reply.code(503);
    return health(models, stopping);
  });
  routes.add('GET', '/metrics', 'metrics', async (_request, reply) => {
    reply.type(metrics.contentType);
    return metrics.text();
  });
  const batch = options.batch && batchHandler({ ...options.batch, seconds: limits.seconds });
  if (options.batch) addJobRoutes(routes, options.batch.jobs);
  for (const [prefix, model] of [['', first] as const, ...named(byName)]) {
    if (batch) routes.add('POST', `${prefix}/batch_predict`, 'batch', batch(model), model?.name);
    routes.add('GET', `${prefix}/model_info`, 'any', () => modelInfo(loadedOf(model)));
    routes.add('POST', `${prefix}/predict`, 'predict', predictHandler(model, predictOptions), model?.name);
  }
  addOpenInference(routes, models, options.engine, predictOptions);
  routes.add('GET', '/openapi.json', 'any', () => openApi(models, options.engine, batch !== undefined));
  routes.add('GET', '/docs', undefined, (_request, reply) => {
    reply.type('text/html; charset=utf-8').header('content-security-policy', pagePolicy);
    return page;
  });
  routes.close();

  for (const model of models) if (model.loaded) metrics.serves(model.loaded);
  const look = async () => {
    for (const model of models) {
      const before = model.problem;
      const loaded = await model.refresh();
      if (loaded) {
        metrics.serves(loaded);
        log.write('info', 'model loaded', { model: model.name, version: loaded.id });
      } else if (model.problem && model.problem !== before)
        log.write('error', 'model not loaded', {
          model: model.name,
          reference: model.source.reference,
          code: model.problem.code,
          problem: model.problem.message,
          serving: model.loaded?.id,
        });
    }
    if (!stopping) timer = setTimeout(() => void look(), LOOK_MS).unref();
  };

  return {
    app,
    watch: () => void look(),
    async stop() {
      stopping = true;
      clearTimeout(timer);
      await options.batch?.jobs.close();
      // Connections that finish their request only now are kept open by their clients: nobody else closes them.
      const sweep = setInterval(() => app.server.closeIdleConnections(), 50);
      const cut = setTimeout(() => app.server.closeAllConnections(), limits.seconds * 1000);
      await app.close();
      clearInterval(sweep);
      clearTimeout(cut);
      await inference?.close();
      log.flush();
    },
  };
}

const named = (models: ReadonlyMap<string, ServedModel>) =>
  [...models].map(([name, model]) => [`/models/${name}`, model] as const);

/** `GET /`: what is here. */
function overview({ models, name, engine, batch }: ServeOptions) {
  const first = models[0]?.loaded;
  const post = batch ? ['predict', 'batch_predict'] : ['predict'];
  const get = ['model_info'];
  const jobs = batch ? ['GET /jobs', 'GET /jobs/{id}', 'DELETE /jobs/{id}'] : [];
  return {
    name,
    version: engine,
    features: first?.features ?? [],
    endpoints: [
      ...['/', '/health', '/metrics', '/docs', '/openapi.json', '/v2'].map((path) => `GET ${path}`),
      ...jobs,
      ...['', ...models.map((model) => `/models/${model.name}`)].flatMap((prefix) => [
        ...get.map((path) => `GET ${prefix}/${path}`),
        ...post.map((path) => `POST ${prefix}/${path}`),
      ]),
    ],
    models: models.map((model) => ({ name: model.name, version: model.loaded?.id ?? null })),
  };
}
