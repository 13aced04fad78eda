import type { Static, TObject, TProperties, TSchema, TUnsafe } from '@sinclair/typebox';
import type { ColumnType, Role } from './artifacts/schema.js';
import { Type } from './type.js';

/**
 * The vocabulary of a component's `config`. One TypeBox object gives the static type, the strict check at run
 * time (values already converted: `4 ms` is 0.004), the schema that editors use (text with units and expressions
 * allowed) and the reference page.
 *
 * Quantities are written as text with a unit and arrive as a number in the unit named here:
 *
 * | quantity    | written                              | arrives as                         |
 * |-------------|--------------------------------------|------------------------------------|
 * | `time`      | `4 ms`, `30 s`, `5 min`, `2 h`, `7 d`  | seconds                            |
 * | `share`     | `20%`                                | 0.2                                |
 * | `bytes`     | `512 MB`, `1 GiB`                      | bytes                              |
 * | `length`    | `25 m`, `1 km`, `80 ft`                | metres                             |
 * | `frequency` | `30 Hz`, `2 kHz`                       | hertz                              |
 * | `period`    | `12 months`, `90 days`, `1 year`       | `{ count, unit }`                    |
 */
export type QuantityName = 'time' | 'share' | 'bytes' | 'length' | 'frequency' | 'period';

/** Anything beside JSON Schema that a field may say; kept in the published schema as `x-…`. */
interface Extra {
  description?: string;
  default?: unknown;
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
  exclusiveMaximum?: number;
  minLength?: number;
  minItems?: number;
  maxItems?: number;
  pattern?: string;
  examples?: unknown[];
}

/** A number with a unit; limits are in the unit that arrives. */
export const Quantity = (quantity: Exclude<QuantityName, 'period'>, extra: Extra = {}): TUnsafe<number> =>
  Type.Unsafe<number>({ type: 'number', quantity, ...extra });

export interface Period {
  readonly count: number;
  readonly unit: 'day' | 'week' | 'month' | 'quarter' | 'year';
}
export const PeriodOf = (extra: Extra = {}): TUnsafe<Period> =>
  Type.Unsafe<Period>({
    type: 'object',
    quantity: 'period',
    properties: {
      count: { type: 'integer', minimum: 1 },
      unit: { enum: ['day', 'week', 'month', 'quarter', 'year'] },
    },
    required: ['count', 'unit'],
    additionalProperties: false,
    ...extra,
  });

/** One of some words. `enum`, so that a wrong word gives one error that lists them all. */
export const OneOf = <const V extends readonly (string | number | boolean)[]>(values: V, extra: Extra = {}) =>
  Type.Unsafe<V[number]>({ enum: [...values], ...extra });

/** A file to read: relative to the project in YAML, to the current folder on the command line. Arrives absolute. */
export const Path = (extra: Extra = {}): TUnsafe<string> =>
  Type.Unsafe<string>({ type: 'string', minLength: 1, format: 'path', ...extra });

/** Name of a column of the input port `port`; the engine checks before the run that the column is there. */
export const ColumnName = (extra: Extra & { port?: string; types?: ColumnType[] } = {}): TUnsafe<string> => {
  const { port = 'in', types, ...rest } = extra;
  return Type.Unsafe<string>({
    type: 'string',
    minLength: 1,
    column: { port, ...(types && { types }) },
    ...rest,
  });
};

/**
 * A CEL expression written without `${{ }}`, over the columns of a row, or (`line`) over row, rate and line with units,
 * which the component checks. Arrives as text.
 */
export const Expression = (context: 'row' | 'line', extra: Extra = {}): TUnsafe<string> =>
  Type.Unsafe<string>({ type: 'string', minLength: 1, expression: context, ...extra });

/** The only kind of field that takes `secrets.x`. Arrives as text; never enters a key, event, log or artifact. */
export const Secret = (extra: Extra = {}): TUnsafe<string> =>
  Type.Unsafe<string>({ type: 'string', secret: true, ...extra });

/** Columns by name, each with type, role, unit: what `columns:` of an ingest step takes. */
export const ColumnOverrides = (extra: Extra = {}) =>
  Type.Record(
    Type.String(),
    Type.Object(
      {
        type: Type.Optional(
          OneOf([
            'float64',
            'float32',
            'int64',
            'int32',
            'bool',
            'string',
            'date',
            'timestamp',
          ] as const satisfies ColumnType[]),
        ),
        role: Type.Optional(RoleName()),
        unit: Type.Optional(Type.String()),
        currency: Type.Optional(Type.String({ pattern: '^[A-Z]{3}$' })),
        price_base: Type.Optional(Type.String({ pattern: '^[0-9]{4}(-[0-9]{2})?$' })),
        personal: Type.Optional(
          Type.Boolean({ description: 'tells of a person: kept out of the log of served requests' }),
        ),
        description: Type.Optional(Type.String()),
      },
      { additionalProperties: false },
    ),
    extra,
  );

/** Units alone, by name of the column: what `units:` of an ingest step takes. */
export const ColumnUnits = (extra: Extra = {}) =>
  Type.Record(Type.String(), Type.String({ minLength: 1 }), extra);

export const RoleName = (extra: Extra = {}) =>
  OneOf(
    [
      'feature',
      'target',
      'key',
      'group',
      'order',
      'position',
      'weight',
      'prediction',
    ] as const satisfies Role[],
    extra,
  );

/** A component's whole configuration: unknown keys are errors, keys with a default may be left out. */
export const Config = <P extends TProperties>(
  properties: P,
  extra: { description?: string } = {},
): TObject<P> => Type.Object(properties, { additionalProperties: false, ...extra });

export { type Static, type TObject, type TProperties, type TSchema, Type };
