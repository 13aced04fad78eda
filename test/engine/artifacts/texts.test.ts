import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeTexts, encodeTexts } from '#dist/engine/artifacts/texts.js';
import '../../support/seed.js';

test('texts are UTF-8 as Buffer writes it, end to end, and come back', () => {
  const text = fc.oneof(
    fc.string(),
    fc.string({ unit: 'binary' }),
    fc.constantFrom('', '\u{feff}x', 'ü'.repeat(50)),
  );
  fc.assert(
    fc.property(fc.array(text), (texts) => {
      const { bytes, offsets } = encodeTexts(texts);
      const expected = texts.map((one) => Buffer.from(one));
      expect(Buffer.compare(bytes, Buffer.concat(expected))).toBe(0);
      const ends = expected.map((_, i) => Buffer.concat(expected.slice(0, i + 1)).length);
      expect([...offsets]).toEqual([0, ...ends]);
      expect(decodeTexts(bytes, offsets, texts.length)).toEqual(expected.map((one) => one.toString()));
    }),
  );
});
