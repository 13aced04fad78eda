import type { Json } from '../canonical.js';
import type { QuantityName } from '../schema.js';

/** A JSON Schema with the extra words of `engine/schema.ts`: what a component's config says of a field. */
export interface Field {
  readonly type?: 'string' | 'number' | 'integer' | 'boolean' | 'array' | 'object' | 'null';
  readonly description?: string;
  readonly default?: Json;
  readonly examples?: readonly Json[];
  readonly enum?: readonly Json[];
  readonly const?: Json;
  readonly anyOf?: readonly Field[];
  readonly properties?: { readonly [key: string]: Field };
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Field;
  readonly patternProperties?: { readonly [pattern: string]: Field };
  readonly minProperties?: number;
  readonly items?: Field | readonly Field[];
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly uniqueItems?: boolean;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  readonly format?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
  readonly multipleOf?: number;
  // ours
  readonly quantity?: QuantityName;
  readonly column?: { readonly port: string; readonly types?: readonly string[] };
  readonly expression?: 'row' | 'line';
  readonly secret?: boolean;
}

/** `{ "^(.*)$": field }` and `additionalProperties: field`: what any key holds. */
export const anyKey = (field: Field): Field | undefined =>
  Object.values(field.patternProperties ?? {})[0] ??
  (typeof field.additionalProperties === 'object' ? field.additionalProperties : undefined);

/** The alternatives of a field: itself where it has none. Literals of a union become one enum. */
export function alternatives(field: Field): readonly Field[] {
  if (!field.anyOf) return [field];
  const flat = field.anyOf.flatMap(alternatives);
  const literals = flat.flatMap((f) => (f.const !== undefined ? [f.const] : (f.enum ?? [])));
  const rest = flat.filter((f) => f.const === undefined && f.enum === undefined);
  return literals.length > 0 ? [{ enum: literals }, ...rest] : rest;
}

/** What a field takes, for messages: `a whole number`, `one of a, b`. */
export function takes(field: Field): string {
  const options = alternatives(field);
  if (options.length > 1) return options.map(takes).join(' or ');
  const one = options[0] ?? field;
  if (one.const !== undefined) return String(one.const);
  if (one.enum)
    return one.enum.length === 1 ? String(one.enum[0]) : `one of ${one.enum.map(String).join(', ')}`;
  if (one.quantity)
    return {
      time: 'a time',
      share: 'a share in %',
      bytes: 'a size',
      length: 'a length',
      frequency: 'a frequency',
      period: 'a period',
    }[one.quantity];
  switch (one.type) {
    case 'string':
      return one.column ? 'the name of a column' : one.format === 'path' ? 'a path' : 'text';
    case 'number':
      return 'a number';
    case 'integer':
      return 'a whole number';
    case 'boolean':
      return 'true or false';
    case 'array':
      return one.items && !isTuple(one.items) && Object.keys(one.items).length > 0
        ? `a list (each ${takes(one.items)})`
        : 'a list';
    case 'object':
      return 'a map';
    case 'null':
      return 'null';
    default:
      return 'a value';
  }
}

export const isTuple = (items: NonNullable<Field['items']>): items is readonly Field[] =>
  Array.isArray(items);
