import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Field } from '../artifacts/schema.js';
import { isRow } from '../learn/cells.js';
import { predictionColumns } from '../learn/prediction.js';
import { rowsToJson } from '../learn/rows.js';
import { loadedOf, type PredictOptions, predictRows } from './predict.js';
import { Refusal } from './refusal.js';
import type { Routes } from './routes.js';
import type { Loaded, ServedModel } from './served-model.js';
import { BINARY_HEADER, BinaryBody, bytesOf, valuesIn } from './tensor-bytes.js';

/*
 * The Open Inference Protocol, version 2, over REST, its tensors as JSON or as bytes: each input column is a tensor of
 * shape [rows], a column of traces one of [rows, samples]; each column of the predictions comes back the same way.
 */

/** The protocol's type of a column. */
const datatypeOf = ({ type }: Field): string => {
  if (type === 'bool') return 'BOOL';
  if (type === 'string' || type === 'date' || type === 'timestamp') return 'BYTES';
  if (type === 'int32') return 'INT32';
  return type === 'vector' || type === 'float32' ? 'FP32' : 'FP64';
};
const numeric = /^(FP(16|32|64)|U?INT(8|16|32|64))$/;

export function addOpenInference(
  routes: Routes,
  models: readonly ServedModel[],
  engine: string,
  options: PredictOptions,
): void {
  routes.add('GET', '/v2', 'any', () => ({
    name: 'toolbox',
    version: engine,
    extensions: ['binary_tensor_data'],
  }));
  routes.add('GET', '/v2/health/live', undefined, () => ({ live: true }));
  routes.add('GET', '/v2/health/ready', undefined, (_request, reply) => {
    const ready = models.length > 0 && models.every((model) => model.loaded);
    if (!ready) reply.code(503);
    return { ready };
  });
  for (const model of models)
    for (const suffix of ['', '/versions/:version']) {
      const base = `/v2/models/${model.name}${suffix}`;
      const loaded = (request: FastifyRequest) => versionOf(model, request);
      routes.add('GET', base, 'any', (request) => metadataOf(loaded(request)));
      routes.add('GET', `${base}/ready`, undefined, (request) => ({
        name: loaded(request).name,
        ready: true,
      }));
      routes.add(
        'POST',
        `${base}/infer`,
        'predict',
        (request: FastifyRequest, reply: FastifyReply) => infer(loaded(request), request, reply, options),
        model.name,
      );
    }
}

/** The number of a version, as the protocol's text. */
const numberOf = ({ id }: Loaded): string => id.slice(id.indexOf('@') + 1);

function versionOf(model: ServedModel, request: FastifyRequest): Loaded {
  const loaded = loadedOf(model);
  const { version } = request.params as { readonly version?: string };
  if (version === undefined || version === numberOf(loaded)) return loaded;
  throw new Refusal(
    'request/not-found',
    `the version of ${model.name} that is served is ${numberOf(loaded)}`,
  );
}

function metadataOf(loaded: Loaded) {
  const tensor = (field: Field) => ({
    name: field.name,
    datatype: datatypeOf(field),
    shape: field.type === 'vector' ? [-1, field.width] : [-1],
  });
  return {
    name: loaded.name,
    versions: [numberOf(loaded)],
    platform: 'toolbox',
    inputs: loaded.input.fields.map(tensor),
    outputs: loaded.bundle.output.fields.map(tensor),
  };
}

async function infer(
  loaded: Loaded,
  request: FastifyRequest,
  reply: FastifyReply,
  options: PredictOptions,
): Promise<unknown> {
  const binary = request.body instanceof BinaryBody ? request.body : undefined;
  const body = binary ? binary.json : request.body;
  if (!isRow(body) || !Array.isArray(body['inputs']))
    throw new Refusal('request/shape', 'the body has no list "inputs"');
  const { id, inputs, outputs, parameters } = body as { [member: string]: unknown; inputs: unknown[] };
  const take = taker(binary?.bytes ?? Buffer.alloc(0));
  const columns = new Map(inputs.map((input) => readTensor(input, loaded, take.next)));
  take.end();
  const [first] = columns.values();
  if (!first || first.length === 0) throw new Refusal('request/empty', 'the request holds no rows');
  for (const [name, values] of columns)
    if (values.length !== first.length)
      throw new Refusal('request/shape', `"${name}" has ${values.length} rows, others ${first.length}`);
  if (first.length > options.maxRows)
    throw new Refusal('request/too-large', `${first.length} rows are more than ${options.maxRows}`);
  const rows = first.map((_, i) =>
    Object.fromEntries([...columns].map(([name, values]) => [name, values[i]])),
  );
  const { prediction } = await predictRows(loaded, rows, options, request.id);
  const wanted = wantedOf(outputs, parameters, loaded);
  const found = rowsToJson(predictionColumns(loaded.bundle.task, prediction, loaded.classes), rows.keys());
  const behind: Buffer[] = [];
  const answer = {
    model_name: loaded.name,
    model_version: numberOf(loaded),
    ...(typeof id === 'string' && { id }),
    outputs: wanted.map(({ field, isBinary }) => {
      const datatype = datatypeOf(field);
      const values = found.map((row) => row[field.name]);
      const tensor = { name: field.name, datatype, shape: [rows.length] };
      if (!isBinary) return { ...tensor, data: values };
      const bytes = bytesOf(datatype, values);
      behind.push(bytes);
      return { ...tensor, parameters: { binary_data_size: bytes.length } };
    }),
  };
  if (!wanted.some(({ isBinary }) => isBinary)) return answer;
  const head = Buffer.from(JSON.stringify(answer));
  reply.type('application/octet-stream').header(BINARY_HEADER, String(head.length));
  return Buffer.concat([head, ...behind]);
}

/** Hands out the bytes behind the JSON, tensor by tensor. */
function taker(bytes: Buffer) {
  let at = 0;
  const wrong = () =>
    new Refusal(
      'request/shape',
      `the sizes of binary tensors do not add up to the ${bytes.length} bytes sent`,
    );
  return {
    next(size: unknown): Buffer {
      if (typeof size !== 'number' || !Number.isInteger(size) || size < 0 || at + size > bytes.length)
        throw wrong();
      at += size;
      return bytes.subarray(at - size, at);
    },
    end() {
      if (at !== bytes.length) throw wrong();
    },
  };
}

const parameter = (value: unknown, name: string): unknown => (isRow(value) ? value[name] : undefined);

interface Wanted {
  readonly field: Field;
  readonly isBinary: boolean;
}

function wantedOf(outputs: unknown, parameters: unknown, { bundle }: Loaded): readonly Wanted[] {
  const { fields } = bundle.output;
  const all = parameter(parameters, 'binary_data_output') === true;
  if (!Array.isArray(outputs) || outputs.length === 0)
    return fields.map((field) => ({ field, isBinary: all }));
  return outputs.map((output) => {
    const name = parameter(output, 'name');
    const field = fields.find((field) => field.name === name);
    const isBinary = isRow(output) ? parameter(output['parameters'], 'binary_data') : undefined;
    if (field) return { field, isBinary: isBinary === undefined ? all : isBinary === true };
    throw new Refusal('request/shape', `there is no output "${String(name).slice(0, 80)}"`, {
      hint: `outputs: ${fields.map((field) => field.name).join(', ')}`,
    });
  });
}

/** A tensor as a column: its name and a value, or a list of samples, for each row. */
function readTensor(
  input: unknown,
  loaded: Loaded,
  take: (size: unknown) => Buffer,
): readonly [string, readonly unknown[]] {
  if (!isRow(input) || typeof input['name'] !== 'string')
    throw new Refusal('request/shape', 'an input has no name');
  const { name, datatype, shape, parameters } = input as { [key: string]: unknown; name: string };
  const what = `input "${name.slice(0, 80)}"`;
  const field = loaded.input.fields.find((field) => field.name === name);
  if (!field)
    throw new Refusal('request/shape', `${what} is none of this model`, {
      hint: `inputs: ${loaded.input.fields
        .map((field) => field.name)
        .slice(0, 20)
        .join(', ')}`,
    });
  const size = parameter(parameters, 'binary_data_size');
  const data = size === undefined ? input['data'] : valuesIn(String(datatype), take(size), what);
  if (!Array.isArray(data)) throw new Refusal('request/shape', `${what} has no list "data"`);
  const kind = datatypeOf(field);
  const fits = numeric.test(kind) ? numeric.test(String(datatype)) : datatype === kind;
  if (!fits) throw new Refusal('request/shape', `${what} is ${kind}`);
  if (
    !Array.isArray(shape) ||
    !shape.every((size) => Number.isInteger(size) && size >= 0) ||
    shape.length > 2
  )
    throw new Refusal('request/shape', `the shape of ${what} is [rows], or [rows, values]`);
  const [rows = 0, width = 1] = shape as number[];
  const values = data.some(Array.isArray) ? data.flat(1) : data;
  const due = field.type === 'vector' ? field.width! : 1;
  if (width !== due || values.length !== rows * width)
    throw new Refusal('request/shape', `${what} has ${values.length} values; shape [rows, ${due}] is due`);
  if (field.type !== 'vector') return [name, values];
  return [name, Array.from({ length: rows }, (_, i) => values.slice(i * width, (i + 1) * width))];
}
