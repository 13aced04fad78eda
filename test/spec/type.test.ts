import { Type as TypeBox } from '@sinclair/typebox';
import { expect, test } from 'vitest';
import { Type } from '#dist/engine/type.js';

/** The same words for both: what they say as JSON must not differ, whatever the order of keys. */
const words = (T: typeof Type) => ({
  integer: T.Integer({ default: 3, minimum: 1, description: 'n' }),
  number: T.Number(),
  string: T.String({ pattern: '^a' }),
  boolean: T.Boolean({ default: true }),
  nothing: T.Null(),
  literals: [T.Literal('a'), T.Literal(1), T.Literal(false)],
  array: T.Array(T.Number({ minimum: 0 }), { minItems: 1, uniqueItems: true }),
  tuple: T.Tuple([T.Number(), T.String()], { description: 'pair' }),
  union: T.Union([T.String(), T.Integer()], { default: 'x' }),
  record: T.Record(T.String(), T.Integer({ minimum: 1 }), { minProperties: 1 }),
  unsafe: T.Unsafe<number>({ type: 'number', quantity: 'time' }),
  object: T.Object(
    {
      a: T.Integer({ default: 1 }),
      b: T.Optional(T.String()),
      c: T.Optional(T.Object({ d: T.Optional(T.Boolean()) }, { additionalProperties: false })),
      e: T.Record(T.String(), T.Optional(T.Number())),
    },
    { additionalProperties: false, description: 'all' },
  ),
  empty: T.Object({}),
});

test('builds what TypeBox builds', () => {
  const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));
  expect(plain(words(Type))).toEqual(plain(words(TypeBox)));
});
