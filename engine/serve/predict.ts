import type { FastifyReply, FastifyRequest } from 'fastify';
import { InputError } from '../../components/lib/errors.js';
import { type Answered, FEW } from '../learn/online.js';
import { ProblemError } from '../problem.js';
import { JSON_TYPE } from './http.js';
import type { InferenceLog } from './inference-log.js';
import type { Metrics } from './metrics.js';
import { readPredict } from './predict-request.js';
import { Refusal, refusalOf } from './refusal.js';
import type { Loaded, ServedModel } from './served-model.js';

export interface PredictOptions {
  readonly maxRows: number;
  /** Longest time for an answer, seconds. */
  readonly seconds: number;
  readonly metrics: Metrics;
  readonly inference?: InferenceLog;
}

/** The version that serves now, or a refusal. */
export function loadedOf(model: ServedModel | undefined): Loaded {
  if (model?.loaded) return model.loaded;
  throw new Refusal('serve/no-model', 'no model is loaded', { headers: { 'retry-after': '5' } });
}

/** `POST /predict` of a model. */
export function predictHandler(model: ServedModel | undefined, options: PredictOptions) {
  return async (request: FastifyRequest, reply: FastifyReply): Promise<unknown> => {
    const loaded = loadedOf(model);
    const asked = readPredict(request.body, loaded, options.maxRows);
    if (asked.explain && !loaded.online.explains)
      throw new Refusal('request/shape', `${loaded.bundle.estimator.component} gives no explanations`);
    const { prediction, x, explanation } = await predictRows(
      loaded,
      asked.rows,
      options,
      request.id,
      asked.explain,
    );
    reply.type(JSON_TYPE);
    return loaded.write({
      prediction,
      rows: asked.rows.length,
      counter: asked.counter,
      ...(explanation && { explanation }),
      ...(asked.features && { x }),
      ...(asked.metadata !== undefined && { metadata: asked.metadata }),
    });
  };
}

/** Predictions of rows, counted and noted; throws a Refusal where they do not fit or the model cannot work with them. */
export async function predictRows(
  loaded: Loaded,
  rows: readonly unknown[],
  { metrics, seconds, inference }: PredictOptions,
  requestId: string,
  explain = false,
): Promise<Extract<Answered, { ok: true }>> {
  const start = performance.now();
  const work = loaded.online.answer(rows, { explain });
  const answered = await guarded(rows.length <= FEW ? work : inTime(work, seconds));
  if (!answered.ok) {
    const count = answered.wrong.length + answered.more;
    throw new Refusal(
      'request/rows',
      `${count === 1 ? 'one value does' : `${count} values do`} not fit the model`,
      {
        cells: answered.wrong,
        more: answered.more,
      },
    );
  }
  const took = (performance.now() - start) / 1000;
  metrics.predicted(loaded, answered.prediction, rows.length, took);
  inference?.note(loaded, requestId, rows, answered.prediction);
  return answered;
}

/** What a model throws is told as the values' fault, never as it was thrown. */
async function guarded<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof ProblemError) throw refusalOf(error, 'request/values');
    if (error instanceof InputError)
      throw new Refusal('request/values', 'the model cannot work with these values', {
        hint: 'some models take no missing values',
      });
    throw error;
  }
}

async function inTime<T>(work: Promise<T>, seconds: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const refusal = new Refusal('serve/busy', `no answer within ${seconds} s`, {
      headers: { 'retry-after': '1' },
    });
    timer = setTimeout(() => reject(refusal), seconds * 1000);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
