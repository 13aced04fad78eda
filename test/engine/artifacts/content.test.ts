import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Column, rowsOf, take } from '#dist/engine/artifacts/column.js';
import { ColumnContent, contentOf } from '#dist/engine/artifacts/content.js';
import { concat, slice } from '#dist/engine/artifacts/slice.js';
import { columnOf, typedCells } from './columns.js';

const cutAt = (column: Column, cuts: readonly number[]): Column[] => {
  const borders = [0, ...cuts.map((c) => c % (rowsOf(column) + 1)).sort((a, b) => a - b), rowsOf(column)];
  return borders.slice(1).map((to, i) => slice(column, borders[i]!, to));
};
const cuts = fc.array(fc.nat(1000), { maxLength: 5 });

/** What distinguishes two cells: −0 from 0 in floats, but not one NaN from another. */
const sameCell = (type: string, a: unknown, b: unknown): boolean =>
  Array.isArray(a) && Array.isArray(b)
    ? a.every((v, i) => Object.is(v, b[i]))
    : type === 'float64' || type === 'float32'
      ? Object.is(a, b)
      : a === b;

describe('content digest', () => {
  it('does not depend on portions, null slots, dictionary order, needless validity', () => {
    fc.assert(
      fc.property(typedCells(), cuts, ({ type, cells }, at) => {
        const plain = contentOf(columnOf(type, cells));
        const other = columnOf(type, cells, { junk: 55, order: 'last', alwaysValid: true });
        expect(contentOf(other)).toBe(plain);
        const content = new ColumnContent(other);
        for (const piece of cutAt(other, at)) content.add(piece);
        expect(content.digest()).toBe(plain);
        const pieces = cutAt(other, at).map((piece, i) => (i % 2 ? piece : columnAgain(piece)));
        expect(contentOf(concat(pieces))).toBe(plain);
      }),
      { numRuns: 400 },
    );
  });

  it('differs wherever a value, a null or the order differs', () => {
    fc.assert(
      fc.property(
        typedCells().chain((a) =>
          fc.tuple(fc.constant(a), fc.array(fc.nat(1000), { minLength: 1, maxLength: 8 })),
        ),
        ({ 0: { type, cells }, 1: picks }) => {
          fc.pre(cells.length > 0);
          const rows = picks.map((p) => p % cells.length);
          const other = rows.map((row) => cells[row]!);
          const same = cells.length === other.length && cells.every((c, i) => sameCell(type, c, other[i]));
          const digest = contentOf(columnOf(type, other));
          expect(digest === contentOf(columnOf(type, cells))).toBe(same);
          expect(contentOf(take(columnOf(type, cells), Uint32Array.from(rows)))).toBe(digest);
        },
      ),
      { numRuns: 400 },
    );
  });

  it('tells types apart, and −0 from 0, but not one NaN from another', () => {
    const digests = (['float64', 'float32', 'int64', 'int32', 'bool', 'date', 'timestamp'] as const).map(
      (type) => contentOf(columnOf(type, [1, 0])),
    );
    expect(new Set(digests).size).toBe(digests.length);
    expect(contentOf(columnOf('float64', [-0]))).not.toBe(contentOf(columnOf('float64', [0])));
    expect(contentOf(columnOf('int64', [-0]))).toBe(contentOf(columnOf('int64', [0])));
    const payload = columnOf('float64', [0]);
    new Uint32Array(payload.values.buffer).set([12345, 0xfff80001]);
    expect(contentOf(payload)).toBe(contentOf(columnOf('float64', [Number.NaN])));
    expect(contentOf(columnOf('float64', [Number.NaN]))).not.toBe(contentOf(columnOf('float64', [null])));
    expect(contentOf(columnOf('string', ['ab', 'c']))).not.toBe(contentOf(columnOf('string', ['a', 'bc'])));
    expect(contentOf(columnOf('string', ['']))).not.toBe(contentOf(columnOf('string', [null])));
  });

  it('takes an external column by file, layout and rows', () => {
    const external = { reader: 'segy', path: 'a.sgy', digest: 'd', layout: { window: [0, 4] } } as const;
    const of = (...adds: [typeof external | object, number[]][]) => {
      const content = new ColumnContent({ type: 'vector', width: 4 });
      for (const [what, rows] of adds) content.addExternal({ ...external, ...what }, Uint32Array.from(rows));
      return content.digest();
    };
    const plain = of([{}, [1, 2, 3]]);
    expect(of([{}, [1]], [{ path: 'moved.sgy' }, [2, 3]])).toBe(plain);
    expect(of([{}, [1, 2]])).not.toBe(plain);
    expect(of([{ digest: 'e' }, [1, 2, 3]])).not.toBe(plain);
    expect(of([{ layout: {} }, [1, 2, 3]])).not.toBe(plain);
    expect(of([{}, [1, 2]], [{ digest: 'e' }, [3]])).not.toBe(plain);
  });
});

/** The same values in memory of their own, texts with a dictionary of their own. */
const columnAgain = (column: Column): Column => {
  const copy = take(
    column,
    Uint32Array.from({ length: rowsOf(column) }, (_, i) => i),
  );
  return copy.type === 'string' ? { ...copy, dictionary: [...copy.dictionary, 'more'] } : copy;
};
