import { tableFromIPC } from 'apache-arrow';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeColumn, encodeColumn, encodeFrames } from '#dist/engine/artifacts/arrow.js';
import { cell, rowsOf } from '#dist/engine/artifacts/column.js';
import { Frame } from '#dist/engine/artifacts/frame.js';
import { columnOf, typedCells } from './columns.js';

const onShared = (bytes: Uint8Array, offset = 0) => {
  const shared = new Uint8Array(new SharedArrayBuffer(bytes.length + offset)).subarray(offset);
  shared.set(bytes);
  return shared;
};

describe('frames as Arrow', () => {
  it('write columns that lie on the same bytes as often as they stand there', async () => {
    const names = ['a', 'b', 'c'];
    const values = Float64Array.from({ length: 24 }, (_, i) => i);
    const fields = names.map(
      (name) => ({ name, type: 'float64', role: 'feature', nullable: false }) as const,
    );
    const frame = new Frame({ fields }, new Map(names.map((name) => [name, { type: 'float64', values }])));
    const back = tableFromIPC(await encodeFrames(frame.schema, [frame]));
    expect(names.map((name) => [...back.getChild(name)!])).toEqual(names.map(() => [...values]));
  });
});

describe('arrow codec', () => {
  it('hands back every column as it was', async () => {
    await fc.assert(
      fc.asyncProperty(typedCells(), fc.boolean(), async ({ type, cells }, odd) => {
        fc.pre(cells.length > 0);
        const column = columnOf(type, cells);
        const back = await decodeColumn(onShared(await encodeColumn(column), odd ? 3 : 0));
        expect(back.type).toBe(type);
        expect(rowsOf(back)).toBe(cells.length);
        for (let i = 0; i < cells.length; i++) {
          expect(back.valid?.[i] ?? 1).toBe(cells[i] === null ? 0 : 1);
          if (type === 'vector' || type === 'date' || type === 'timestamp') continue;
          if (type === 'int64')
            expect(cell(back, i)).toBe((cell(column, i) as number) + 0 || cell(column, i));
          else expect(cell(back, i)).toEqual(cell(column, i));
        }
        const known = (i: number) => column.valid?.[type === 'vector' ? i >> 1 : i] !== 0;
        if (type === 'string') return;
        const values = [...back.values].map((value) => value + 0).filter((_, i) => known(i));
        expect(values).toEqual([...column.values].map((value) => value + 0).filter((_, i) => known(i)));
      }),
      { numRuns: 150 },
    );
  });

  it('gives the same bytes whatever lies in null slots or unused dictionary entries', async () => {
    await fc.assert(
      fc.asyncProperty(typedCells(), async ({ type, cells }) => {
        fc.pre(cells.length > 0);
        const plain = await encodeColumn(columnOf(type, cells));
        const other = await encodeColumn(
          columnOf(type, cells, { junk: 77, order: 'last', alwaysValid: true }),
        );
        expect(Buffer.from(other).equals(Buffer.from(plain))).toBe(true);
      }),
    );
  });

  it('decodes floats and vectors as views on the shared bytes, without a copy', async () => {
    for (const type of ['float64', 'float32', 'int32', 'date', 'vector'] as const) {
      const cells =
        type === 'vector'
          ? [
              [1, 2],
              [3, 4],
            ]
          : [1, 2];
      const bytes = onShared(await encodeColumn(columnOf(type, cells)));
      expect((await decodeColumn(bytes)).values.buffer).toBe(bytes.buffer);
    }
  });

  it('puts on shared memory what it has to convert', async () => {
    for (const type of ['int64', 'bool', 'timestamp'] as const) {
      const back = await decodeColumn(onShared(await encodeColumn(columnOf(type, [1, 0, null]))));
      expect(back.values.buffer).toBeInstanceOf(SharedArrayBuffer);
      expect(back.valid!.buffer).toBeInstanceOf(SharedArrayBuffer);
    }
  });
});
