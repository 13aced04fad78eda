import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import parquet from '#dist/components/ingest/parquet.js';
import type { Table } from '#dist/engine/artifacts/table.js';
import { harness } from '../../support/harness.js';
import { hasSharedData, sharedData } from '../../support/shared.js';
import { cellsOf } from '../../support/table-of.js';

type Row = { readonly [column: string]: unknown };
interface Expected {
  readonly rows?: number;
  readonly first3?: readonly Row[];
  readonly last?: Row;
  readonly error?: string;
}

// The reference is hyparquet's reading of the files of apache/parquet-testing; see SOURCES.md.
const folder = join(sharedData, 'formats/parquet');
const expected = (hasSharedData ? JSON.parse(readFileSync(join(folder, 'expected.json'), 'utf8')) : {}) as {
  [file: string]: Expected;
};

/** Members of objects as `outer.inner`; only what is a cell here: no lists, and no times that JSON shows as text. */
const scalars = (row: Row, prefix = ''): [string, unknown][] =>
  Object.entries(row).flatMap(([name, value]): [string, unknown][] => {
    if (value !== null && typeof value === 'object' && !Array.isArray(value))
      return scalars(value as Row, `${prefix}${name}.`);
    return Array.isArray(value) ? [] : [[prefix + name, value]];
  });

describe.skipIf(!hasSharedData)('Parquet files of other programs', () => {
  it.each(Object.entries(expected).filter(([file]) => file !== 'delta_binary_packed.parquet'))(
    '%s',
    async (file, { rows, first3 = [], last, error }) => {
      const { run } = harness(parquet);
      const running = run({ config: { path: join(folder, file) } });
      if (error) {
        await expect(running).rejects.toMatchObject({ problems: [{ code: 'data/format' }] });
        return;
      }
      const table = (await running).outputs['out'] as Table;
      expect(table.rows).toBe(rows);
      const cells = await cellsOf(table);
      const fields = new Map(table.schema.fields.map((field) => [field.name, field]));
      for (const [row, of] of [...first3.entries(), ...(last ? [[table.rows - 1, last] as const] : [])])
        for (const [name, value] of scalars(of)) {
          const field = fields.get(name);
          if (!field || field.type === 'timestamp' || field.type === 'vector') continue;
          const found = cells[name]![row];
          if (typeof value === 'number') expect(found, `${name}[${row}]`).toBeCloseTo(value, 5);
          else if (field.type === 'date') expect(found).toBe(String(value).slice(0, 10));
          else if (value !== null) expect(String(found), `${name}[${row}]`).toBe(String(value));
        }
    },
  );

  it('refuses whole numbers that would lose digits, and reads them as text', async () => {
    const path = join(folder, 'delta_binary_packed.parquet');
    const [header, ...lines] = readFileSync(join(folder, 'delta_binary_packed_expect.csv'), 'utf8')
      .trim()
      .split('\n');
    const names = header!.split(',');
    const { run } = harness(parquet);
    await expect(run({ config: { path } })).rejects.toMatchObject({
      problems: [
        { code: 'data/values', message: expect.stringContaining('"bitwidth63" holds whole numbers past') },
      ],
    });
    const columns = Object.fromEntries(names.map((name) => [name, { type: 'string' }]));
    const cells = await cellsOf((await run({ config: { path, columns } })).outputs['out'] as Table);
    expect(lines.map((_, row) => names.map((name) => cells[name]![row]).join(','))).toEqual(lines);
  });

  it('reads only the columns asked for, with roles and other types', async () => {
    const { run } = harness(parquet);
    const config = {
      path: join(folder, 'alltypes_plain.parquet'),
      select: ['id', 'float_col', 'timestamp_col'],
      columns: { id: { type: 'string', role: 'key' } },
    };
    const table = (await run({ config })).outputs['out'] as Table;
    expect(table.schema.fields.map(({ name, type, role }) => [name, type, role])).toEqual([
      ['id', 'string', 'key'],
      ['float_col', 'float32', 'feature'],
      ['timestamp_col', 'timestamp', 'feature'],
    ]);
    const cells = await cellsOf(table);
    // pyarrow 26.0.1: pq.read_table('alltypes_plain.parquet').select([…])[:2].to_pylist()
    expect(cells['id']!.slice(0, 2)).toEqual(['4', '5']);
    expect(cells['float_col']![1]).toBeCloseTo(1.1, 6);
    expect(cells['timestamp_col']!.slice(0, 2)).toEqual([
      '2009-03-01T00:00:00.000Z',
      '2009-03-01T00:01:00.000Z',
    ]);
  });

  it('says which column is not there', async () => {
    const { run } = harness(parquet);
    const config = { path: join(folder, 'alltypes_plain.parquet'), select: ['idd'] };
    await expect(run({ config })).rejects.toMatchObject({
      problems: [{ code: 'spec/column', message: 'alltypes_plain.parquet has no column "idd"' }],
    });
  });
});
