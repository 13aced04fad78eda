import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Field } from '#dist/engine/artifacts/schema.js';
import { segyReader } from '#dist/engine/artifacts/segy-reader.js';
import { createTables } from '#dist/engine/artifacts/tables.js';
import { memoryObjects } from '../../support/objects.js';

const traces = 20;
const samples = 5;
const layout = {
  firstTrace: 3600,
  stride: 240 + samples * 4,
  headerBytes: 240,
  traces,
  samples,
  format: 5,
  endian: 'big',
  window: [1, 3],
} as const;
const field: Field = { name: 'trace', type: 'vector', role: 'feature', nullable: false, width: 3 };
let folder: string;
let path: string;
let hashed = 0;
const digestOf = async (file: string) => {
  hashed++;
  return createHash('sha256').update(readFileSync(file)).digest('hex');
};

/** A file whose sample s of trace t is 100 t + s + `shift`. */
function write(shift = 0) {
  const bytes = Buffer.alloc(3600 + traces * layout.stride);
  for (let t = 0; t < traces; t++)
    for (let s = 0; s < samples; s++)
      bytes.writeFloatBE(100 * t + s + shift, 3600 + t * layout.stride + 240 + s * 4);
  writeFileSync(path, bytes);
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'toolbox-segy-'));
  path = join(folder, 'a b ü.sgy');
  hashed = 0;
  write();
});
afterEach(() => rmSync(folder, { recursive: true }));

const open = async () => {
  const tables = createTables(memoryObjects(), { segy: segyReader(digestOf) });
  const external = { reader: 'segy' as const, path, digest: await digestOf(path), layout };
  return { tables, table: await tables.external(field, [{ rows: traces, column: { external } }]) };
};

it('reads the window of the traces asked for, in any order, after one look at the whole file', async () => {
  const { tables, table } = await open();
  const picked = await tables.pick(table, Uint32Array.of(7, 8, 0, 19));
  expect([...(await picked.column('trace')).values]).toEqual([
    701, 702, 703, 801, 802, 803, 1, 2, 3, 1901, 1902, 1903,
  ]);
  const batches: number[] = [];
  for await (const batch of table.batches({ rows: 6 })) batches.push(...batch.column('trace').values);
  expect(batches).toHaveLength(traces * 3);
  expect(batches[17 * 3]).toBe(1701);
  expect(hashed).toBe(2);
});

it('says so when the file is another one, shorter, or gone', async () => {
  const { table } = await open();
  await table.column('trace');
  write(1);
  utimesSync(path, 1, 1);
  await expect(table.column('trace')).rejects.toMatchObject({
    problems: [{ code: 'store/damaged', message: expect.stringContaining('no longer the file') }],
  });
  truncateSync(path, 4000);
  await expect(table.column('trace')).rejects.toMatchObject({ problems: [{ code: 'store/damaged' }] });
  rmSync(path);
  await expect(table.column('trace')).rejects.toMatchObject({ problems: [{ code: 'file/missing' }] });
});

it('takes a file that was only touched', async () => {
  const { table } = await open();
  await table.column('trace');
  utimesSync(path, 5, 5);
  expect((await table.column('trace')).values[0]).toBe(1);
});
