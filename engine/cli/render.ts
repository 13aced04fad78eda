import type { Json } from '../canonical.js';
import { alternatives, anyKey, type Field } from '../spec/field.js';
import type { Expression, Pipeline, Step, Value, Wire } from '../spec/pipeline.js';
import { formatQuantity } from '../spec/quantity.js';

/** A pipeline as plain data that reads back as the same pipeline: params set, defaults written out, units in place. */
export function rendered(pipeline: Pipeline): Json {
  return compact({
    version: 1,
    name: pipeline.name,
    description: pipeline.description,
    params: some(mapped(pipeline.params, ({ value, type }) => ({ type, default: value }))),
    inputs: some(mapped(pipeline.inputs, ({ kind }) => kind)),
    outputs: some(mapped(pipeline.outputs, wireText)),
    seed: pipeline.seed,
    steps: Object.fromEntries(pipeline.steps.map((step) => [step.id, stepOf(step)])),
  });
}

function stepOf(step: Step): Json {
  const info = step.target.kind === 'component' ? step.target.info : undefined;
  return compact({
    use: step.use,
    description: step.description,
    in: some(mapped(step.in, (wires) => (wires.length === 1 ? wireText(wires[0]!) : wires.map(wireText)))),
    with: some(written(step.with, info?.config as Field | undefined) as { [key: string]: Json }),
    prep: some(
      step.prep.map((item) =>
        compact({ use: item.use, with: some(written(item.with, item.component.config as Field) as object) }),
      ),
    ),
    tune: step.tune && tuneOf(step.tune),
    save: some(mapped(step.save, (value) => written(value))),
    when: step.when && source(step.when),
    require: step.require && source(step.require),
    needs: some(step.needs),
    foreach: some(mapped(step.foreach ?? {}, (value) => written(value))),
    retry:
      step.retry.attempts > 1
        ? { attempts: step.retry.attempts, backoff: formatQuantity(step.retry.backoff, 'time') }
        : undefined,
    timeout: step.timeout === undefined ? undefined : formatQuantity(step.timeout, 'time'),
    cache: step.cache ? undefined : false,
    on_error: step.onError === 'stop' ? undefined : step.onError,
  });
}

function tuneOf({ at: _, ...tune }: NonNullable<Step['tune']>): Json {
  return compact({ ...tune } as unknown as { [key: string]: Json });
}

const source = (expression: Expression): string => `\${{ ${expression.source} }}`;

function wireText({ step, port, instance }: Wire): string {
  const keys = Object.entries(instance ?? {}).map(([key, value]) => `${key}=${String(value)}`);
  return `${step}${keys.length > 0 ? `[${keys.join(',')}]` : ''}${port ? `.${port}` : ''}`;
}

/** A value as it would be written, numbers of a quantity with their unit. */
function written(value: Value, field?: Field): Json {
  switch (value.kind) {
    case 'constant':
      return withUnit(value.value, field);
    case 'expression':
      return source(value.expression);
    case 'template':
      return value.parts.map((part) => (typeof part === 'string' ? part : source(part))).join('');
    case 'list':
      return value.items.map((item) => written(item, itemOf(field)));
    case 'map':
      return Object.fromEntries(
        Object.entries(value.entries).map(([key, item]) => [key, written(item, memberOf(field, key))]),
      );
  }
}

function withUnit(value: Json, field: Field | undefined): Json {
  const quantity = field && alternatives(field).find((option) => option.quantity)?.quantity;
  if (quantity && quantity !== 'period' && typeof value === 'number') return formatQuantity(value, quantity);
  if (Array.isArray(value)) return value.map((item) => withUnit(item, itemOf(field)));
  if (value === null || typeof value !== 'object') return value;
  const map = value as { readonly [key: string]: Json };
  if (quantity === 'period') return `${String(map['count'])} ${String(map['unit'])}s`;
  return mapped(map, (item, key) => withUnit(item, memberOf(field, key)));
}

const itemOf = (field: Field | undefined): Field | undefined => {
  const items = field && alternatives(field).find((option) => option.items)?.items;
  return Array.isArray(items) ? undefined : (items as Field | undefined);
};

const memberOf = (field: Field | undefined, key: string): Field | undefined => {
  const options = field ? alternatives(field) : [];
  for (const option of options) {
    const found = option.properties?.[key] ?? anyKey(option);
    if (found) return found;
  }
  return undefined;
};

const mapped = <T, R>(map: { readonly [key: string]: T }, change: (value: T, key: string) => R) =>
  Object.fromEntries(Object.entries(map).map(([key, value]) => [key, change(value, key)]));

/** Undefined where it holds nothing. */
const some = <T extends object>(value: T): T | undefined =>
  Object.keys(value).length > 0 ? value : undefined;

const compact = (map: { readonly [key: string]: unknown }): Json =>
  Object.fromEntries(Object.entries(map).filter(([, value]) => value !== undefined)) as Json;
