import { expect, it } from 'vitest';
import { gridOf } from '#dist/components/lib/spreadsheet/layout.js';
import type { Cell } from '#dist/components/lib/spreadsheet/sheet.js';

it('finds the header of a sheet of 200,000 rows', () => {
  const text = (value: string): Cell => ({ kind: 'text', value });
  const below = Array.from({ length: 200_000 }, (_, i): Cell[] => {
    const cell: Cell = { kind: 'number', value: i, shown: String(i) };
    return [cell, cell];
  });
  const rows = [[text('depth'), text('gr')], ...below];
  expect(gridOf({ name: 'one', rows, sheets: ['one'], merges: [] }, {}).names).toEqual(['depth', 'gr']);
});
