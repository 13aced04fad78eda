import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dateBy, datesBy, numbersBy } from '#dist/components/lib/text/examples.js';
import { Interner } from '#dist/components/lib/text/intern.js';
import { classify, Reading, Trait } from '#dist/components/lib/text/readings.js';
import { daysOf, microsOf, parseNumber } from '#dist/components/lib/text/values.js';

const reads = (text: string) => {
  const bytes = Buffer.from(text);
  const found = classify(bytes, 0, bytes.length);
  return Object.entries({ ...Reading, ...Trait })
    .filter(([, bit]) => (found & bit) !== 0)
    .map(([name]) => name);
};
const number = (text: string, comma = false) =>
  parseNumber(Buffer.from(text), 0, Buffer.byteLength(text), comma);

describe('numbers', () => {
  it('are the nearest double, as Number gives it', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        const text = Object.is(value, -0) ? '-0' : String(value);
        expect(number(text)).toBe(value);
        expect(number(text.replace('.', ','), true)).toBe(value);
      }),
    );
    fc.assert(
      fc.property(fc.integer({ min: -1e15, max: 1e15 }), fc.nat(12), (whole, places) => {
        const text = (whole / 10 ** places).toFixed(places);
        expect(number(text)).toBe(Number(text));
      }),
    );
  });

  it('may have marks between thousands', () => {
    expect(number('1,234,567.5')).toBe(1234567.5);
    expect(number('1.234.567,5', true)).toBe(1234567.5);
    expect(number("1'234.5")).toBe(1234.5);
    expect(number(' -1 234,5 ', true)).toBe(-1234.5);
    expect(number('-inf')).toBe(Number.NEGATIVE_INFINITY);
  });

  it.each([
    ['1', ['point', 'comma', 'truthLike']],
    ['-25', ['point', 'comma']],
    ['1.5', ['point', 'pointFraction']],
    ['1.234', ['point', 'comma', 'numbersDiffer', 'pointFraction']],
    ['0.234', ['point', 'pointFraction']],
    ['1234.567', ['point', 'pointFraction']],
    ['1.234.567', ['comma']],
    ['1,234', ['point', 'comma', 'numbersDiffer', 'commaFraction']],
    ['1,234.5', ['point', 'pointFraction']],
    ['1.234,5', ['comma', 'commaFraction']],
    ['1 234', ['point', 'comma']],
    ['00123', ['point', 'comma', 'leadingZero']],
    ['+49', ['point', 'comma', 'plus']],
    ['1E5', ['point', 'comma', 'wholePower', 'pointFraction', 'commaFraction']],
    ['1e-05', ['point', 'comma', 'pointFraction', 'commaFraction', 'signedPower']],
    ['2147483648', ['point', 'comma', 'wide']],
    ['9007199254740993', ['point', 'comma', 'long', 'wide']],
    ['1_000', []],
    ['0x1F', []],
    ['12 kg', []],
    ['-', []],
    ['.', []],
    ['', []],
    ['true', ['truth', 'truthLike']],
    ['Y', ['truthLike']],
    ['2024-01-31', ['yearFirst']],
    ['2024-01-31T12:00:00+01:00', ['yearFirst', 'time']],
    ['2024-02-30', []],
    ['31.12.2024', ['dayFirst']],
    ['03.04.2024', ['dayFirst']],
    ['03/04/2024', ['dayFirst', 'monthFirst', 'datesDiffer']],
    ['04/04/2024', ['dayFirst', 'monthFirst']],
    ['12/31/2024 23:59', ['monthFirst', 'time']],
    ['31/12/24', []],
    ['1.2.3', []],
    ['10.0.0.1', []],
  ])('%j reads as %j', (text, expected) => {
    expect(reads(text).sort()).toEqual([...expected].sort());
  });
});

describe('dates', () => {
  it('count days as Date does', () => {
    fc.assert(
      fc.property(fc.integer({ min: -500_000, max: 500_000 }), (days) => {
        const date = new Date(days * 86_400_000);
        expect(daysOf(date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate())).toBe(days);
      }),
    );
  });

  it('have times with fractions and offsets', () => {
    expect(microsOf('T12:00:00.5Z')).toBe(43_200_500_000);
    expect(microsOf(' 00:30+01:00')).toBe(-1_800_000_000);
    expect(microsOf(' 23:59:59,123456789')).toBe(86_399_123_456);
    expect(microsOf('25:00')).toBeNaN();
  });

  it.each([
    ['31.12.2024', '3.4.2024', '2024-04-03'],
    ['12/31/2024', '03/04/2024', '2024-03-04'],
    ['2024-12-31', '2024-4-3', '2024-04-03'],
    ['20241231', '20240403', '2024-04-03'],
    ['31 Dec 2024', '3 april 2024', '2024-04-03'],
    ['31-Dec-24', '03-Apr-70', '1970-04-03'],
    ['Dec 31, 2024', 'Apr 3, 2024', '2024-04-03'],
    ['31.12.24', '03.04.24', '2024-04-03'],
  ])('written like %s are read so: %s', (example, text, iso) => {
    const { days } = dateBy(new RegExp(datesBy(example).pattern), text)!;
    expect(new Date(days * 86_400_000).toISOString().slice(0, 10)).toBe(iso);
  });

  it.each(['03/04/2024', 'tomorrow', '31/13/2024', '1/2/3'])('%s shows no format', (example) => {
    expect(() => datesBy(example)).toThrow('does not show how dates are written');
  });
});

describe('number examples', () => {
  it.each([
    ['1.234,56', 'comma'],
    ['1,234.56', 'point'],
    ['1234,5', 'comma'],
    ['0.5', 'point'],
    ['1 234,56', 'comma'],
    ["1'234.56", 'point'],
  ] as const)('%s has a decimal %s', (example, mark) => expect(numbersBy(example)).toBe(mark));
  it.each(['1.234', '1234', 'x', '1,234'])('%s shows nothing', (example) =>
    expect(() => numbersBy(example)).toThrow('which mark is the decimal one'),
  );
});

describe('interner', () => {
  it('numbers equal texts alike, in order of first appearance', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 3 }), { maxLength: 300 }),
        (texts) => {
          const wellFormed = texts.map((text) => text.toWellFormed());
          const bytes = Buffer.from(wellFormed.join(''));
          const interner = new Interner(bytes);
          let at = 0;
          const codes = wellFormed.map((text) => {
            const from = at;
            at += Buffer.byteLength(text);
            return interner.code(from, at);
          });
          expect(interner.texts).toEqual([...new Set(wellFormed)]);
          expect(codes.map((code) => interner.texts[code])).toEqual(wellFormed);
        },
      ),
    );
  });
});
