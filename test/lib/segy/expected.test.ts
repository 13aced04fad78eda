import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { columnsOf } from '#dist/components/lib/segy/columns.js';
import { describe as describeFile } from '#dist/components/lib/segy/describe.js';
import type { Layout } from '#dist/components/lib/segy/layout.js';
import type { Overrides } from '#dist/components/lib/segy/overrides.js';
import { readHeaders, readTraces } from '#dist/components/lib/segy/reader.js';
import type { FileSource } from '#dist/components/lib/segy/source.js';
import { fileSource } from '#dist/components/lib/segy/source.js';
import type { Expected } from './support.js';
import { expected, hasSharedData, segyData } from './support.js';

const readable = Object.entries(expected).filter(([, entry]) => entry.traces !== undefined);

const overrides = (entry: Expected): Overrides => ({
  kind: entry.kind,
  ...(entry.trailing_bytes ? { truncated: 'keep_whole' } : {}),
});

/** Statistics in float64, as the parser behind expected.json made them. */
function stats(values: ArrayLike<number>) {
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  let sum = 0;
  let squares = 0;
  for (let i = 0; i < values.length; i++) {
    min = Math.min(min, values[i]);
    max = Math.max(max, values[i]);
    sum += values[i];
    squares += values[i] * values[i];
  }
  return { min, max, mean: sum / values.length, rms: Math.sqrt(squares / values.length) };
}

/** Our samples are float32; the reference kept float64 and int32 as they were. */
function near(found: number, reference: number, scale: number) {
  if (Object.is(found, Math.fround(reference))) return;
  expect(Math.abs(found - reference)).toBeLessThanOrEqual(1e-6 * scale + 1e-45);
}

test.skipIf(!hasSharedData)('there are files to read', () => {
  expect(readable.length).toBeGreaterThan(50);
});

describe.skipIf(!hasSharedData).each(readable)('%s', (name, entry) => {
  let source: FileSource;
  let layout: Layout;
  beforeAll(async () => {
    source = await fileSource(segyData + name);
    const result = await describeFile(source, overrides(entry));
    if (!result.ok) throw new Error(result.problem.message);
    layout = result.value;
  });
  afterAll(() => source.close());

  test('layout', () => {
    expect(layout.kind).toBe(entry.kind);
    expect(layout.size).toBe(entry.bytes);
    expect(layout.trace).toMatchObject({
      endian: entry.endian,
      samples: entry.samples,
      traces: entry.traces,
      format: entry.format_code ?? 5,
    });
    if (entry.kind === 'su') return;
    expect(layout.trace.stride).toBe(entry.trace_bytes);
    expect(layout.trailingBytes).toBe(entry.trailing_bytes);
    expect(layout.revision).toEqual(entry.rev);
    expect(layout.statesEndian).toBe(entry.endian_constant_present);
    expect(layout.extraTraceHeaders).toBe(entry.extra_trace_headers);
  });

  test.skipIf(entry.kind === 'su')('text and binary header', () => {
    expect(layout.textEncoding).toBe(entry.text_encoding);
    expect(layout.text.slice(0, 5)).toEqual(entry.text_lines_1_5);
    expect(layout.text).toHaveLength(40);
    expect(layout.text[39]).toBe(entry.text_line_40);
    const firstLines = layout.extendedText.map((lines) => lines[0]);
    expect(firstLines).toEqual(entry.ext_text_first_line);
    const { SEGYRevisionMajor, ...rest } = entry.binary;
    // The reference gives sample counts as signed numbers; here 60000 is 60000.
    const signed = (value: number) => (value << 16) >> 16;
    const { Samples, SamplesOriginal } = layout.binary;
    expect({
      ...layout.binary,
      Samples: signed(Samples),
      SamplesOriginal: signed(SamplesOriginal),
    }).toMatchObject({ ...rest, SEGYRevision: SEGYRevisionMajor });
  });

  test('interval', () => {
    if (entry.interval_us > 0) expect(layout.axis.step).toBe(entry.interval_us / 1000);
    if (entry.kind === 'segy') expect(layout.binary.Interval).toBe(entry.interval_us);
    const byHeaders = layout.fields.TRACE_SAMPLE_INTERVAL && entry.trace_header_first?.TRACE_SAMPLE_INTERVAL;
    if (!(entry.interval_us > 0) && byHeaders! > 0) expect(layout.axis.step).toBe(byHeaders! / 1000);
  });

  test.skipIf(!entry.trace_header_first)('trace headers', async () => {
    const names = Object.keys(layout.fields);
    const columns = columnsOf(layout, names, true).filter(({ field }) => field.byte <= 240);
    const headers = await readHeaders(source, layout.trace, columns);
    for (const [row, reference] of [
      [0, entry.trace_header_first],
      [entry.traces - 1, entry.trace_header_last],
    ] as const) {
      const revision2Only = /^SourceEnergyDirection(Vertical|Crossline|Inline)$/;
      const found = Object.entries(headers)
        .map(([field, values]) => [field, values[row]] as const)
        .filter(([field, value]) => value !== 0 && !revision2Only.test(field));
      expect(Object.fromEntries(found)).toEqual(reference);
    }
    const range = (values: ArrayLike<number>) => {
      const distinct = [...new Set(Array.from(values))].sort((a, b) => a - b);
      return { min: distinct[0], max: distinct.at(-1), unique: distinct.length };
    };
    expect(range(headers.INLINE_3D)).toEqual(entry.inline);
    expect(range(headers.CROSSLINE_3D)).toEqual(entry.crossline);
    expect(range(headers.offset)).toEqual(entry.offset);
  });

  test.skipIf(!entry.first10)('samples', async () => {
    const { traces, samples } = layout.trace;
    const values = new Float32Array(traces * samples);
    await readTraces(source, layout.trace, { first: 0, count: traces }, values);
    const trace = (i: number) => values.subarray(i * samples, (i + 1) * samples);
    const close = (found: ReturnType<typeof stats>, reference: ReturnType<typeof stats>) => {
      near(found.min, reference.min, reference.rms);
      near(found.max, reference.max, reference.rms);
      near(found.mean, reference.mean, reference.rms);
      near(found.rms, reference.rms, reference.rms);
    };
    entry.first10.forEach((reference, i) => {
      close(stats(trace(i)), reference);
      const last = trace(i).subarray(-reference.last.length);
      reference.first.forEach((value, s) => {
        near(trace(i)[s], value, Math.abs(value));
      });
      reference.last.forEach((value, s) => {
        near(last[s], value, Math.abs(value));
      });
    });
    close(stats(values), entry.all);
    const dead = Array.from({ length: traces }, (_, i) => i).filter((i) => trace(i).every((v) => v === 0));
    expect(dead.length).toBe(entry.dead_trace_count);
    expect(dead.slice(0, entry.dead_traces.length)).toEqual(entry.dead_traces);
  });
});
