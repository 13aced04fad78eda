import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import segy from '#dist/components/ingest/segy.js';
import type { Table } from '#dist/engine/artifacts/table.js';
import { writeArtifact } from '#dist/engine/export/write.js';
import { harness } from '../../support/harness.js';
import { cellsOf, tableOf } from '../../support/table-of.js';

const folder = mkdtempSync(join(tmpdir(), 'toolbox-sgy-'));
afterAll(() => rmSync(folder, { recursive: true }));
const { tables, objects, run } = harness(segy);

const rows = 12;
const made = () =>
  tableOf(tables, {
    columns: {
      inline: {
        type: 'int32',
        role: 'position',
        values: Array.from({ length: rows }, (_, i) => Math.floor(i / 4)),
      },
      crossline: { type: 'int32', role: 'position', values: Array.from({ length: rows }, (_, i) => i % 4) },
      cdp_x: {
        type: 'float64',
        role: 'position',
        values: Array.from({ length: rows }, (_, i) => 1000.25 + i),
      },
      cdp_y: {
        type: 'float64',
        role: 'position',
        values: Array.from({ length: rows }, (_, i) => 7 - 5.5 * i),
      },
      trace: {
        type: 'vector',
        axis: { start: 0.1, step: 0.004, unit: 's' },
        values: Array.from({ length: rows }, (_, i) => [i, -i / 2, 0.125 * i, 1e-6]),
      },
    },
  });
const ingest = async (path: string) => (await run({ config: { path } })).outputs['traces'] as Table;
const save = async (table: Table, name: string) => {
  const path = join(folder, name);
  await writeArtifact(objects, table, path);
  return path;
};

it('writes traces as a SEG-Y file whose headers and samples come back', async () => {
  const table = await made();
  const back = await ingest(await save(table, 'new.sgy'));
  const given = await cellsOf(table);
  const found = await cellsOf(back);
  for (const name of Object.keys(given)) expect(found[name], name).toEqual(given[name]);
  expect(back.schema.fields.find((f) => f.name === 'trace')).toMatchObject({
    axis: { start: 0.1, step: 0.004, unit: 's' },
  });
});

it('copies traces that lie in a file: all of them to the byte, some with their headers', async () => {
  const path = await save(await made(), 'first.sgy');
  const table = await ingest(path);
  expect(readFileSync(await save(table, 'copy.segy')).equals(readFileSync(path))).toBe(true);
  const picked = await tables.pick(table, Uint32Array.of(7, 3, 4, 11));
  const bytes = await save(await tables.concat([picked, picked]), 'some.sgy');
  const back = await cellsOf(await ingest(bytes));
  const expected = await cellsOf(await tables.concat([picked, picked]));
  for (const name of ['inline', 'crossline', 'cdp_x', 'cdp_y', 'trace'])
    expect(back[name]).toEqual(expected[name]);
  expect(readFileSync(bytes).subarray(0, 3200).equals(readFileSync(path).subarray(0, 3200))).toBe(false);
});

it('says why a table cannot be SEG-Y', async () => {
  const plain = await tableOf(tables, { columns: { a: [1] } });
  await expect(save(plain, 'a.sgy')).rejects.toMatchObject({ problems: [{ code: 'data/column' }] });
  const still = await tableOf(tables, { columns: { v: { type: 'vector', values: [[1, 2]] } } });
  await expect(save(still, 'a.sgy')).rejects.toMatchObject({
    problems: [{ message: '"v" has no sample interval, which SEG-Y must state' }],
  });
});
