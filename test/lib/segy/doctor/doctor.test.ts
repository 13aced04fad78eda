import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { diagnose } from '#dist/components/lib/segy/doctor/diagnose.js';
import { sampleFacts } from '#dist/components/lib/segy/doctor/plausibility.js';
import { textHints } from '#dist/components/lib/segy/doctor/text-hints.js';
import { verdictOf } from '#dist/components/lib/segy/doctor/verdict.js';
import { bytesSource } from '#dist/components/lib/segy/source.js';
import { badFiles, fileBytes, hasSharedData } from '../support.js';
import { outcomesOf, wrongs } from './measure.js';

const every = () => true;
const untouched = (mutation: string) => mutation === 'as it is';

describe.skipIf(!hasSharedData)('real surveys', () => {
  // Some here; every file and every copy, and how often the doctor is right, in test/deep/segy-doctor.test.ts.
  test.each([
    ['seismic-zfp/padding_5x7.sgy', every],
    ['segyio/f3.sgy', (mutation: string) => /swapped|mislabelled|everywhere|whole|41|scalar/.test(mutation)],
  ])('%s, and each wrong copy of it, is read as it is', async (file, only) => {
    const outcomes = await outcomesOf(file, only);
    expect(outcomes.length).toBeGreaterThan(5);
    expect(wrongs(outcomes)).toEqual([]);
  });

  test.each([
    'segyio/viking_small.segy',
    'segysak/volve10-migvel-depth-sub3d.sgy',
    'segysak/f3-withdead.sgy',
    'segyio/multiformats/Format5lsb.sgy',
    'seismiclab/small_stack.su',
    'segyio/shot-gather.sgy',
    'segyio/small.sgy',
  ])('%s opens with defaults', async (file) => {
    const [{ diagnosis, marks }] = await outcomesOf(file, untouched);
    expect(Object.values(marks)).not.toContain(false);
    expect(diagnosis.lines).toEqual([]);
  });

  test('a scalar that the text header knows and the trace headers do not', async () => {
    const [{ diagnosis }] = await outcomesOf('segysak/f3-iline-111.sgy', untouched);
    expect(diagnosis.lines).toEqual(['coordinate_scalar: -10']);
  });

  test('a survey in depth, by its text header', async () => {
    const [{ diagnosis }] = await outcomesOf('seismic-zfp/padding_5x7.sgy', untouched);
    expect(diagnosis.lines).toEqual(['domain: depth']);
  });

  test.each(badFiles)('bad/%s gets an answer', async (name) => {
    const diagnosis = await diagnose(bytesSource(fileBytes(`bad/${name}`)));
    expect(diagnosis.readable).toBe(name !== 'trunc_header_3500.sgy');
    if (name === 'format_99.sgy') expect(diagnosis.lines).toEqual(['format: 1']);
    if (name === 'trunc_mid_trace.sgy') expect(diagnosis.lines).toEqual(['truncated: keep_whole']);
  });

  test('reads a bounded part of a file, however long it is', async () => {
    const head = fileBytes('segyio/f3.sgy').subarray(0, 3600 + 390 * 414);
    let read = 0;
    const size = 3600 + 390 * 250_000_000; // 97 GB: the same traces over and over
    const source = {
      size,
      read: async (offset: number, length: number) => {
        const bytes = new Uint8Array(Math.max(0, Math.min(length, size - offset)));
        read += bytes.length;
        for (let i = 0; i < bytes.length; i++) {
          const at = offset + i;
          bytes[i] = head[at < 3600 ? at : 3600 + ((at - 3600) % (390 * 414))];
        }
        return bytes;
      },
    };
    const diagnosis = await diagnose(source);
    expect(diagnosis.readable).toBe(true);
    expect(diagnosis.verdicts.find(({ question }) => question === 'samples a trace')!.answer).toBe('75');
    expect(read).toBeLessThan(50e6);
  });

  test('whatever the bytes, an answer and never a crash', async () => {
    const originals = ['segyio/tiny.sgy', 'segyio/small.su'].map(fileBytes);
    const property = fc.asyncProperty(
      fc.nat(1),
      fc.array(fc.tuple(fc.nat(6000), fc.nat(255)), { maxLength: 40 }),
      fc.nat(5000),
      async (which, edits, cut) => {
        const bytes = originals[which].slice(0, originals[which].length - cut);
        for (const [at, value] of edits) if (at < bytes.length) bytes[at] = value;
        const { readable, confidence, verdicts } = await diagnose(bytesSource(bytes), which === 1);
        expect(confidence).toBeGreaterThanOrEqual(0);
        expect(readable ? verdicts.length : 1).toBeGreaterThan(0);
      },
    );
    await fc.assert(property, { numRuns: 40 });
  });
});

test.each([
  ['nothing', new Uint8Array(0)],
  ['a few bytes', Uint8Array.from([1, 2, 3])],
  ['text', new TextEncoder().encode('date,price\n2024-01-01,3\n'.repeat(2000))],
  ['zeros', new Uint8Array(20_000)],
  ['noise', Uint8Array.from({ length: 40_000 }, (_, i) => (Math.imul(i + 1, 0x9e3779b1) >>> 13) & 255)],
])('%s is no survey', async (_, bytes) => {
  const diagnosis = await diagnose(bytesSource(bytes));
  expect(diagnosis.readable).toBe(false);
  expect(diagnosis.remarks).not.toEqual([]);
});

test('bytes that a text header names', () => {
  expect(
    textHints([
      'C23 Trace header locations:',
      'C24 Inline number               : bytes 5-8',
      'C25 Xline number                : bytes 21-24',
      'C27 X coordinate                : bytes 73-76',
    ]).bytes,
  ).toEqual({ inline: 5, crossline: 21, x: 73 });
  expect(textHints(['C36 INLINE: 189-192             ;  X-LINE: 193-196;']).bytes).toEqual({
    inline: 189,
    crossline: 193,
  });
  // A line number is no byte.
  expect(textHints(['C 4 First inline: 111  Last inline: 133']).bytes).toEqual({});
  expect([...textHints(['C 4 First inline: 111  Last inline: 133']).numbers]).toEqual([111, 133]);
});

test('floats that are read as whole numbers leave a hole around 0', () => {
  const bits = new Int32Array(Float32Array.from({ length: 400 }, (_, i) => Math.sin(i / 3) * 900).buffer);
  const facts = sampleFacts([Float32Array.from(bits)]);
  expect(facts.spread).toBeLessThan(1);
  expect(facts.otherSign).toBeGreaterThan(0.4);
});

test('shares of answers add up, equal answers as one', () => {
  const verdict = verdictOf('order', [
    { answer: 'big', score: 2, evidence: ['a'] },
    { answer: 'little', score: 2, evidence: [] },
    { answer: 'big', score: 1, evidence: ['b'] },
  ]);
  expect(verdict).toMatchObject({ answer: 'big', level: 'unsure', evidence: ['a'] });
  expect(verdict.confidence + verdict.others[0].confidence).toBeCloseTo(1, 12);
});
