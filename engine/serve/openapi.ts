import type { Field } from '../artifacts/schema.js';
import { expectedOf } from '../learn/cells.js';
import type { Loaded, ServedModel } from './served-model.js';

type Schema = { readonly [word: string]: unknown };

const json = (schema: Schema, example?: unknown) => ({
  'application/json': { schema, ...(example !== undefined && { example }) },
});
const object = (properties: Schema, required: readonly string[] = Object.keys(properties)): Schema => ({
  type: 'object',
  properties,
  ...(required.length > 0 && { required }),
});
const number = { type: ['number', 'null'] };
const text = { type: 'string' };
const whole = { type: 'integer' };

/** Statuses that any route may answer with, and what they mean. */
const refusals: { readonly [status: string]: string } = {
  400: 'empty, or not JSON',
  401: 'no valid key',
  403: 'the key does not allow this',
  404: 'nothing here',
  405: 'another method is taken here',
  408: 'took too long to arrive',
  413: 'too large',
  415: 'no JSON by its content type',
  422: 'rows, or a form, that the model does not take',
  429: 'more requests than the caller may make; see Retry-After',
  503: 'no model is loaded, or the server is stopping',
};

/** The server's interface as OpenAPI 3.1, from the signatures of the models that it serves; `batch`: files are predicted too. */
export function openApi(models: readonly ServedModel[], engine: string, batch: boolean) {
  const loaded = models.flatMap((model) => model.loaded ?? []);
  const [first] = loaded;
  const paths: { [path: string]: unknown } = {
    '/': { get: operation('overview', 'What is served here', { type: 'object' }) },
    '/health': { get: operation('health', 'ok, or degraded and why', { type: 'object' }) },
    '/metrics': {
      get: {
        operationId: 'metrics',
        summary: 'Metrics for Prometheus',
        responses: { 200: { description: 'text', content: { 'text/plain': { schema: text } } }, ...others() },
      },
    },
  };
  for (const [prefix, model] of [...(first ? [['', first] as const] : []), ...loaded.map(named)]) {
    const id = prefix === '' ? '' : `_${model.name}`;
    paths[`${prefix}/model_info`] = {
      get: operation(`model_info${id}`, `What ${model.id} is, takes and gives`, { type: 'object' }),
    };
    paths[`${prefix}/predict`] = {
      post: {
        ...operation(`predict${id}`, `Predictions of ${model.id}`, answerOf(model)),
        requestBody: { required: true, content: json(requestOf(model), exampleOf(model)) },
      },
    };
    if (batch) paths[`${prefix}/batch_predict`] = { post: batchOperation(`batch_predict${id}`, model) };
  }
  if (batch) Object.assign(paths, jobPaths);
  return {
    openapi: '3.1.0',
    info: { title: 'toolbox serve', version: engine },
    paths,
    components: {
      schemas: { Refusal: refusal },
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer' },
        key: { type: 'apiKey', in: 'header', name: 'X-API-Key' },
      },
    },
    security: [{}, { bearer: [] }, { key: [] }],
  };
}

const named = (model: Loaded) => [`/models/${model.name}`, model] as const;

const operation = (operationId: string, summary: string, schema: Schema) => ({
  operationId,
  summary,
  responses: { 200: { description: summary, content: json(schema) }, ...others() },
});

const others = () =>
  Object.fromEntries(
    Object.entries(refusals).map(([status, description]) => [
      status,
      { description, content: json({ $ref: '#/components/schemas/Refusal' }) },
    ]),
  );

const batchOperation = (operationId: string, model: Loaded) => {
  const done = operation(operationId, `A file predicted by ${model.id} into another`, fileAnswer);
  const accepted = {
    description: 'a job that is not finished yet',
    headers: { Location: { schema: text, description: 'where to ask for it' } },
    content: json(job),
  };
  return {
    ...done,
    parameters: [
      {
        name: 'Prefer',
        in: 'header',
        description: 'respond-async: answer at once; wait=n: within n seconds (RFC 7240)',
        schema: text,
      },
    ],
    responses: { ...done.responses, 202: accepted },
    requestBody: { required: true, content: json(fileRequest) },
  };
};

const fileRequest = {
  ...object(
    {
      input_path: { type: 'string', description: 'a file under the roots of the project' },
      output_path: { type: 'string', description: 'where nothing is yet; the format by its ending' },
      include_probabilities: { type: 'boolean', default: true },
    },
    ['input_path', 'output_path'],
  ),
  additionalProperties: false,
};

const time = { type: 'string', format: 'date-time' };
const orNull = (type: string, more: Schema = {}): Schema => ({ type: [type, 'null'], ...more });

const fileAnswer = object(
  {
    num_predictions: whole,
    output_path: text,
    class_distribution: { type: 'object', additionalProperties: whole },
    timestamp: time,
    model_version: text,
    rows_with_problems: whole,
    problems_path: text,
  },
  ['num_predictions', 'output_path', 'class_distribution', 'timestamp', 'model_version'],
);

const job = object(
  {
    id: text,
    state: { enum: ['queued', 'running', 'done', 'failed', 'cancelled'] },
    model_version: text,
    input_path: text,
    output_path: text,
    rows: orNull('integer'),
    rows_done: whole,
    rows_with_problems: whole,
    chunked: orNull('boolean', { description: 'false: the model looks at all rows at once' }),
    created: time,
    started: orNull('string', { format: 'date-time' }),
    finished: orNull('string', { format: 'date-time' }),
    result: fileAnswer,
    error: object({ code: text, message: text, hint: text }, ['code', 'message']),
  },
  ['id', 'state', 'model_version', 'input_path', 'output_path', 'rows_done', 'rows_with_problems', 'created'],
);

const idOfJob = [
  { name: 'id', in: 'path', required: true, schema: { type: 'string', pattern: '^[0-9a-f]{32}$' } },
];
const jobPaths = {
  '/jobs': {
    get: operation(
      'jobs',
      'Jobs that the key asked for, the newest first',
      object({ jobs: { type: 'array', items: job } }),
    ),
  },
  '/jobs/{id}': {
    get: { ...operation('job', 'How a job stands', job), parameters: idOfJob },
    delete: { ...operation('cancel_job', 'Cancel a job that is not finished', job), parameters: idOfJob },
  },
};

const refusal = object(
  {
    error: object({ code: text, message: text, hint: text }, ['code', 'message']),
    problems: {
      type: 'array',
      items: object({ row: whole, column: text, found: text, expected: text }, ['row', 'found', 'expected']),
    },
    more: whole,
    request_id: text,
  },
  ['error', 'request_id'],
);

function columnSchema(field: Field): Schema {
  const description = [field.description, `${expectedOf(field)}${field.unit ? ` (${field.unit})` : ''}`]
    .filter(Boolean)
    .join('; ');
  switch (field.type) {
    case 'vector':
      return {
        type: 'array',
        items: { type: 'number' },
        minItems: field.width,
        maxItems: field.width,
        description,
      };
    case 'string':
      return { type: ['string', 'null'], description };
    case 'bool':
      return { type: ['boolean', 'null'], description };
    case 'date':
      return { type: ['string', 'null'], format: 'date', description };
    case 'timestamp':
      return { type: ['string', 'null'], format: 'date-time', description };
    case 'int32':
      return { type: ['integer', 'null'], minimum: -(2 ** 31), maximum: 2 ** 31 - 1, description };
    default:
      return { type: ['number', 'null'], description };
  }
}

function requestOf({ input, trace }: Loaded): Schema {
  const row = {
    ...object(Object.fromEntries(input.fields.map((field) => [field.name, columnSchema(field)]))),
    additionalProperties: false,
  };
  const list = (items: Schema) => ({ type: 'array', minItems: 1, items });
  const common = {
    explain: { type: 'boolean', description: 'what each feature added' },
    include_embeddings: { type: 'boolean', description: 'give back what the model saw of each row' },
    metadata: { type: 'object', description: 'given back as it is' },
  };
  const form = (name: string, items: Schema) => ({
    ...object({ [name]: list(items), ...common }, [name]),
    additionalProperties: false,
  });
  if (trace === undefined) return form('rows', row);
  return { oneOf: [form('traces', columnSchema(input.fields[0]!)), form('rows', row)] };
}

/** The first row that the model was stored with; none where it would show a person's data: it is a row of training. */
function exampleOf({ bundle, input, trace }: Loaded): unknown {
  const row = bundle.example.rows[0] as { readonly [column: string]: unknown } | undefined;
  if (!row || input.fields.some(({ personal }) => personal)) return undefined;
  return trace === undefined ? { rows: [row] } : { traces: [row[trace]] };
}

function answerOf({ bundle, classes }: Loaded): Schema {
  const probabilities = object(Object.fromEntries(classes.map((name) => [name, number])));
  const byTask: { readonly [task: string]: Schema } = {
    classify: { predicted_class: whole, predicted_class_name: text, probabilities, confidence: number },
    regress: { predicted: number },
    cluster: { cluster: whole, cluster_distance: number },
    anomaly: { anomaly_score: number },
  };
  const prediction = byTask[bundle.task] ?? {};
  const counters = {
    trace_id: whole,
    row: whole,
    features: { type: 'object' },
    explanation: { type: 'object' },
  };
  return object(
    {
      predictions: { type: 'array', items: object({ ...prediction, ...counters }, Object.keys(prediction)) },
      timestamp: { type: 'string', format: 'date-time' },
      model_version: text,
      num_features: whole,
      metadata: { type: 'object' },
    },
    ['predictions', 'timestamp', 'model_version', 'num_features'],
  );
}
