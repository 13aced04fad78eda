import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import csv from '#dist/components/ingest/csv.js';
import json from '#dist/components/ingest/json.js';
import parquet from '#dist/components/ingest/parquet.js';
import { encodeColumn } from '#dist/engine/artifacts/arrow.js';
import type { Table } from '#dist/engine/artifacts/table.js';
import { createTables } from '#dist/engine/artifacts/tables.js';
import { writeArtifact } from '#dist/engine/export/write.js';
import { harness } from '../support/harness.js';
import { memoryObjects } from '../support/objects.js';
import { askPeer, hasPeers } from '../support/peer.js';
import { type Cell, cellsOf, type TableSpec, tableOf } from '../support/table-of.js';

const folder = mkdtempSync(join(tmpdir(), 'toolbox-tables-'));
afterAll(() => rmSync(folder, { recursive: true }));

type Cells = { readonly [column: string]: readonly Cell[] };

/** Times as Python prints them, µs always shown. */
const moment = (iso: string | null) => iso?.replace('Z', '').replace(/(\.\d{3})$/, '$1000') ?? null;
const near = (found: readonly Cell[], expected: readonly Cell[]) =>
  found.map((v, i) =>
    v !== null && Math.fround(v as number) === Math.fround(expected[i] as number) ? expected[i] : v,
  );

describe.skipIf(!hasPeers)('pyarrow, pandas, duckdb and openpyxl', () => {
  it('read what the engine writes', async () => {
    const spec = {
      columns: {
        whole: { type: 'int64', values: [1, null, -9007199254740991] },
        small: { type: 'int32', values: [1, 2, null] },
        real: { type: 'float64', values: [0.1, null, -1.5e-300] },
        single: { type: 'float32', values: [0.5, -2, null] },
        truth: { type: 'bool', values: [true, null, false] },
        text: { type: 'string', values: ['a "b", c', null, '=1+1'] },
        day: { type: 'date', values: ['2024-02-29', null, '1950-01-01'] },
        moment: { type: 'timestamp', values: ['2024-01-31T12:00:00.250Z', null, '1969-12-31T23:59:59.999Z'] },
        vector: {
          type: 'vector',
          values: [
            [1, 2],
            [3, 4],
            [5, 6],
          ],
        },
      },
    } as const satisfies TableSpec;
    const objects = memoryObjects();
    const tables = createTables(objects);
    const half = await tableOf(tables, spec);
    const table = await tables.pick(half, Uint32Array.of(0, 1, 2));
    for (const ending of ['parquet', 'arrow', 'csv', 'tsv', 'json', 'jsonl', 'xlsx'])
      await writeArtifact(objects, table, join(folder, `rows.${ending}`));
    for (const { name } of table.schema.fields)
      writeFileSync(join(folder, `${name}.column`), await encodeColumn(await table.column(name)));
    const found = askPeer<{ [reader: string]: Cells } & { json: object[]; jsonl: object[]; types: object }>(
      'test/interop/tables.py',
      'read',
      folder,
    );
    const expected = Object.fromEntries(
      Object.entries(spec.columns).map(([name, { values, type }]) => [
        name,
        type === 'timestamp' ? values.map(moment) : [...values],
      ]),
    );
    for (const reader of ['parquet', 'duckdb', 'pandas', 'arrow', 'feather'])
      expect(found[reader], reader).toEqual(expected);
    expect(found.types).toMatchObject({
      whole: 'int64',
      small: 'int32',
      single: 'float',
      day: 'date32[day]',
      moment: 'timestamp[us, tz=UTC]',
    });
    const { vector: _, ...scalars } = expected;
    const shown = Object.fromEntries(
      Object.entries(scalars).map(([name, values]) => [
        name,
        values.map((v) =>
          v === null
            ? ''
            : v === '=1+1'
              ? "'=1+1"
              : String(name === 'moment' ? `${String(v).slice(0, -3)}Z` : v),
        ),
      ]),
    );
    expect(found['csv']).toEqual(shown);
    expect(found['tsv']).toEqual(shown);
    const rows = [0, 1, 2].map((i) =>
      Object.fromEntries(Object.entries(spec.columns).map(([name, { values }]) => [name, values[i]])),
    );
    expect(found.json).toEqual(rows);
    expect(found.jsonl).toEqual(rows);
    // Excel has milliseconds at best, dates as times at midnight, and formulas disarmed.
    expect(found['xlsx']).toEqual({
      ...scalars,
      text: ['a "b", c', null, "'=1+1"],
      day: ['2024-02-29T00:00:00.000000', null, '1950-01-01T00:00:00.000000'],
    });
    const columns = found['columns'] as unknown as { [name: string]: [type: string, values: Cell[]] };
    for (const [name, values] of Object.entries(expected)) expect(columns[name]![1], name).toEqual(values);
    expect(columns['vector']![0]).toContain('fixed_size_list<');
    expect(columns['text']![0]).toBe('dictionary<values=string, indices=int32, ordered=0>');
  });

  it.each([1, 2])('write what the engine reads, cell by cell (seed %i)', async (seed) => {
    const expected = askPeer<Cells>('test/interop/tables.py', 'write', folder, seed);
    const read = async (component: Parameters<typeof harness>[0], config: object) => {
      const cells = await cellsOf(
        (await harness(component).run({ config: { ...config } })).outputs['out'] as Table,
      );
      return { ...cells, moment: cells['moment']!.map((v) => moment(v as string | null)) };
    };
    const path = (name: string) => join(folder, name);
    const { vector, ...scalars } = expected;
    for (const file of ['rows.csv', 'rows.tsv', 'rows.de.csv'])
      expect(await read(csv, { path: path(file), columns: { small: { type: 'int32' } } }), file).toEqual(
        scalars,
      );
    for (const [component, file] of [
      [parquet, 'rows.parquet'],
      [parquet, 'lists.parquet'],
      [json, 'rows.jsonl'],
      [json, 'rows.json'],
    ] as const) {
      const found = await read(component, { path: path(file) });
      expect({ ...found, vector: undefined }, file).toEqual({ ...scalars, vector: undefined });
      const flat = (of: Cells) => of['vector']!.flat() as number[];
      expect(near(flat(found as Cells), flat({ vector: vector! })), file).toEqual(flat({ vector: vector! }));
    }
  });
});
