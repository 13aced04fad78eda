import {
  declaration,
  escaped,
  frozen,
  main,
  mostCharacters,
  mostColumns,
  mostRows,
  packageFiles,
} from '../../components/lib/xlsx/parts.js';
import { Styles } from '../../components/lib/xlsx/styles.js';
import { type ZipEntry, zipOf } from '../../components/lib/xlsx/zip.js';
import { type Column, cell, isNull } from '../artifacts/column.js';
import type { Frame } from '../artifacts/frame.js';
import type { Table } from '../artifacts/table.js';
import { ProblemError, problem } from '../problem.js';
import { disarmed, scalarNames } from './csv.js';

/**
 * A table as a workbook of one sheet, its header frozen. Dates and times are Excel's serial numbers with a format; those
 * before March 1900, which Excel counts otherwise, are text. Vectors are left out, as in CSV.
 */
export function xlsxOf(table: Table): AsyncGenerator<Uint8Array> {
  const names = scalarNames(table);
  if (table.rows + 1 > mostRows || names.length > mostColumns)
    throw new ProblemError(
      problem('data/rows', `${table.rows} rows and ${names.length} columns do not fit a worksheet`, {
        hint: `it holds ${mostRows - 1} rows under its header and ${mostColumns} columns; save as parquet or csv`,
      }),
    );
  const styles = new Styles();
  const entries: ZipEntry[] = [
    ...Object.entries(packageFiles(['data'])).map(([name, xml]) => ({ name, content: [xml] })),
    { name: 'xl/worksheets/sheet1.xml', content: sheet(table, names, dates(styles)) },
    { name: 'xl/styles.xml', content: [styles.xml()] },
  ];
  return zipOf(entries);
}

/** Numbers of the styles of dates and times. */
const dates = (styles: Styles) => ({
  date: styles.number({ format: 'yyyy\\-mm\\-dd' }),
  timestamp: styles.number({ format: 'yyyy\\-mm\\-dd hh:mm:ss' }),
});
type Dates = ReturnType<typeof dates>;

async function* sheet(table: Table, names: readonly string[], dates: Dates): AsyncGenerator<string> {
  yield `${declaration}<worksheet xmlns="${main}">${frozen(1)}<sheetData>`;
  yield `<row>${names.map(textCell).join('')}</row>`;
  for await (const frame of table.batches({ columns: names })) yield rows(frame, names, dates);
  yield '</sheetData></worksheet>';
}

function rows(frame: Frame, names: readonly string[], dates: Dates): string {
  const columns = names.map((name) => frame.column(name));
  let out = '';
  for (let row = 0; row < frame.rows; row++) {
    out += '<row>';
    for (const column of columns) out += cellXml(column, row, dates);
    out += '</row>';
  }
  return out;
}

function cellXml(column: Column, row: number, dates: Dates): string {
  if (isNull(column, row)) return '<c/>';
  const value = column.values[row]!;
  switch (column.type) {
    case 'string':
      return textCell(column.dictionary[value]!);
    case 'bool':
      return `<c t="b"><v>${value}</v></c>`;
    case 'date':
      return serial(column, row, value, dates.date);
    case 'timestamp':
      return serial(column, row, value / 86_400_000_000, dates.timestamp);
    default:
      if (Number.isNaN(value)) return '<c/>';
      return Number.isFinite(value) ? `<c><v>${value}</v></c>` : textCell(String(value));
  }
}

/** Days since 1899-12-30; Excel believes in a 29 February 1900, so earlier dates have no number it agrees on. */
function serial(column: Column, row: number, days: number, style: number): string {
  const number = days + 25_569;
  return number < 61 ? textCell(String(cell(column, row))) : `<c s="${style}"><v>${number}</v></c>`;
}

function textCell(text: string): string {
  if (text.length > mostCharacters)
    throw new ProblemError(
      problem('data/values', `a text of ${text.length} characters does not fit a worksheet's cell`, {
        hint: `it holds ${mostCharacters}; save as parquet or csv`,
      }),
    );
  return `<c t="inlineStr"><is><t xml:space="preserve">${escaped(disarmed(text))}</t></is></c>`;
}
