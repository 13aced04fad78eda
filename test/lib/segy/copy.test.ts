import { describe, expect, test } from 'vitest';
import { columnsOf } from '#dist/components/lib/segy/columns.js';
import type { CopyOptions } from '#dist/components/lib/segy/copy.js';
import { copySegy } from '#dist/components/lib/segy/copy.js';
import { describe as describeFile } from '#dist/components/lib/segy/describe.js';
import type { Layout } from '#dist/components/lib/segy/layout.js';
import type { Overrides } from '#dist/components/lib/segy/overrides.js';
import { readHeaders, readTraces } from '#dist/components/lib/segy/reader.js';
import { bytesSink } from '#dist/components/lib/segy/sink.js';
import { bytesSource } from '#dist/components/lib/segy/source.js';
import { expected, fileBytes, hasSharedData } from './support.js';

const tool = 'ds-toolbox 0.1.0';
const keep: Overrides = { truncated: 'keep_whole' };

async function layoutOf(bytes: Uint8Array, given: Overrides = keep): Promise<Layout> {
  const result = await describeFile(bytesSource(bytes), given);
  if (!result.ok) throw new Error(result.problem.message);
  return result.value;
}

async function copy(bytes: Uint8Array, layout: Layout, options: Omit<CopyOptions, 'tool'> = {}) {
  const sink = bytesSink();
  const result = await copySegy(bytesSource(bytes), layout, sink, { tool, ...options });
  if (!result.ok) throw new Error(result.problem.message);
  return { ...result.value, bytes: sink.bytes() };
}

async function contents(bytes: Uint8Array, layout: Layout) {
  const { traces, samples } = layout.trace;
  const values = new Float32Array(traces * samples);
  const all = { first: 0, count: traces };
  await readTraces(bytesSource(bytes), layout.trace, all, values);
  const columns = columnsOf(layout, Object.keys(layout.fields), true);
  return { values, headers: await readHeaders(bytesSource(bytes), layout.trace, columns) };
}

const same = (a: Uint8Array, b: Uint8Array) => expect(Buffer.compare(a, b)).toBe(0);
const pick = (values: Float32Array, samples: number, rows: readonly number[]) =>
  Float32Array.from(rows.flatMap((row) => [...values.subarray(row * samples, (row + 1) * samples)]));

const readable = Object.entries(expected).filter(([, entry]) => entry.traces !== undefined);

describe.skipIf(!hasSharedData).each(readable)('%s', (name, { kind }) => {
  const bytes = fileBytes(name);
  const given: Overrides = { ...keep, kind };

  test('a copy without changes is the same file, also when it went through the samples', async () => {
    const layout = await layoutOf(bytes, given);
    same((await copy(bytes, layout)).bytes, bytes);
    const edited = await copy(bytes, layout, { edit: () => {} });
    same(edited.bytes, bytes);
    expect(edited.provenance).toBeUndefined();
  });

  test('every second trace, backwards: headers and samples stay, the text header says so', async () => {
    const layout = await layoutOf(bytes, given);
    const { traces } = layout.trace;
    const rows = Array.from({ length: Math.ceil(traces / 2) }, (_, i) => traces - 1 - 2 * i);
    const split = await copy(bytes, layout, { selection: rows });
    const again = await layoutOf(split.bytes, given);
    expect(again.trace).toEqual(split.layout);
    const traceOf = (file: Uint8Array, row: number) => {
      const from = layout.trace.firstTrace + row * layout.trace.stride;
      return file.subarray(from, from + layout.trace.stride);
    };
    rows.forEach((row, i) => {
      same(traceOf(split.bytes, i), traceOf(bytes, row));
    });
    if (kind === 'segy') {
      const text = `${tool}: ${rows.length} of ${traces} traces`;
      expect(again.text[split.provenance!.line]).toContain(text);
      expect(again.text.filter((line, i) => line !== layout.text[i])).toHaveLength(1);
      expect(again.extendedText).toEqual(layout.extendedText);
    }
  });
});

describe.skipIf(!hasSharedData)('changes', () => {
  const viking = 'segyio/viking_small.segy';

  test('only traces that change are encoded anew', async () => {
    const bytes = fileBytes(viking);
    const layout = await layoutOf(bytes);
    const { samples, firstTrace, stride } = layout.trace;
    const edited = await copy(bytes, layout, {
      change: 'trace 8 doubled',
      edit: (block) => {
        for (let i = 7 * samples; i < 8 * samples && block.row === 0; i++) block.samples[i] *= 2;
      },
    });
    const from = firstTrace + 7 * stride;
    same(edited.bytes.subarray(3200, from + 240), bytes.subarray(3200, from + 240));
    same(edited.bytes.subarray(from + stride), bytes.subarray(from + stride));
    const before = await contents(bytes, layout);
    const after = await contents(edited.bytes, layout);
    const doubled = (row: number) => pick(before.values, samples, [row]).map((value) => 2 * value);
    expect(pick(after.values, samples, [7])).toEqual(doubled(7));
    expect(edited.provenance?.text).toContain(`${tool}: trace 8 doubled`);
  });

  test('a window and another format: samples, counts and delay follow', async () => {
    const bytes = fileBytes('segyio/f3.sgy');
    const layout = await layoutOf(bytes);
    const windowed = { ...layout, trace: { ...layout.trace, window: [10, 29] as const } };
    const short = await copy(bytes, windowed, { format: 5 });
    const again = await layoutOf(short.bytes);
    expect(again.trace).toMatchObject({ samples: 20, traces: 414, format: 5 });
    expect(again.axis).toEqual({ domain: 'time', unit: 'ms', start: 4 + 10 * 4, step: 4 });
    const before = await contents(bytes, layout);
    const after = await contents(short.bytes, again);
    for (const row of [0, 200, 413]) {
      expect(after.values.subarray(20 * row, 20 * row + 20)).toEqual(
        before.values.subarray(75 * row + 10, 75 * row + 30),
      );
    }
    expect(new Set(after.headers.TRACE_SAMPLE_COUNT)).toEqual(new Set([20]));
    expect(after.headers.INLINE_3D).toEqual(before.headers.INLINE_3D);
    expect(short.provenance?.text).toContain('samples 11-30 of 75; format 3 to 5');
  });

  test('header edits, scalars applied; a value that does not fit is a problem with its byte', async () => {
    const bytes = fileBytes('segyio/f3.sgy');
    const layout = await layoutOf(bytes);
    const moved = await copy(bytes, layout, {
      change: 'moved',
      edit: (block) => block.set('CDP_X', new Float64Array(block.count).fill(620197.3)),
    });
    const after = await contents(moved.bytes, layout);
    expect(new Set(after.headers.CDP_X)).toEqual(new Set([6201973]));
    const result = await copySegy(bytesSource(bytes), layout, bytesSink(), {
      tool,
      edit: (block) => block.set('TraceIdentificationCode', new Float64Array(block.count).fill(40000)),
    });
    expect(result).toMatchObject({ ok: false, problem: { code: 'segy/header-value', byte: 3600 + 29 } });
  });

  test('where no line of the text header is free, line 39 gives way and is handed back', async () => {
    const bytes = fileBytes(viking).slice();
    for (let i = 0; i < 40; i++) bytes.set(Buffer.from('e7e7', 'hex'), 80 * i + 10);
    const layout = await layoutOf(bytes);
    const split = await copy(bytes, layout, { selection: [0] });
    expect(split.provenance).toMatchObject({ line: 38, replaced: layout.text[38] });
  });
});
