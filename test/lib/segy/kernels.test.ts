import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { computeHere } from '#dist/components/lib/compute/kernel.js';
import { createPool } from '#dist/components/lib/compute/pool.js';
import { sharedF32, sharedF64 } from '#dist/components/lib/compute/shared.js';
import { columnArray, columnsOf } from '#dist/components/lib/segy/columns.js';
import { describe as describeFile } from '#dist/components/lib/segy/describe.js';
import { segyTraceFeatures } from '#dist/components/lib/segy/feature-kernel.js';
import { readSurvey } from '#dist/components/lib/segy/kernels.js';
import { readHeaders, readTraces, traceBlocks, tracesPerBlock } from '#dist/components/lib/segy/reader.js';
import { fileSink } from '#dist/components/lib/segy/sink.js';
import { fileSource } from '#dist/components/lib/segy/source.js';
import { createSegy } from '#dist/components/lib/segy/writer.js';
import { traceFeatures } from '#dist/components/lib/spectra/trace-features.js';
import { hasSharedData, segyData } from './support.js';

const traces = 2500;
const samples = 402;
const folder = mkdtempSync(join(tmpdir(), 'segy-'));
const path = join(folder, 'survey.sgy');
const values = Float32Array.from({ length: traces * samples }, (_, i) =>
  Math.fround(((i * 7919) % 4099) - 2048),
);
const inline = Int32Array.from({ length: traces }, (_, i) => 100 + Math.floor(i / 50));

beforeAll(async () => {
  await using sink = await fileSink(path);
  const writer = await createSegy(sink, { text: ['C 1 TEST'], samples, interval: 4000 });
  if (!writer.ok) throw new Error(writer.problem.message);
  for (let row = 0; row < traces; row += 1000) {
    const count = Math.min(1000, traces - row);
    const result = await writer.value.write({
      count,
      headers: { INLINE_3D: inline.subarray(row, row + count) },
      samples: values.subarray(row * samples, (row + count) * samples),
    });
    expect(result.ok).toBe(true);
  }
});
afterAll(() => rmSync(folder, { recursive: true }));

async function opened() {
  const source = await fileSource(path);
  const result = await describeFile(source);
  if (!result.ok) throw new Error(result.problem.message);
  return { source, layout: result.value, columns: columnsOf(result.value, ['INLINE_3D', 'CDP_X']) };
}

const same = (a: ArrayLike<number>, b: ArrayLike<number>) =>
  expect(
    Buffer.compare(Buffer.from(Float64Array.from(a).buffer), Buffer.from(Float64Array.from(b).buffer)),
  ).toBe(0);

test('kernels on 0, 1 and 2 workers, readers and blocks see the same survey', async () => {
  const { source, layout, columns } = await opened();
  const { trace } = layout;
  expect(trace.traces).toBe(traces);
  expect(traces).toBeGreaterThan(tracesPerBlock(trace));
  const pools = [1, 2].map((workers) => createPool({ workers }));
  for (const compute of [computeHere, ...pools.map((pool) => pool.compute)]) {
    const headers = columns.map((column) => columnArray(column, traces, true));
    const out = sharedF32(traces * samples);
    await compute(readSurvey, { path, layout: trace, columns, headers, samples: out });
    same(out, values);
    same(headers[0], inline);
  }
  await Promise.all(pools.map((pool) => pool.close()));

  const read = new Float32Array(traces * samples);
  await readTraces(source, trace, { first: 0, count: traces }, read);
  same(read, values);
  let rows = 0;
  for await (const block of traceBlocks(source, trace, columns)) {
    expect(block.row).toBe(rows);
    same(block.samples, values.subarray(rows * samples, (rows + block.count) * samples));
    same(block.headers.INLINE_3D, inline.subarray(rows, rows + block.count));
    rows += block.count;
  }
  expect(rows).toBe(traces);
  await source.close();
});

test('any selection of traces, and a window of their samples', async () => {
  const { source, layout, columns } = await opened();
  const wanted = [2499, 0, 7, 8, 9, 7, 1300];
  const window = [10, 12] as const;
  const out = new Float32Array(2 + 3 * wanted.length);
  await readTraces(source, { ...layout.trace, window }, wanted, out, 2);
  const reference = wanted.flatMap((row) => [10, 11, 12].map((sample) => values[row * samples + sample]));
  expect([...out]).toEqual([0, 0, ...reference]);
  const headers = await readHeaders(source, layout.trace, columns, wanted);
  expect([...headers.INLINE_3D]).toEqual(wanted.map((row) => inline[row]));
  await source.close();
});

test('features straight from the file are those of its samples', async () => {
  const { source, layout } = await opened();
  const columnsOf8 = (make: (n: number) => Float64Array) => Array.from({ length: 8 }, () => make(traces));
  const out = columnsOf8(sharedF64);
  await computeHere(segyTraceFeatures, { path, layout: layout.trace, out, columns: [], headers: [] });
  const reference = columnsOf8((n) => new Float64Array(n));
  traceFeatures(values, samples, reference);
  out.forEach((column, i) => {
    same(column, reference[i]);
  });
  await source.close();
});

interface FeatureReference {
  file: string;
  trace: number;
  dt_s: number;
  features: Record<string, number>;
}

const references: FeatureReference[] = hasSharedData
  ? JSON.parse(readFileSync(`${segyData}trace_features.json`, 'utf8')).traces
  : [];

// Reference: segyio 1.8.3 and NumPy 1.24 (trace_features.json).
test.each(references)('features of $file, trace $trace', async ({ file, trace, dt_s, features: wanted }) => {
  await using source = await fileSource(segyData + file);
  const result = await describeFile(source);
  if (!result.ok) throw new Error(result.problem.message);
  const { trace: layout, axis } = result.value;
  const out = Array.from({ length: 8 }, () => sharedF64(layout.traces));
  await computeHere(segyTraceFeatures, { path: segyData + file, layout, out, columns: [], headers: [] });
  expect(axis.step / 1000).toBeCloseTo(dt_s, 12);
  const found = out.map((column) => column[trace]);
  const names = ['mean', 'std_pop', 'min', 'max', 'rms', 'energy', 'zero_crossings_signbit'];
  names.forEach((name, i) => {
    expect(Math.abs(found[i] - wanted[name])).toBeLessThanOrEqual(1e-9 * Math.abs(wanted[name]) + 1e-12);
  });
  const hertz = found[7] / dt_s;
  // The reference searches Nyquist too; ours stops below it, as the definition says.
  if (wanted.dominant_frequency_no_dc_hz < 0.5 / dt_s)
    expect(hertz).toBeCloseTo(wanted.dominant_frequency_no_dc_hz, 9);
});

test('a file that shrank since it was described is an error, not wrong values', async () => {
  const { source, layout, columns } = await opened();
  const cut = join(folder, 'cut.sgy');
  writeFileSync(cut, await source.read(0, source.size));
  truncateSync(cut, source.size - 10);
  const args = {
    path: cut,
    layout: layout.trace,
    columns,
    headers: columns.map((c) => columnArray(c, traces)),
  };
  await expect(computeHere(readSurvey, args)).rejects.toMatchObject({ code: 'file-changed' });
  await source.close();
});
