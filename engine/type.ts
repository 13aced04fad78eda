import type { TSchema, Type as TypeBox } from '@sinclair/typebox';

/**
 * TypeBox's builders, of which only the types are used: TypeBox itself takes a third of a second to load, longer
 * than `toolbox validate` may take in all, for what is a plain JSON object. A test compares both.
 */
type Builders = Pick<
  typeof TypeBox,
  | 'Array'
  | 'Boolean'
  | 'Integer'
  | 'Literal'
  | 'Null'
  | 'Number'
  | 'Object'
  | 'Optional'
  | 'Record'
  | 'String'
  | 'Tuple'
  | 'Union'
  | 'Unsafe'
>;

type Schema = { readonly [word: string]: unknown };
type Options = Schema | undefined;

const optional = Symbol('optional');
const of = (type: string) => (options: Options) => ({ ...options, type });

const builders = {
  Boolean: of('boolean'),
  Integer: of('integer'),
  Null: of('null'),
  Number: of('number'),
  String: of('string'),
  Array: (items: Schema, options: Options) => ({ ...options, type: 'array', items }),
  Literal: (value: unknown, options: Options) => ({ ...options, const: value, type: typeof value }),
  Object: (properties: { readonly [key: string]: Schema }, options: Options) => {
    const required = Object.keys(properties).filter((key) => !(optional in properties[key]!));
    return { ...options, type: 'object', ...(required.length > 0 && { required }), properties };
  },
  Optional: (schema: Schema) => ({ ...schema, [optional]: true }),
  Record: (_key: TSchema, value: Schema, options: Options) => ({
    ...options,
    type: 'object',
    patternProperties: { '^(.*)$': value },
  }),
  Tuple: (items: readonly Schema[], options: Options) => ({
    ...options,
    type: 'array',
    items,
    additionalItems: false,
    minItems: items.length,
    maxItems: items.length,
  }),
  Union: (anyOf: readonly Schema[], options: Options) => ({ ...options, anyOf }),
  Unsafe: (schema: Schema) => ({ ...schema }),
};

export const Type = builders as unknown as Builders;
