import type { Json } from '../canonical.js';
import { type Bindings, settle } from './evaluate.js';
import { alternatives, anyKey, type Field, isTuple } from './field.js';
import { own } from './own.js';
import type { Pipeline, Step, Value } from './pipeline.js';

/** What is known of a map of settings before the run. */
export interface KnownSettings {
  readonly values: { readonly [key: string]: Json };
  /** False where a setting waits for a result of the run. */
  readonly complete: boolean;
}

/** Settings as far as parameters and one instance of `foreach` tell them. */
export async function knownSettings(
  settings: Step['with'],
  config: Field,
  bindings: Bindings,
): Promise<KnownSettings> {
  const values: { [key: string]: Json } = {};
  let complete = true;
  for (const [key, value] of Object.entries(settings.entries)) {
    const field = own(config.properties, key) ?? anyKey(config) ?? {};
    const settled = await settle(value, field, bindings, `"${key}"`);
    if ('value' in settled) values[key] = settled.value;
    else complete = false;
  }
  return { values, complete };
}

/** Bindings of what is known before the run: parameters that have a value, and one instance of `foreach`. */
export function knownBindings(pipeline: Pipeline, each: { readonly [key: string]: Json }): Bindings {
  const params = Object.entries(pipeline.params).filter(([, param]) => !param.pending);
  return { params: Object.fromEntries(params.map(([name, param]) => [name, param.value])), each };
}

/** First values of the lists of `foreach`. */
export function firstInstance(step: Step): { readonly [key: string]: Json } {
  const each: { [key: string]: Json } = {};
  for (const [key, value] of Object.entries(step.foreach ?? {})) {
    const [first] = (value as Extract<Value, { kind: 'constant' }>).value as readonly Json[];
    if (first !== undefined) each[key] = first;
  }
  return each;
}

/** Everything in a value whose field `wanted` chooses, with its path. */
export function pick(
  value: Json,
  field: Field,
  wanted: (field: Field) => boolean,
  path: readonly (string | number)[] = [],
): readonly { readonly value: Json; readonly field: Field; readonly path: readonly (string | number)[] }[] {
  if (wanted(field)) return [{ value, field, path }];
  if (value === null || typeof value !== 'object')
    return alternatives(field).flatMap((option) => (wanted(option) ? [{ value, field: option, path }] : []));
  return alternatives(field).flatMap((option) => {
    if (Array.isArray(value)) {
      const { items } = option;
      if (!items) return [];
      return value.flatMap((item, i) => {
        const of = isTuple(items) ? items[i] : items;
        return of ? pick(item, of, wanted, [...path, i]) : [];
      });
    }
    return Object.entries(value as { readonly [key: string]: Json }).flatMap(([key, item]) => {
      const of = own(option.properties, key) ?? anyKey(option);
      return of ? pick(item, of, wanted, [...path, key]) : [];
    });
  });
}
