import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import type { Prediction } from '../component.js';
import { bestClass } from './answers.js';
import type { Drift } from './inference/drift.js';
import type { Loaded } from './served-model.js';
import { Spread, Tally } from './tally.js';

const seconds = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1];

/** A name as Prometheus takes it: `seismic-facies` is seismic_facies. */
export const metricPrefix = (name: string): string =>
  name.replaceAll(/[^a-zA-Z0-9_]/g, '_').replace(/^(?=\d)/, '_');

/** What `/metrics` tells: predictions of each model, requests by route and status, the process. */
export interface Metrics {
  readonly contentType: string;
  text(): Promise<string>;
  /** A request ended. `took` in seconds. */
  request(method: string, route: string, status: number, took: number): void;
  /** Rows were predicted. `took` in seconds. */
  predicted(model: Loaded, prediction: Prediction, rows: number, took: number): void;
  /** A version is served from now on. */
  serves(model: Loaded): void;
}

/** `drift` tells of a version, by its id; where nothing is known of it there are no such gauges. */
export function createMetrics(
  inFlight: () => number,
  drift: (version: string) => Drift | undefined = () => undefined,
): Metrics {
  const register = new Registry();
  const registers = [register];
  collectDefaultMetrics({ register });
  // Gauges that are named like counters, which promtool refuses.
  for (const what of ['handles', 'requests', 'resources'])
    register.removeSingleMetric(`nodejs_active_${what}_total`);
  const requests = new Tally(
    register,
    'http_requests_total',
    'Requests answered, by method, route and status.',
    (key) => {
      const [method, status, route] = key.split(' ') as [string, string, string];
      return { method, route, status };
    },
  );
  const durations = new Spread(
    register,
    'http_request_duration_seconds',
    'Seconds from the first byte of a request to the last of its answer.',
    seconds,
    (route) => ({ route }),
  );
  new Gauge({
    name: 'http_requests_in_flight',
    help: 'Requests that are being answered.',
    registers,
    collect() {
      this.set(inFlight());
    },
  });
  const models = new Map<string, ModelMetrics>();
  /** Id of the version that is served, by name. */
  const serving = new Map<string, string>();
  const of = (model: Loaded): ModelMetrics => {
    let found = models.get(model.name);
    if (!found) {
      found = modelMetrics(register, metricPrefix(model.name), () => drift(serving.get(model.name)!));
      models.set(model.name, found);
    }
    return found;
  };
  return {
    contentType: register.contentType,
    text: () => register.metrics(),
    request(method, route, status, took) {
      requests.add(`${method} ${status} ${route}`, 1);
      durations.observe(route, took);
    },
    predicted(model, prediction, rows, took) {
      const { latency, count } = of(model);
      latency.observe('', took);
      if (prediction.kind !== 'class') return count.add('', rows);
      const { classes } = model;
      for (let i = 0; i < rows; i++)
        count.add(classes[bestClass(prediction.probabilities, i, classes.length)]!, 1);
    },
    serves(model) {
      serving.set(model.name, model.id);
      const { info, scores } = of(model);
      info.reset();
      info.set({ version: model.id, digest: model.digest }, 1);
      const { metrics } = model.version;
      for (const [name, gauge] of scores) {
        const value = metrics[name];
        gauge.reset();
        if (typeof value === 'number') gauge.set(value);
        else gauge.remove();
      }
    },
  };
}

interface ModelMetrics {
  readonly count: Tally;
  readonly latency: Spread;
  readonly info: Gauge<'version' | 'digest'>;
  /** By the name of the metric that the version was registered with. */
  readonly scores: ReadonlyMap<string, Gauge>;
}

function modelMetrics(register: Registry, prefix: string, drift: () => Drift | undefined): ModelMetrics {
  const registers = [register];
  const ofDrift = (name: string, help: string, value: (drift: Drift) => number) =>
    new Gauge({
      name: `${prefix}_${name}`,
      help,
      registers,
      collect() {
        const found = drift();
        if (found) this.set(value(found));
        else this.remove();
      },
    });
  ofDrift(
    'drift_score',
    'Share of features whose values in the last 1,000 logged rows differ from training.',
    ({ drifted, features }) => drifted / features,
  );
  ofDrift(
    'features_drifted_count',
    'Features whose values in the last 1,000 logged rows differ from training.',
    ({ drifted }) => drifted,
  );
  const gauge = (name: string, help: string) => {
    const made = new Gauge({ name: `${prefix}_${name}`, help, registers });
    made.remove();
    return made;
  };
  return {
    count: new Tally(register, `${prefix}_predictions_total`, 'Rows predicted, by class.', (name) => ({
      predicted_class: name,
    })),
    latency: new Spread(
      register,
      `${prefix}_prediction_latency_seconds`,
      'Seconds from the parsed rows of a request to their predictions.',
      seconds,
      () => ({}),
    ),
    info: new Gauge({
      name: `${prefix}_model_info`,
      help: 'The version that is served.',
      labelNames: ['version', 'digest'],
      registers,
    }),
    scores: new Map([
      ['accuracy', gauge('model_accuracy', 'Accuracy on test rows when the version was registered.')],
      [
        'f1_weighted',
        gauge('model_f1_weighted', 'Weighted F1 on test rows when the version was registered.'),
      ],
    ]),
  };
}
