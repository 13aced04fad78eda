import { Document, visit } from 'yaml';
import type { Json } from '../canonical.js';
import { alternatives, anyKey, type Field, isTuple } from './field.js';
import { own } from './own.js';
import type { Pipeline, PrepItem, Step, Value, Wire } from './pipeline.js';
import { writeQuantity } from './quantity.js';

/**
 * A pipeline as YAML text with everything resolved that is known before the run: parameters and environment put in,
 * defaults filled in. It reads back as the same pipeline; what waits for the run stays an expression.
 */
export function renderYaml(pipeline: Pipeline): string {
  // YAML 1.1's readers take more words for something else than text: these get quotes too.
  const document = new Document(resolved(pipeline), { schema: 'yaml-1.1', aliasDuplicateObjects: false });
  const short = (node: unknown) => JSON.stringify(node).length < 80;
  visit(document, {
    // The document, its own keys, and each step take lines of their own.
    Map: (_, node, path) => {
      node.flow = path.length > 5 && short(node);
    },
    Seq: (_, node) => {
      node.flow = short(node);
    },
    Scalar: (_, node) => {
      if (typeof node.value === 'string' && node.value.includes('${{')) node.type = 'QUOTE_DOUBLE';
    },
  });
  return document.toString({ lineWidth: 110, flowCollectionPadding: true });
}

/** The same as plain data. */
export function resolved(pipeline: Pipeline): Json {
  const { description, params, inputs, outputs } = pipeline;
  return {
    version: 1,
    name: pipeline.name,
    ...(description !== undefined && { description }),
    ...some(
      'params',
      Object.fromEntries(Object.entries(params).map(([name, param]) => [name, paramJson(param)])),
    ),
    ...some('inputs', inputs as { [name: string]: Json }),
    ...some(
      'outputs',
      mapOf(outputs, (wire) => wireText(wire, pipeline)),
    ),
    seed: pipeline.seed,
    steps: Object.fromEntries(pipeline.steps.map((step) => [step.id, stepJson(step, pipeline)])),
  };
}

const some = (key: string, map: { readonly [key: string]: Json }): { [key: string]: Json } =>
  Object.keys(map).length > 0 ? { [key]: map } : {};

const mapOf = <T>(map: { readonly [key: string]: T }, of: (item: T) => Json): { [key: string]: Json } =>
  Object.fromEntries(Object.entries(map).map(([key, item]) => [key, of(item)]));

function paramJson({ type, value, pending }: Pipeline['params'][string]): Json {
  return pending ? { type } : { type, default: value };
}

function stepJson(step: Step, pipeline: Pipeline): Json {
  const { target, retry, tune } = step;
  const config = target.kind === 'component' ? (target.info.config as Field) : {};
  const inputs = inputsJson(step, pipeline);
  const outputs = Object.keys(target.kind === 'component' ? target.info.outputs : target.pipeline.outputs);
  const saves = mainAlone(
    mapOf(step.save, (value) => valueJson(value, {})),
    outputs[0],
  );
  return {
    use: step.use,
    ...(inputs !== undefined && { in: inputs }),
    ...some('with', settings(step.with, config)),
    ...(step.prep.length > 0 && { prep: step.prep.map(itemJson) }),
    ...(tune && { tune: tuneJson(tune, config) }),
    ...(saves !== undefined && { save: saves }),
    ...(step.when && { when: `\${{ ${step.when.source} }}` }),
    ...(step.require && { require: `\${{ ${step.require.source} }}` }),
    ...(step.needs.length > 0 && { needs: step.needs }),
    ...(step.foreach && { foreach: mapOf(step.foreach, (value) => valueJson(value, {})) }),
    ...(retry.attempts > 1 && {
      retry: { attempts: retry.attempts, backoff: writeQuantity(retry.backoff, 'time') },
    }),
    ...(step.timeout !== undefined && { timeout: writeQuantity(step.timeout, 'time') }),
    ...(!step.cache && { cache: false }),
    ...(step.onError !== 'stop' && { on_error: step.onError }),
    ...(Object.keys(step.allow).length > 0 && { allow: step.allow }),
    ...(step.description !== undefined && { description: step.description }),
  };
}

function inputsJson(step: Step, pipeline: Pipeline): Json | undefined {
  const { target } = step;
  const ports = Object.keys(target.kind === 'component' ? target.info.inputs : target.pipeline.inputs);
  const wires = mapOf(step.in, (list): Json => {
    const texts = list.map((wire) => wireText(wire, pipeline));
    return texts.length === 1 ? texts[0]! : texts;
  });
  return mainAlone(wires, ports[0]);
}

/** What belongs to the main input or output alone is written without its name. */
function mainAlone(map: { readonly [port: string]: Json }, main: string | undefined): Json | undefined {
  const ports = Object.keys(map);
  if (ports.length === 0) return undefined;
  return ports.length === 1 && ports[0] === main ? map[main]! : map;
}

function itemJson(item: PrepItem): Json {
  const config = item.component.config as Field;
  const given = item.with.kind === 'map' ? settings(item.with, config) : {};
  return { use: item.use, ...some('with', given) };
}

function tuneJson(tune: NonNullable<Step['tune']>, config: Field): Json {
  const { at: _, space, ...rest } = tune;
  const dimensions = Object.entries(space).map(([key, dimension]) => {
    const field = own(config.properties, key) ?? {};
    const list: Field = { type: 'array', items: field };
    return [
      key,
      mapOf(dimension as { [word: string]: Json }, (item) =>
        Array.isArray(item) ? plain(item, list) : item,
      ),
    ];
  });
  return { ...rest, space: Object.fromEntries(dimensions) };
}

const settings = (value: Step['with'], config: Field): { [key: string]: Json } =>
  Object.fromEntries(
    Object.entries(value.entries).map(([key, item]) => [
      key,
      valueJson(item, own(config.properties, key) ?? anyKey(config) ?? {}),
    ]),
  );

function valueJson(value: Value, field: Field): Json {
  switch (value.kind) {
    case 'constant':
      return plain(value.value, field);
    case 'expression':
      return `\${{ ${value.expression.source} }}`;
    case 'template':
      return value.parts.map((part) => (typeof part === 'string' ? part : `\${{ ${part.source} }}`)).join('');
    case 'list':
      return value.items.map((item, i) => valueJson(item, itemField(field, i)));
    case 'map':
      return Object.fromEntries(
        Object.entries(value.entries).map(([key, item]) => [key, valueJson(item, keyField(field, key))]),
      );
  }
}

/** A constant as it would be written: quantities with their unit. */
function plain(value: Json, field: Field): Json {
  const option = alternatives(field).find((f) => fits(value, f)) ?? field;
  if (option.quantity) return writeQuantity(value as number, option.quantity);
  if (Array.isArray(value)) return value.map((item, i) => plain(item, itemField(option, i)));
  if (value === null || typeof value !== 'object') return value;
  const entries = Object.entries(value as { readonly [key: string]: Json });
  return Object.fromEntries(entries.map(([key, item]) => [key, plain(item, keyField(option, key))]));
}

/** The alternative of a field that a converted value came by. */
function fits(value: Json, field: Field): boolean {
  if (field.enum) return field.enum.includes(value as never);
  if (field.quantity === 'period') return typeof value === 'object' && value !== null && 'count' in value;
  if (Array.isArray(value)) return field.type === 'array';
  if (value !== null && typeof value === 'object') return field.type === 'object';
  if (typeof value === 'number') return field.type === 'number' || field.type === 'integer';
  return field.type === (typeof value === 'boolean' ? 'boolean' : 'string');
}

const itemField = ({ items }: Field, index: number): Field =>
  items ? (isTuple(items) ? (items[index] ?? {}) : items) : {};
const keyField = (field: Field, key: string): Field => own(field.properties, key) ?? anyKey(field) ?? {};

/** `split.train`, `traces[survey=a]`; the main output by the step's name alone. */
function wireText({ step: id, port, instance }: Wire, pipeline: Pipeline): string {
  const step = pipeline.steps.find((s) => s.id === id);
  if (!step) return id;
  const { target } = step;
  const ports = Object.keys(target.kind === 'component' ? target.info.outputs : target.pipeline.outputs);
  const which = instance
    ? `[${Object.entries(instance)
        .map(([key, value]) => `${key}=${value}`)
        .join(',')}]`
    : '';
  return `${id}${which}${port === ports[0] ? '' : `.${port}`}`;
}
