import { describe, expect, test } from 'vitest';
import { columnsOf } from '#dist/components/lib/segy/columns.js';
import { describe as describeFile } from '#dist/components/lib/segy/describe.js';
import { readHeaders, readTraces } from '#dist/components/lib/segy/reader.js';
import { formatCodes } from '#dist/components/lib/segy/samples.js';
import { bytesSink } from '#dist/components/lib/segy/sink.js';
import { bytesSource } from '#dist/components/lib/segy/source.js';
import type { NewSegy } from '#dist/components/lib/segy/writer.js';
import { coordinateScalar, createSegy } from '#dist/components/lib/segy/writer.js';

const spec: NewSegy = { text: ['C 1 SYNTHETIC', 'C 2 [made] ^ up!'], samples: 5, interval: 2000 };

async function written(given: Partial<NewSegy>, count = 3) {
  const sink = bytesSink();
  const writer = await createSegy(sink, { ...spec, ...given });
  if (!writer.ok) throw new Error(writer.problem.message);
  const samples = Float32Array.from({ length: 5 * count }, (_, i) => i + 1);
  const cdpX = Float64Array.from({ length: count }, (_, i) => 620197.3 + i);
  const headers = {
    CDP_X: cdpX,
    INLINE_3D: [111, 112, 113],
    SourceGroupScalar: new Int16Array(count).fill(coordinateScalar(cdpX)),
  };
  for (let row = 0; row < count; row++) {
    const one = { CDP_X: [cdpX[row]], INLINE_3D: [111 + row], SourceGroupScalar: [-10] };
    const result = await writer.value.write({
      count: 1,
      headers: one,
      samples: samples.subarray(5 * row, 5 * row + 5),
    });
    expect(result.ok).toBe(true);
  }
  expect(writer.value.written).toEqual({ traces: count, lost: 0 });
  const described = await describeFile(bytesSource(sink.bytes()));
  if (!described.ok) throw new Error(described.problem.message);
  return { bytes: sink.bytes(), layout: described.value, samples, headers };
}

describe.each(formatCodes)('format %i', (format) => {
  test.each(['big', 'little'] as const)('%s-endian: what was written is read', async (endian) => {
    const { bytes, layout, samples, headers } = await written({ format, endian });
    expect(layout.trace).toMatchObject({ format, endian, samples: 5, traces: 3 });
    expect(layout.axis).toEqual({ domain: 'time', unit: 'ms', start: 0, step: 2 });
    expect(layout.text.slice(0, 3)).toEqual([...spec.text, '']);
    const values = new Float32Array(15);
    await readTraces(bytesSource(bytes), layout.trace, { first: 0, count: 3 }, values);
    expect(values).toEqual(samples);
    const names = ['CDP_X', 'INLINE_3D', 'TRACE_SEQUENCE_FILE', 'TRACE_SAMPLE_COUNT'];
    const read = await readHeaders(bytesSource(bytes), layout.trace, columnsOf(layout, names));
    expect([...read.CDP_X]).toEqual([...headers.CDP_X]);
    expect([...read.INLINE_3D]).toEqual(headers.INLINE_3D);
    expect([...read.TRACE_SEQUENCE_FILE]).toEqual([1, 2, 3]);
    expect([...read.TRACE_SAMPLE_COUNT]).toEqual([5, 5, 5]);
  });
});

test('ASCII text and extended text headers', async () => {
  const { layout } = await written({ textEncoding: 'ascii', extendedText: [['((A))', 'b'], ['((C))']] });
  expect(layout.textEncoding).toBe('ascii');
  expect(layout.text[1]).toBe('C 2 [made] ^ up!');
  expect(layout.extendedText.map((lines) => lines.slice(0, 2))).toEqual([
    ['((A))', 'b'],
    ['((C))', ''],
  ]);
  expect(layout.revision).toEqual([1, 0]);
});

test('a fraction of a microsecond needs revision 2 and is kept', async () => {
  const { layout } = await written({ interval: 31.25 });
  expect(layout.revision).toEqual([2, 0]);
  expect(layout.axis.step).toBe(0.03125);
  const sink = bytesSink();
  expect(await createSegy(sink, { ...spec, interval: 31.25, revision: 1 })).toMatchObject({
    ok: false,
    problem: { code: 'segy/too-long', byte: 3217 },
  });
});

test('a header value that does not fit names field and byte, and nothing is written', async () => {
  const sink = bytesSink();
  const writer = await createSegy(sink, spec);
  if (!writer.ok) throw new Error(writer.problem.message);
  const samples = new Float32Array(10);
  const result = await writer.value.write({ count: 2, headers: { INLINE_3D: [1, 2.5] }, samples });
  expect(result).toMatchObject({ ok: false, problem: { byte: 3600 + 260 + 189 } });
  expect(await writer.value.write({ count: 1, headers: { INLINE: [1] }, samples })).toMatchObject({
    ok: false,
  });
  expect(sink.bytes()).toHaveLength(3600);
  expect(await createSegy(sink, { ...spec, binary: { Traces: 40000 } })).toMatchObject({
    ok: false,
    problem: { byte: 3213 },
  });
});

test('coordinate scalar', () => {
  expect(coordinateScalar([1, 2, -3])).toBe(1);
  expect(coordinateScalar([620197.3], [6073556.25])).toBe(-100);
  expect(coordinateScalar([214748.36478])).toBe(-1000);
});
