import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { readChunks } from '#dist/components/lib/text/chunks.js';
import { firstRecord, sniffDelimiter } from '#dist/components/lib/text/dialect.js';
import { cutFields, fieldText, recordEnds } from '#dist/components/lib/text/records.js';

const folder = mkdtempSync(join(tmpdir(), 'toolbox-text-'));
afterAll(() => rmSync(folder, { recursive: true }));
const dialect = { delimiter: 44, quote: 34 };

/** Fields that need every rule: delimiters, quotes, line ends, blanks, letters past ASCII. */
const field = fc.string({ unit: fc.constantFrom('a', 'é', '𝄞', ',', '"', '\n', '\r', ' ', ';', '1', '.') });
const table = fc
  .integer({ min: 1, max: 4 })
  .chain((columns) =>
    fc.array(fc.array(field, { minLength: columns, maxLength: columns }), { maxLength: 8 }),
  );

/** RFC 4180, quoted only where it must be; an empty line would be no record. */
const written = (value: string, lone: boolean) =>
  /[",\n\r]|^ | $/.test(value) || (lone && value === '') ? `"${value.replaceAll('"', '""')}"` : value;
const textOf = (rows: string[][], ends: string[]) =>
  rows
    .map((row, i) => row.map((v) => written(v, row.length === 1)).join(',') + ends[i % ends.length]!)
    .join('');
const lineEnds = fc.array(fc.constantFrom('\n', '\r\n', '\r'), { minLength: 1, maxLength: 3 });

const fieldsOf = (bytes: Uint8Array, from: number, to: number, columns: number) => {
  const cut = cutFields(bytes, from, to, columns, dialect);
  expect(cut.bad).toEqual([]);
  return Array.from({ length: cut.rows }, (_, row) =>
    Array.from({ length: columns }, (_, f) => {
      const k = row * columns + f;
      return fieldText(bytes, cut.start[k]!, cut.end[k]!, cut.doubled[k] === 1, 34);
    }),
  );
};

describe('records', () => {
  it('give back what was written, whatever the line ends', () => {
    fc.assert(
      fc.property(table, lineEnds, (rows, ends) => {
        const bytes = Buffer.from(textOf(rows, ends));
        const columns = rows[0]?.length ?? 1;
        expect(fieldsOf(bytes, 0, bytes.length, columns)).toEqual(rows);
        if (rows[0]) expect(firstRecord(bytes, dialect).fields).toEqual(rows[0]);
      }),
      { numRuns: 300 },
    );
  });

  it('are the same however the file is cut into chunks and blocks', async () => {
    const path = join(folder, 'a.csv');
    await fc.assert(
      fc.asyncProperty(table, lineEnds, fc.integer({ min: 1, max: 40 }), async (rows, ends, block) => {
        writeFileSync(path, textOf(rows, ends));
        const columns = rows[0]?.length ?? 1;
        const found: string[][] = [];
        for await (const { bytes, cuts } of readChunks(path, 0, dialect, { chunk: 16, block }))
          for (let b = 0; b + 1 < cuts.length; b++)
            found.push(...fieldsOf(bytes, cuts[b]!, cuts[b + 1]!, columns));
        expect(found).toEqual(rows);
      }),
      { numRuns: 150 },
    );
  });

  it('count lines as an editor does', () => {
    const bytes = Buffer.from('a,"x\r\ny"\r\n\n\rb,c\rd,e');
    const { line, lines, rows } = cutFields(bytes, 0, bytes.length, 2, dialect);
    expect([...line.subarray(0, rows)]).toEqual([0, 4, 5]);
    expect(lines).toBe(5);
    expect(recordEnds(bytes, bytes.length, 1, dialect, true).at(-1)).toBe(bytes.length);
  });

  it('that are broken are told with their line', () => {
    const bad = (text: string) => cutFields(Buffer.from(text), 0, Buffer.byteLength(text), 2, dialect).bad;
    expect(bad('a,b\nc\nd,e\n')).toEqual([{ fault: 'fields', line: 1, found: 1 }]);
    expect(bad('a,b\nc,"d\ne,f\n')).toMatchObject([{ fault: 'quote-open', line: 1 }]);
    expect(bad('a,"b"c\n')).toMatchObject([{ fault: 'after-quote', line: 0 }]);
  });
});

describe('delimiter', () => {
  it.each([
    ['a,b\n1,2\n', ','],
    ['a;b\n1,5;2,5\n', ';'],
    ['a\tb\n1\t"x;y"\n', '\t'],
    ['a|b|c\n1|2|3\n', '|'],
    ['name\nAda, Countess\nBob\n', ','],
    ['"a;b",c\n"1;2",3\n', ','],
  ])('of %j is %j', (text, expected) => {
    expect(String.fromCharCode(sniffDelimiter(Buffer.from(text), true))).toBe(expected);
  });
});
