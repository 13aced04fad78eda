import fc from 'fast-check';
import type { Column } from '#dist/engine/artifacts/column.js';
import type { ColumnType, Field } from '#dist/engine/artifacts/schema.js';

type Cell = number | string | boolean | null;

const shared = <A extends Float64Array | Float32Array | Int32Array | Uint8Array>(
  Kind: { new (buffer: SharedArrayBuffer): A; BYTES_PER_ELEMENT: number },
  values: ArrayLike<number>,
): A => {
  const array = new Kind(new SharedArrayBuffer(values.length * Kind.BYTES_PER_ELEMENT));
  array.set(values);
  return array;
};

/** A column of cells; `junk` lies in the null slots, texts get their codes in the order that `order` gives. */
export function columnOf(
  type: ColumnType,
  cells: readonly (Cell | readonly number[])[],
  options: { width?: number; junk?: number; order?: 'first' | 'last'; alwaysValid?: boolean } = {},
): Column {
  const { junk = 0, width = 2 } = options;
  const nulls = cells.some((cell) => cell === null);
  const valid =
    nulls || options.alwaysValid
      ? {
          valid: shared(
            Uint8Array,
            cells.map((cell) => (cell === null ? 0 : 1)),
          ),
        }
      : {};
  if (type === 'string') {
    const texts = [...new Set(cells.filter((cell) => cell !== null) as string[])];
    const dictionary = options.order === 'last' ? ['unused', ...texts.reverse()] : texts;
    const codes = cells.map((cell) => (cell === null ? -1 : dictionary.indexOf(cell as string)));
    return { type, dictionary, values: shared(Int32Array, codes), ...valid };
  }
  if (type === 'vector') {
    const flat = cells.flatMap((cell) =>
      cell === null ? new Array<number>(width).fill(junk) : (cell as number[]),
    );
    return { type, width, values: shared(Float32Array, flat), ...valid };
  }
  const numbers = cells.map((cell) => (cell === null ? junk : Number(cell)));
  const Kind =
    type === 'float32'
      ? Float32Array
      : type === 'bool'
        ? Uint8Array
        : type === 'int32' || type === 'date'
          ? Int32Array
          : Float64Array;
  return { type, values: shared(Kind as typeof Float64Array, numbers), ...valid };
}

export const fieldFor = (name: string, type: ColumnType, rest: Partial<Field> = {}): Field => ({
  name,
  type,
  role: 'feature',
  nullable: true,
  ...(type === 'vector' && { width: 2 }),
  ...rest,
});

export const types: readonly ColumnType[] = [
  'float64',
  'float32',
  'int64',
  'int32',
  'bool',
  'string',
  'date',
  'timestamp',
  'vector',
];

const whole = (limit: number) => fc.integer({ min: -limit, max: limit });

/** A cell of a type, now and then null. */
export const cellOf = (type: ColumnType): fc.Arbitrary<Cell | readonly number[]> => {
  const value = {
    float64: fc.double(),
    float32: fc.float(),
    int64: whole(Number.MAX_SAFE_INTEGER),
    int32: whole(2 ** 31 - 1),
    bool: fc.boolean(),
    string: fc.string({ unit: 'grapheme', maxLength: 4 }),
    date: whole(100_000),
    timestamp: whole(Number.MAX_SAFE_INTEGER),
    vector: fc.tuple(fc.float(), fc.float()),
  }[type] as fc.Arbitrary<Cell | readonly number[]>;
  return fc.option(value, { nil: null, freq: 5 });
};

/** A type and some cells of it. */
export const typedCells = (maxLength = 40) =>
  fc
    .constantFrom(...types)
    .chain((type) => fc.array(cellOf(type), { maxLength }).map((cells) => ({ type, cells })));
