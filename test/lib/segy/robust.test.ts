import fc from 'fast-check';
import { expect, test } from 'vitest';
import { columnsOf } from '#dist/components/lib/segy/columns.js';
import { copySegy } from '#dist/components/lib/segy/copy.js';
import { describe as describeFile } from '#dist/components/lib/segy/describe.js';
import { geometryOf } from '#dist/components/lib/segy/geometry.js';
import { traceBlocks } from '#dist/components/lib/segy/reader.js';
import { bytesSink } from '#dist/components/lib/segy/sink.js';
import { bytesSource } from '#dist/components/lib/segy/source.js';
import { fileBytes, hasSharedData } from './support.js';

const files = [
  'segyio/tiny.sgy',
  'segyio/trace-header-extension1.sgy',
  'segyio/stanzas-known-count.sgy',
  'segyio/increment-lsb.sgy',
];

/** Bytes that decide how a file is read. */
const place = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.constantFrom(
      3216,
      3220,
      3221,
      3224,
      3225,
      3268,
      3271,
      3296,
      3500,
      3501,
      3504,
      3505,
      3506,
      3507,
      3525,
      3526,
      3528,
      3531,
    ),
  },
  { weight: 1, arbitrary: fc.integer({ min: 3200, max: 3599 }) },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: 6000 }) },
);
const edit = fc.tuple(place, fc.oneof(fc.constantFrom(0, 1, 2, 127, 128, 255), fc.nat(255)));

test.skipIf(!hasSharedData)(
  'whatever the headers say, a file is read or refused, never a crash',
  async () => {
    const originals = files.map(fileBytes);
    let [read, refused] = [0, 0];
    const property = fc.asyncProperty(
      fc.nat(files.length - 1),
      fc.array(edit, { maxLength: 6 }),
      fc.option(fc.nat(5000)),
      fc.constantFrom('segy' as const, 'su' as const),
      fc.constantFrom('error' as const, 'keep_whole' as const),
      async (which, edits, cut, kind, truncated) => {
        const bytes = originals[which].slice(0, originals[which].length - (cut ?? 0));
        for (const [at, value] of edits) bytes[at] = value;
        const source = bytesSource(bytes);
        const result = await describeFile(source, { kind, truncated });
        if (!result.ok) {
          refused++;
          expect(result.problem.byte).toBeGreaterThan(0);
          return;
        }
        read++;
        const { trace } = result.value;
        expect(trace.firstTrace + trace.traces * trace.stride).toBeLessThanOrEqual(bytes.length);
        const columns = columnsOf(result.value, Object.keys(result.value.fields));
        for await (const { headers, count } of traceBlocks(source, trace, columns)) {
          const { INLINE_3D, CROSSLINE_3D, offset, CDP_X, CDP_Y } = headers;
          const lines = { inline: INLINE_3D, crossline: CROSSLINE_3D, offset };
          expect(geometryOf({ ...lines, x: CDP_X, y: CDP_Y }).fold[1]).toBeLessThanOrEqual(count);
        }
        const sink = bytesSink();
        await copySegy(source, result.value, sink, { tool: 'test' });
        expect(Buffer.compare(sink.bytes(), bytes)).toBe(0);
      },
    );
    await fc.assert(property, { numRuns: 1500 });
    expect(Math.min(read, refused)).toBeGreaterThan(100);
  },
);
