import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Column } from '#dist/engine/artifacts/column.js';
import { groupRows } from '#dist/engine/artifacts/groups.js';
import '../../support/seed.js';

const rows = 60;
const of = <T>(values: fc.Arbitrary<T>) => fc.array(values, { minLength: rows, maxLength: rows });
const column: fc.Arbitrary<Column> = fc.oneof(
  of(fc.constantFrom(0, -0, 1, Number.NaN, 1e-300, -5, 2 ** 40)).map((values) => ({
    type: 'float64' as const,
    values: Float64Array.from(values),
  })),
  fc.tuple(of(fc.integer({ min: -2, max: 2 })), of(fc.constantFrom(0, 1))).map(([values, valid]) => ({
    type: 'int32' as const,
    values: Int32Array.from(values, (value, i) => (valid[i] === 0 ? 0 : value)),
    valid: Uint8Array.from(valid),
  })),
  of(fc.integer({ min: -1, max: 3 })).map((values) => ({
    type: 'string' as const,
    values: Int32Array.from(values),
    dictionary: ['a', 'b', 'a', ''],
    valid: Uint8Array.from(values, (code) => (code < 0 ? 0 : 1)),
  })),
  of(fc.constantFrom(0, 1, 2)).map((values) => ({
    type: 'vector' as const,
    width: 1,
    values: Float32Array.from(values),
  })),
);

/** What a row holds as text; nulls, NaN and the two zeros each alike. */
function textOf(of: Column, row: number): string {
  if (of.valid?.[row] === 0) return of.type === 'string' ? 'null' : 'NaN';
  if (of.type === 'string') return `"${of.dictionary[of.values[row]!]}"`;
  return String(of.values[row]! + 0);
}

test('groups are rows with equal values in all columns, numbered as they first appear', () => {
  fc.assert(
    fc.property(fc.array(column, { minLength: 1, maxLength: 3 }), (columns) => {
      const keys = Array.from({ length: rows }, (_, row) => columns.map((one) => textOf(one, row)).join('|'));
      const known = [...new Set(keys)];
      const { codes, count, first } = groupRows(columns);
      expect(count).toBe(known.length);
      expect([...codes]).toEqual(keys.map((key) => known.indexOf(key)));
      expect([...first]).toEqual(known.map((key) => keys.indexOf(key)));
    }),
  );
});
