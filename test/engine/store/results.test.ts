import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { digestOf, type Json } from '#dist/engine/canonical.js';
import { openObjects } from '#dist/engine/store/objects.js';
import type { ResultRecord } from '#dist/engine/store/record.js';
import { keyOf, openResults } from '#dist/engine/store/results.js';
import { testFolder } from '../../support/folder.js';

const parts = {
  format: 1,
  component: 'prep.impute',
  version: '1.0.0',
  implementation: { 'prep.impute': 'ab' },
  config: { value: 1.5, columns: ['ä', 'b'] },
  inputs: { main: ['cd'] },
  externals: {},
  programs: {},
  environment: {},
} as const;

async function recordIn(folder: string) {
  const objects = openObjects(join(folder, 'objects'));
  const object = await objects.put(new TextEncoder().encode('a table'));
  const record: ResultRecord = {
    key: keyOf(parts),
    parts,
    outputs: { main: { kind: 'table', object, content: object, size: 3 } },
    objects: [object],
    metrics: { rows: 3 },
    warnings: [],
    seconds: 0.25,
  };
  return { objects, object, record, results: openResults(join(folder, 'results')) };
}

test('the key does not depend on the order of keys and does on every value', () => {
  const turned = Object.fromEntries(Object.entries(parts).reverse()) as unknown as typeof parts;
  expect(keyOf(turned)).toBe(keyOf(parts));
  expect(keyOf({ ...parts, seed: 1 })).not.toBe(keyOf(parts));
  expect(keyOf({ ...parts, config: { ...parts.config, value: 1.5000000000000002 } })).not.toBe(keyOf(parts));
});

test('a record comes back with the digest that the log enters', async () => {
  const { results, record } = await recordIn(testFolder());
  expect(results.read(record.key)).toBeUndefined();
  expect(results.keys()).toEqual([]);
  const digest = results.write(record);
  expect(results.read(record.key)).toEqual({ record, digest });
  expect(digest).toBe(digestOf(record as unknown as Json));
  expect(results.keys()).toEqual([record.key]);
});

test('a record whose object is missing or damaged is read but not complete', async () => {
  const folder = testFolder();
  const { results, record, objects } = await recordIn(folder);
  results.write(record);
  expect(await results.complete(record.key, objects)).toEqual(results.read(record.key));
  const nowhere = openObjects(join(folder, 'elsewhere'));
  expect(await results.complete(record.key, nowhere)).toBeUndefined();
  expect(results.read(record.key)).toBeDefined();
});

test('a changed, cut or swapped record reads as absent', async () => {
  const folder = testFolder();
  const { results, record } = await recordIn(folder);
  results.write(record);
  const path = join(folder, 'results', `${record.key}.json`);
  const text = readFileSync(path, 'utf8');
  for (const damage of [text.slice(0, -5), text.replace('"rows":3', '"rows":4'), '', 'null']) {
    writeFileSync(path, damage);
    expect(results.read(record.key)).toBeUndefined();
  }
  const other = keyOf({ ...parts, seed: 2 });
  writeFileSync(join(folder, 'results', `${other}.json`), text);
  expect(results.read(other)).toBeUndefined();
});
