import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Column, rowsOf, take } from '#dist/engine/artifacts/column.js';
import { Frame } from '#dist/engine/artifacts/frame.js';
import { objectsOf } from '#dist/engine/artifacts/manifest.js';
import type { ColumnType } from '#dist/engine/artifacts/schema.js';
import type { ExternalReader, Rows } from '#dist/engine/artifacts/source.js';
import type { ExternalColumn, Table } from '#dist/engine/artifacts/table.js';
import { createTables, openTable } from '#dist/engine/artifacts/tables.js';
import { memoryObjects } from '../../support/objects.js';
import { cellOf, columnOf, fieldFor } from './columns.js';

type Cells = { [name: string]: readonly (number | string | boolean | null | readonly number[])[] };
const layout: { [name: string]: ColumnType } = { x: 'float64', name: 'string', trace: 'vector', n: 'int64' };
const names = Object.keys(layout);

const frameOf = (cells: Cells, rows: number) =>
  new Frame(
    { fields: Object.keys(cells).map((name) => fieldFor(name, layout[name] ?? 'float64')) },
    new Map(
      Object.entries(cells).map(([name, values]) => [name, columnOf(layout[name] ?? 'float64', values)]),
    ),
    rows,
  );

/** Cells of a frame in a form that compares null slots, NaN and −0 as they should be. */
const shown = (frame: Frame): Cells =>
  Object.fromEntries(
    frame.schema.fields.map(({ name }) => {
      const column = frame.column(name);
      const width = column.type === 'vector' ? column.width : 1;
      return [
        name,
        Array.from({ length: frame.rows }, (_, i) => {
          if (column.valid?.[i] === 0) return null;
          if (column.type === 'string') return column.dictionary[column.values[i]!]!;
          if (column.type === 'vector') return [...column.values.subarray(i * width, (i + 1) * width)];
          return column.values[i]!;
        }),
      ];
    }),
  );

const cellsArbitrary = fc
  .integer({ min: 1, max: 12 })
  .chain((rows) =>
    fc.record(
      Object.fromEntries(
        names.map((n) => [n, fc.array(cellOf(layout[n]!), { minLength: rows, maxLength: rows })]),
      ),
    ),
  ) as fc.Arbitrary<Cells>;

const rowCount = (cells: Cells) => Object.values(cells)[0]!.length;

describe('tables', () => {
  it('hold after any verbs what arrays would hold, with the digests of tables made afresh', async () => {
    const verbs = fc.array(
      fc.oneof(
        fc.record({ verb: fc.constant('pick' as const), rows: fc.array(fc.nat(1000), { maxLength: 30 }) }),
        fc.record({ verb: fc.constant('concat' as const), cells: cellsArbitrary }),
        fc.record({ verb: fc.constant('frame' as const), seed: fc.nat(99) }),
        fc.record({ verb: fc.constant('table' as const), seed: fc.nat(99), cut: fc.nat(1000) }),
      ),
      { maxLength: 6 },
    );
    await fc.assert(
      fc.asyncProperty(cellsArbitrary, verbs, fc.integer({ min: 1, max: 9 }), async (cells, steps, size) => {
        const objects = memoryObjects();
        const tables = createTables(objects);
        let model = cells;
        let table: Table = await tables.create(frameOf(cells, rowCount(cells)));
        for (const step of steps) {
          const rows = table.rows;
          if (step.verb === 'pick') {
            const picked = rows === 0 ? [] : step.rows.map((r) => r % rows);
            table = await tables.pick(table, Uint32Array.from(picked));
            model = Object.fromEntries(names.map((n) => [n, picked.map((r) => model[n]![r]!)]));
          } else if (step.verb === 'concat') {
            table = await tables.concat([
              table,
              await tables.create(frameOf(step.cells, rowCount(step.cells))),
            ]);
            model = Object.fromEntries(names.map((n) => [n, [...model[n]!, ...step.cells[n]!]]));
          } else {
            const x = Array.from({ length: rows }, (_, i) => (i * 7 + step.seed) % 11);
            const other = frameOf({ x }, rows);
            if (step.verb === 'frame') table = await tables.with(table, other);
            else {
              const at = step.cut % (rows + 1);
              const head = await tables.create(frameOf({ x: x.slice(0, at) }, at));
              const tail = await tables.create(frameOf({ x: x.slice(at) }, rows - at));
              table = await tables.with(table, await tables.concat([head, tail]));
            }
            model = { ...model, x };
          }
        }
        const rows = rowCount(model);
        expect(table.rows).toBe(rows);
        expect(shown(await table.frame())).toEqual(model);
        const seen: Cells[] = [];
        for await (const batch of table.batches({ rows: size })) seen.push(shown(batch));
        expect(seen.map((batch) => rowCount(batch))).toEqual(
          Array.from({ length: Math.ceil(rows / size) }, (_, i) => Math.min(size, rows - i * size)),
        );
        for (const n of names) expect(seen.flatMap((batch) => batch[n]!)).toEqual(model[n]);
        const fresh = await tables.create(frameOf(model, rows));
        expect(table.digest).toBe(fresh.digest);
        const again = await openTable(objects, await tables.put(table));
        expect(again.digest).toBe(table.digest);
        expect(shown(await again.frame())).toEqual(model);
        for (const digest of objectsOf(table.manifest)) expect(objects.held.has(digest)).toBe(true);
      }),
      { numRuns: 80 },
    );
  });

  it('write nothing but row numbers and new columns when rows are picked or columns added', async () => {
    const objects = memoryObjects();
    const tables = createTables(objects);
    const rows = 3000;
    const traces = {
      type: 'vector',
      width: 500,
      values: new Float32Array(rows * 500).map((_, i) => i),
    } as const;
    const table = await tables.create(
      new Frame({ fields: [fieldFor('trace', 'vector', { width: 500 })] }, new Map([['trace', traces]])),
    );
    expect(objects.written).toBeGreaterThan(rows * 2000);
    const before = objects.written;
    const odd = Uint32Array.from({ length: rows / 2 }, (_, i) => 2 * i + 1);
    const shuffled = await tables.pick(await tables.pick(table, odd), odd.slice(0, rows / 4).reverse());
    const more = await tables.with(shuffled, frameOf({ x: Array.from(odd.slice(0, rows / 4)) }, rows / 4));
    expect(objects.written - before).toBeLessThan(rows * 12);
    const column = (await more.column('trace')) as Column & { type: 'vector' };
    expect(column.values[0]).toBe(traces.values[odd[odd[rows / 4 - 1]!]! * 500]);
  });

  it('are cut into parts by row width, and read in batches that do not follow the parts', async () => {
    const tables = createTables(memoryObjects());
    const writer = tables.writer({ fields: [fieldFor('a', 'float64', { nullable: false })] });
    const values = (from: number, n: number) => new Float64Array(n).map((_, i) => from + i);
    for (let from = 0; from < 150_000; from += 30_000)
      await writer.append(
        new Frame(
          { fields: [fieldFor('a', 'float64', { nullable: false })] },
          new Map([['a', { type: 'float64', values: values(from, 30_000) }]]),
        ),
      );
    const table = await writer.finish();
    expect(table.manifest.parts.map((part) => part.rows)).toEqual([65_536, 65_536, 18_928]);
    let next = 0;
    for await (const batch of table.batches({ rows: 10_000 }))
      expect(batch.column('a').values.every((value) => value === next++)).toBe(true);
    expect(next).toBe(150_000);
    expect(
      (
        await tables.pick(
          table,
          Uint32Array.from({ length: 150_000 }, (_, i) => i),
        )
      ).manifest.parts,
    ).toEqual(table.manifest.parts);
  });

  it('keep empty tables readable', async () => {
    const tables = createTables(memoryObjects());
    const none = await tables.create(frameOf(Object.fromEntries(names.map((n) => [n, []])), 0));
    const frame = await none.frame();
    expect(frame.rows).toBe(0);
    for (const n of names) expect(frame.column(n).type).toBe(layout[n]);
    for await (const _ of none.batches()) expect.unreachable();
    const picked = await tables.pick(await tables.concat([none, none]), new Uint32Array(0));
    expect(picked.digest).toBe(none.digest);
  });

  it('select, retype and refuse what does not fit', async () => {
    const tables = createTables(memoryObjects());
    const table = await tables.create(frameOf({ x: [1, 2], name: ['a', null] }, 2));
    const turned = await tables.select(table, ['name', 'x']);
    expect(turned.schema.fields.map((f) => f.name)).toEqual(['name', 'x']);
    const renamed = await tables.retype(table, [
      fieldFor('depth', 'float64', { role: 'position', unit: 'm' }),
      fieldFor('name', 'string', { role: 'target' }),
    ]);
    expect(shown(await renamed.frame())).toEqual({ depth: [1, 2], name: ['a', null] });
    expect(renamed.digest).not.toBe(table.digest);
    expect(renamed.manifest.contents.depth).toBe(table.manifest.contents.x);
    await expect(tables.retype(table, [fieldFor('x', 'float64')])).rejects.toThrow('as many columns');
    await expect(tables.with(table, frameOf({ y: [1] }, 1))).rejects.toThrow('beside 2');
    await expect(tables.pick(table, Uint32Array.of(2))).rejects.toThrow('not in a table of 2 rows');
    await expect(tables.concat([table, turned, await tables.select(table, ['x'])])).rejects.toThrow(
      'column "name" is missing in one of the tables',
    );
    const strict = new Frame(
      { fields: [fieldFor('x', 'float64', { nullable: false })] },
      new Map([['x', columnOf('float64', [1, null])]]),
    );
    await expect(tables.create(strict)).rejects.toThrow('holds nulls');
  });

  it('say that a missing object has to be made again', async () => {
    const objects = memoryObjects();
    const table = await createTables(objects).create(frameOf({ x: [1, 2] }, 2));
    const manifest = await createTables(objects).put(table);
    for (const digest of objectsOf(table.manifest)) objects.held.delete(digest);
    await expect((await openTable(objects, manifest)).column('x')).rejects.toMatchObject({
      problems: [{ code: 'store/damaged' }],
    });
    await expect(openTable(objects, 'f'.repeat(64))).rejects.toMatchObject({
      problems: [{ code: 'store/damaged' }],
    });
  });

  it('read columns of people’s files through a reader, only the rows asked for', async () => {
    const asked: number[] = [];
    const reader: ExternalReader = {
      async read(external: ExternalColumn, rows: Rows) {
        const numbers =
          rows instanceof Uint32Array
            ? rows
            : Uint32Array.from({ length: rows.to - rows.from }, (_, i) => rows.from + i);
        asked.push(numbers.length);
        const all = columnOf(
          'vector',
          Array.from({ length: 100 }, (_, i) => [i, Number(external.layout)]),
        );
        return take(all, numbers);
      },
    };
    const objects = memoryObjects();
    const tables = createTables(objects, { segy: reader });
    const external = (path: string, layout: number) =>
      ({ external: { reader: 'segy', path, digest: path, layout } }) as const;
    const field = fieldFor('trace', 'vector', { nullable: false });
    const one = await tables.external(field, [{ rows: 100, column: external('a', 1) }]);
    const two = await tables.external(field, [{ rows: 100, column: external('b', 2) }]);
    expect(asked).toEqual([]);
    const picked = await tables.pick(await tables.concat([one, two]), Uint32Array.of(150, 3, 151, 4, 4));
    expect(asked).toEqual([]);
    const column = await picked.column('trace');
    expect([...column.values]).toEqual([50, 2, 3, 1, 51, 2, 4, 1, 4, 1]);
    expect(asked).toEqual([1, 1, 1, 2]);
    const other = await tables.pick(await tables.concat([one, two]), Uint32Array.of(150, 3, 151, 4, 5));
    expect(other.digest).not.toBe(picked.digest);
    expect(rowsOf(await other.column('trace'))).toBe(5);
  });
});
