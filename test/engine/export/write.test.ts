import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, expect, test } from 'vitest';
import type { Column } from '#dist/engine/artifacts/column.js';
import { Frame } from '#dist/engine/artifacts/frame.js';
import type { Field } from '#dist/engine/artifacts/schema.js';
import { createTables } from '#dist/engine/artifacts/tables.js';
import { writeArtifact } from '#dist/engine/export/write.js';
import { memoryObjects } from '../../support/objects.js';

const folder = mkdtempSync(join(tmpdir(), 'export-'));
afterAll(() => rmSync(folder, { recursive: true }));
const objects = memoryObjects();
const tables = createTables(objects);

async function sample() {
  const field = (name: string, type: Field['type'], rest: Partial<Field> = {}): Field => ({
    name,
    type,
    role: 'feature',
    nullable: true,
    ...rest,
  });
  const columns = new Map<string, Column>([
    ['n', { type: 'float64', values: Float64Array.of(1.5, Number.NaN, -2), valid: Uint8Array.of(1, 0, 1) }],
    [
      'text, "odd"',
      { type: 'string', values: Int32Array.of(0, 1, 2), dictionary: ['=SUM(A1)', 'a,"b"', 'Grüße'] },
    ],
    ['day', { type: 'date', values: Int32Array.of(0, 19_000, -1) }],
    ['trace', { type: 'vector', width: 2, values: Float32Array.of(1, 2, 3, 4, 5, 6) }],
  ]);
  const fields = [
    field('n', 'float64'),
    field('text, "odd"', 'string'),
    field('day', 'date'),
    field('trace', 'vector', { width: 2 }),
  ];
  return tables.create(new Frame({ fields }, columns));
}

test('CSV quotes, disarms formulas, leaves traces out', async () => {
  const path = join(folder, 'a.csv');
  await writeArtifact(objects, await sample(), path);
  expect(readFileSync(path, 'utf8')).toBe(
    'n,"text, ""odd""",day\n1.5,\'=SUM(A1),1970-01-01\n,"a,""b""",2022-01-08\n-2,Grüße,1969-12-31\n',
  );
});

test('xyz has a line a row: coordinates, else line numbers, else order, and the prediction', async () => {
  const path = join(folder, 'a.xyz');
  const column = (name: string, role: Field['role'], values: readonly number[]) =>
    [
      { name, type: 'float64', role, nullable: true } as Field,
      { type: 'float64', values: Float64Array.from(values) } as Column,
    ] as const;
  const xyz = async (...columns: readonly (readonly [Field, Column])[]) => {
    const fields = columns.map(([field]) => field);
    const frame = new Frame({ fields }, new Map(columns.map(([field, values]) => [field.name, values])));
    await writeArtifact(objects, await tables.create(frame), path);
    return readFileSync(path, 'utf8');
  };
  const predicted = [
    { name: 'predicted', type: 'string', role: 'prediction', nullable: true } as Field,
    { type: 'string', values: Int32Array.of(1, 0), dictionary: ['sand', 'lime  stone'] } as Column,
  ] as const;
  const place = [column('cdp_x', 'position', [430000.5, 1]), column('cdp_y', 'position', [6e6, 2])] as const;
  const lines = [column('inline', 'position', [7, 8]), column('crossline', 'position', [3, 4])] as const;
  const none = [column('cdp_x', 'position', [0, 0]), column('cdp_y', 'position', [0, 0])] as const;
  expect(await xyz(...lines, ...place, predicted)).toBe(
    '# cdp_x cdp_y predicted\n# 0 lime stone, 1 sand\n430000.5 6000000 0\n1 2 1\n',
  );
  expect(await xyz(...none, ...lines, column('depth', 'feature', [1.25, Number.NaN]))).toBe(
    '# crossline inline depth\n3 7 1.25\n',
  );
  expect(await xyz(...none, column('a', 'feature', [5, 6]))).toBe('# row 0 a\n1 0 5\n2 0 6\n');
});

test('DuckDB reads the Parquet, traces included', async () => {
  const path = join(folder, 'a.parquet');
  await writeArtifact(objects, await sample(), path);
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  const rows = await connection.runAndReadAll(
    `select n, "text, ""odd""", day::varchar, trace[2] from '${path}'`,
  );
  expect(rows.getRows()).toEqual([
    [1.5, '=SUM(A1)', '1970-01-01', 2],
    [null, 'a,"b"', '2022-01-08', 4],
    [-2, 'Grüße', '1969-12-31', 6],
  ]);
});

test('JSON, line by line and whole', async () => {
  await writeArtifact(objects, await sample(), join(folder, 'a.json'));
  await writeArtifact(objects, await sample(), join(folder, 'a.jsonl'));
  const whole = JSON.parse(readFileSync(join(folder, 'a.json'), 'utf8'));
  expect(whole[0]).toEqual({ n: 1.5, 'text, "odd"': '=SUM(A1)', day: '1970-01-01', trace: [1, 2] });
  const lines = readFileSync(join(folder, 'a.jsonl'), 'utf8').trim().split('\n');
  expect(lines.map((line) => JSON.parse(line))).toEqual(whole);
});

test('an ending that the output cannot have is a problem, and nothing is left behind', async () => {
  await expect(writeArtifact(objects, await sample(), join(folder, 'a.png'))).rejects.toMatchObject({
    problems: [{ code: 'spec/value' }],
  });
  expect(readdirSync(folder).some((name) => name.includes('png'))).toBe(false);
});
