import { mkdtempSync, rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { columnsOf } from '#dist/components/lib/segy/columns.js';
import { describe as describeFile } from '#dist/components/lib/segy/describe.js';
import { readHeaders, readTraces, traceBlocks } from '#dist/components/lib/segy/reader.js';
import { bytesSink } from '#dist/components/lib/segy/sink.js';
import { fileSource } from '#dist/components/lib/segy/source.js';
import { createSegy } from '#dist/components/lib/segy/writer.js';

const folder = mkdtempSync(join(tmpdir(), 'segy-deep-'));
afterAll(() => rmSync(folder, { recursive: true }));

const samples = 1000;
const stride = 240 + 4 * samples;

/** A survey of `traces` traces, all zero but the last; the hole between takes no room on disk. */
async function sparseSurvey(traces: number): Promise<string> {
  const sink = bytesSink();
  const writer = await createSegy(sink, { text: ['C 1 SPARSE'], samples, interval: 4000 });
  if (!writer.ok) throw new Error(writer.problem.message);
  await writer.value.write({
    count: 1,
    headers: { INLINE_3D: [77] },
    samples: new Float32Array(samples).fill(1.5),
  });
  const path = join(folder, `${traces}.sgy`);
  const file = await open(path, 'w');
  await file.write(sink.bytes(), 0, 3600, 0);
  await file.write(sink.bytes(), 3600, stride, 3600 + (traces - 1) * stride);
  await file.close();
  return path;
}

/** Walks the whole survey and gives the growth of the process' memory at its largest, in MB. */
async function walk(path: string, traces: number): Promise<number> {
  await using source = await fileSource(path);
  const result = await describeFile(source);
  if (!result.ok) throw new Error(result.problem.message);
  const { trace } = result.value;
  expect(trace.traces).toBe(traces);
  const columns = columnsOf(result.value, ['INLINE_3D']);
  const last = await readHeaders(source, trace, columns, [traces - 1]);
  expect(last).toEqual({ INLINE_3D: Int32Array.of(77) });
  const values = new Float32Array(samples);
  await readTraces(source, trace, [traces - 1], values);
  expect(values).toEqual(new Float32Array(samples).fill(1.5));
  const before = process.memoryUsage.rss();
  let most = before;
  let sum = 0;
  for await (const block of traceBlocks(source, trace, columns)) {
    sum += block.samples.at(-1)!;
    most = Math.max(most, process.memoryUsage.rss());
  }
  expect(sum).toBe(1.5);
  return (most - before) / 2 ** 20;
}

test('5 GB are read in the memory that 0.1 GB takes', async () => {
  const [few, many] = [25_000, 1_250_000];
  await walk(await sparseSurvey(few), few);
  const small = await walk(join(folder, `${few}.sgy`), few);
  const large = await walk(await sparseSurvey(many), many);
  expect(large).toBeLessThan(small + 50);
});
