import fc from 'fast-check';
import { expect, test } from 'vitest';
import { columnsOf } from '#dist/components/lib/segy/columns.js';
import { describe } from '#dist/components/lib/segy/describe.js';
import { diagnose } from '#dist/components/lib/segy/doctor/diagnose.js';
import { positionOf } from '#dist/components/lib/segy/grid.js';
import { readHeaders } from '#dist/components/lib/segy/reader.js';
import type { FormatCode } from '#dist/components/lib/segy/samples.js';
import { overridesOf } from '#dist/components/lib/segy/settings.js';
import { bytesSink } from '#dist/components/lib/segy/sink.js';
import { bytesSource } from '#dist/components/lib/segy/source.js';
import { createSegy } from '#dist/components/lib/segy/writer.js';

/** Surveys that the rules were not made with: positions, bins, turns, formats and orders by chance. */
interface Survey {
  lines: [number, number];
  coordinates: number;
  format: FormatCode;
  endian: 'big' | 'little';
  shape: [number, number];
  first: [number, number];
  step: [number, number];
  bin: number;
  degrees: number;
  fast: 'inline' | 'crossline';
  labelled: boolean;
}

const survey: fc.Arbitrary<Survey> = fc.record({
  lines: fc.constantFrom<[number, number]>([189, 193], [9, 21], [5, 21], [17, 21], [221, 225], [233, 237]),
  coordinates: fc.constantFrom(181, 73, 81),
  format: fc.constantFrom<FormatCode>(1, 5, 3),
  endian: fc.constantFrom<'big' | 'little'>('big', 'little'),
  shape: fc.tuple(fc.integer({ min: 5, max: 14 }), fc.integer({ min: 5, max: 14 })),
  first: fc.tuple(fc.integer({ min: 20, max: 9000 }), fc.integer({ min: 20, max: 9000 })),
  step: fc.tuple(fc.constantFrom(1, 2, 4), fc.constantFrom(1, 2)),
  bin: fc.constantFrom(12.5, 20, 25),
  degrees: fc.integer({ min: 3, max: 87 }),
  fast: fc.constantFrom<'inline' | 'crossline'>('inline', 'crossline'),
  labelled: fc.boolean(),
});

const samples = 120;

async function made(given: Survey) {
  const { shape, first, step, bin, degrees, fast, lines, coordinates, format, endian } = given;
  const count = shape[0] * shape[1];
  const place = Array.from({ length: count }, (_, i) =>
    fast === 'crossline'
      ? [Math.floor(i / shape[1]), i % shape[1]]
      : [i % shape[0], Math.floor(i / shape[0])],
  );
  const inline = Int32Array.from(place, ([row]) => first[0] + step[0] * row);
  const crossline = Int32Array.from(place, ([, column]) => first[1] + step[1] * column);
  const [sin, cos] = [Math.sin((degrees * Math.PI) / 180), Math.cos((degrees * Math.PI) / 180)];
  const grid = {
    origin: [412_000, 6_420_000] as const,
    inlineStep: [(-bin * sin) / step[0], (bin * cos) / step[0]] as const,
    crosslineStep: [(bin * cos) / step[1], (bin * sin) / step[1]] as const,
  };
  const places = Array.from(inline, (il, i) =>
    positionOf(grid, il - first[0], crossline[i] - first[1]).map((v) => Math.round(v * 100) / 100),
  );
  const values = Float32Array.from({ length: count * samples }, (_, i) => {
    const [trace, t] = [Math.floor(i / samples), i % samples];
    const layer = (at: number, size: number) => {
      const u = (t - at - 0.2 * place[trace][0] + 0.1 * place[trace][1]) / 3;
      return size * (1 - 2 * u * u) * Math.exp(-u * u);
    };
    return layer(25, 700) + layer(60, -400) + layer(95, 250) + 20 * Math.sin(1.3 * t + trace * 2.7);
  });
  const [il, xl] = lines;
  const sink = bytesSink();
  const writer = await createSegy(sink, {
    text: ['C 1 MADE UP'],
    samples,
    interval: 4000,
    format,
    endian,
    revision: 1,
    fields: { INLINE_3D: il, CROSSLINE_3D: xl, CDP_X: coordinates, CDP_Y: coordinates + 4 },
  });
  if (!writer.ok) throw new Error(writer.problem.message);
  const filled = (value: number) => new Int32Array(count).fill(value);
  const headers = {
    SourceGroupScalar: filled(-100),
    TraceIdentificationCode: filled(1),
    INLINE_3D: inline,
    CROSSLINE_3D: crossline,
    CDP_X: places.map(([x]) => x),
    CDP_Y: places.map(([, y]) => y),
  };
  const written = await writer.value.write({ count, headers, samples: values });
  if (!written.ok) throw new Error(written.problem.message);
  const bytes = sink.bytes();
  if (!given.labelled) bytes.fill(0, 3220, 3226);
  return { bytes, inline, crossline, places };
}

test('made-up surveys are read as they were made', async () => {
  const wrong: string[] = [];
  const runs = 30;
  await fc.assert(
    fc.asyncProperty(survey, async (given) => {
      const { bytes, inline, crossline, places } = await made(given);
      const source = bytesSource(bytes);
      const { settings, lines } = await diagnose(source);
      const read = await describe(source, overridesOf(settings, 'made.sgy'));
      if (!read.ok) return void wrong.push(`unread ${JSON.stringify(given)}`);
      const { trace } = read.value;
      const h = await readHeaders(
        source,
        trace,
        columnsOf(read.value, ['INLINE_3D', 'CROSSLINE_3D', 'CDP_X', 'CDP_Y']),
      );
      const right = {
        layout: trace.endian === given.endian && trace.format === given.format && trace.samples === samples,
        lines:
          inline.every((v, i) => h.INLINE_3D[i] === v) && crossline.every((v, i) => h.CROSSLINE_3D[i] === v),
        places: places.every(
          ([x, y], i) => Math.abs(h.CDP_X[i] - x) < 0.01 && Math.abs(h.CDP_Y[i] - y) < 0.01,
        ),
      };
      if (Object.values(right).includes(false))
        wrong.push(`${JSON.stringify(right)} ${JSON.stringify(given)} ${lines.join('; ')}`);
    }),
    { numRuns: runs },
  );
  expect(wrong.slice(0, 12)).toEqual([]);
});
