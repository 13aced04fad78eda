import { join } from 'node:path';
import { type CellObject, utils, write } from '@e965/xlsx';
import { describe, expect, it } from 'vitest';
import xlsx from '#dist/components/ingest/xlsx.js';
import type { Table } from '#dist/engine/artifacts/table.js';
import { ProblemError } from '#dist/engine/problem.js';
import { harness } from '../support/harness.js';
import { hasSharedData, sharedData } from '../support/shared.js';
import { cellsOf } from '../support/table-of.js';

const date = (serial: number): CellObject => ({ t: 'n', v: serial, z: 'yyyy-mm-dd' });
const quotes: unknown[][] = [
  ['Purchase export'],
  ['printed 31.12.2024'],
  [],
  ['Part', 'Price', 'Ordered', 'Qty', 'Paid'],
  [{ t: 'n', v: 125, z: '00000' }, '1.234,56 €', date(45355), 10, true],
  ['00124', { t: 'n', v: 3.5 }, date(45356), 20, false],
  ['00126', 'on request', null, { t: 'e', v: 42 }, null],
];

/** A workbook of one sheet, as SheetJS writes it. */
function workbook(rows: unknown[][], merges: string[] = []): Uint8Array {
  const sheet = utils.aoa_to_sheet(rows);
  sheet['!merges'] = merges.map((range) => utils.decode_range(range));
  return write({ SheetNames: ['Quotes'], Sheets: { Quotes: sheet } }, { type: 'buffer' }) as Uint8Array;
}

const { run } = harness(xlsx);
async function read(bytes: Uint8Array, config: { readonly [key: string]: unknown } = {}) {
  const result = await run({ config: { path: 'a.xlsx', ...config }, files: { 'a.xlsx': bytes } });
  const table = result.outputs['out'] as Table;
  const types = Object.fromEntries(table.schema.fields.map((field) => [field.name, field.type]));
  return { types, cells: await cellsOf(table), warnings: result.warnings.map(({ message }) => message) };
}
const problemOf = async (bytes: Uint8Array, config = {}) =>
  read(bytes, config).then(
    () => 'no problem',
    (error: unknown) => {
      if (!(error instanceof ProblemError)) throw error;
      return error.problems.map(({ message, hint }) => `${message} (${hint})`).join('\n');
    },
  );

describe('ingest.xlsx', () => {
  it('takes types from cells, keeps the zeros of part numbers, and says what it made text', async () => {
    const { types, cells, warnings } = await read(workbook(quotes), {
      header_row: 4,
      numbers: '1.234,56',
      row_column: 'row',
    });
    expect(types).toEqual({
      Part: 'string',
      Price: 'string',
      Ordered: 'date',
      Qty: 'int64',
      Paid: 'bool',
      row: 'int32',
    });
    expect(cells).toEqual({
      Part: ['00125', '00124', '00126'],
      Price: ['1.234,56 €', '3,5', 'on request'],
      Ordered: ['2024-03-04', '2024-03-05', null],
      Qty: [10, 20, null],
      Paid: [true, false, null],
      row: [5, 6, 7],
    });
    expect(warnings).toEqual([
      'a.xlsx: column "Price" mixes numbers or dates (1) with texts (2) such as "1.234,56 €": it is read as text',
      'a.xlsx: column "Qty" has a cell without a value: D7 holds "#N/A"',
    ]);
  });

  it('asks where the header is, which sheet, and what merged cells mean', async () => {
    expect(await problemOf(workbook(quotes))).toBe(
      'row 1 is the first that is not empty, and does not name the columns; row 4 looks like the header (say which row names the columns: header_row: 4)',
    );
    expect(await problemOf(workbook(quotes), { header_row: 4, sheet: 'Prices' })).toMatch(
      /^the workbook has no sheet "Prices", only "Quotes"/,
    );
    const merged = workbook(
      [
        ['supplier', 'price'],
        ['Ajax', 1],
        [null, 2],
      ],
      ['A2:A3'],
    );
    expect(await problemOf(merged)).toMatch(/^A2:A3 are one merged cell among the rows/);
    expect((await read(merged, { merged: 'repeat' })).cells['supplier']).toEqual(['Ajax', 'Ajax']);
    expect((await read(merged, { merged: 'first' })).cells['supplier']).toEqual(['Ajax', null]);
  });

  it('refuses what is no workbook, a type that does not fit, two columns of one name', async () => {
    expect(await problemOf(Buffer.from('a,b\n1,2\n'))).toMatch(/^the file is no workbook/);
    expect(await problemOf(workbook(quotes).subarray(0, 4000))).toMatch(/^the workbook/);
    expect(
      await problemOf(workbook(quotes), { header_row: 4, columns: { Price: { type: 'float64' } } }),
    ).toMatch(/"Price" is said to be float64, and B5 holds "1.234,56 €"/);
    expect(
      await problemOf(
        workbook([
          ['a', 'a'],
          [1, 2],
        ]),
        { header_row: 1 },
      ),
    ).toMatch(/^two columns are called "a": A1 and B1/);
    expect(await problemOf(workbook([['a', 'b']]))).toMatch(/has no rows below its header/);
  });

  it.skipIf(!hasSharedData)(
    'reads a workbook that Excel wrote, under a header of two rows with merged cells',
    async () => {
      const result = await run({
        config: {
          path: join(sharedData, 'timeseries/m4/Evaluation_and_Ranks.xlsx'),
          sheet: 'Point Forecasts-Frequency',
          header_rows: 2,
          header_row: 1,
        },
      });
      const cells = await cellsOf(result.outputs['out'] as Table);
      const row = cells['Method User ID']!.indexOf('Naive');
      // The competition's published table (published_hourly.json).
      expect(cells['sMAPE Hourly']![row]).toBe(43.003);
      expect(cells['MASE Hourly']![row]).toBe(11.608);
    },
  );
});
