import { type Column, cell, isNull } from '../artifacts/column.js';
import type { Frame } from '../artifacts/frame.js';
import type { Table } from '../artifacts/table.js';
import { ProblemError, problem } from '../problem.js';
import { disarmed, scalarNames } from './csv.js';
import { type ZipEntry, zipOf } from './zip.js';

/** What a worksheet can hold (ECMA-376, Excel's limits). */
const mostRows = 1_048_576;
const mostColumns = 16_384;
const mostCharacters = 32_767;

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
  const files: { readonly [name: string]: string | AsyncIterable<string> } = {
    '[Content_Types].xml': types,
    '_rels/.rels': relations('officeDocument', 'xl/workbook.xml'),
    'xl/workbook.xml': workbook,
    'xl/_rels/workbook.xml.rels': relations('worksheet', 'worksheets/sheet1.xml', 'styles', 'styles.xml'),
    'xl/styles.xml': styles,
    'xl/worksheets/sheet1.xml': sheet(table, names),
  };
  return zipOf(
    Object.entries(files).map(
      ([name, content]): ZipEntry => ({ name, content: typeof content === 'string' ? [content] : content }),
    ),
  );
}

const declaration = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const main = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const office = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const package_ = 'http://schemas.openxmlformats.org/package/2006';
const sheetType = 'application/vnd.openxmlformats-officedocument.spreadsheetml';

const types = `${declaration}<Types xmlns="${package_}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="${sheetType}.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="${sheetType}.worksheet+xml"/><Override PartName="/xl/styles.xml" ContentType="${sheetType}.styles+xml"/></Types>`;

function relations(...pairs: string[]): string {
  let items = '';
  for (let i = 0; i < pairs.length; i += 2)
    items += `<Relationship Id="rId${i / 2 + 1}" Type="${office}/${pairs[i]}" Target="${pairs[i + 1]}"/>`;
  return `${declaration}<Relationships xmlns="${package_}/relationships">${items}</Relationships>`;
}

const workbook = `${declaration}<workbook xmlns="${main}" xmlns:r="${office}"><sheets><sheet name="data" sheetId="1" r:id="rId1"/></sheets></workbook>`;

/** Styles by number: 0 as it is, 1 a date, 2 a time. */
const styles = `${declaration}<styleSheet xmlns="${main}"><numFmts count="2"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd"/><numFmt numFmtId="165" formatCode="yyyy\\-mm\\-dd hh:mm:ss"/></numFmts><fonts count="1"><font/></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="3"><xf/><xf numFmtId="164" applyNumberFormat="1"/><xf numFmtId="165" applyNumberFormat="1"/></cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>`;

async function* sheet(table: Table, names: readonly string[]): AsyncGenerator<string> {
  yield `${declaration}<worksheet xmlns="${main}"><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><sheetData>`;
  yield `<row>${names.map(textCell).join('')}</row>`;
  for await (const frame of table.batches({ columns: names })) yield rows(frame, names);
  yield '</sheetData></worksheet>';
}

function rows(frame: Frame, names: readonly string[]): string {
  const columns = names.map((name) => frame.column(name));
  let out = '';
  for (let row = 0; row < frame.rows; row++) {
    out += '<row>';
    for (const column of columns) out += cellXml(column, row);
    out += '</row>';
  }
  return out;
}

function cellXml(column: Column, row: number): string {
  if (isNull(column, row)) return '<c/>';
  const value = column.values[row]!;
  switch (column.type) {
    case 'string':
      return textCell(column.dictionary[value]!);
    case 'bool':
      return `<c t="b"><v>${value}</v></c>`;
    case 'date':
      return serial(column, row, value, 1);
    case 'timestamp':
      return serial(column, row, value / 86_400_000_000, 2);
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

/** XML has no control characters; Excel writes them as _x0007_, and so an underscore that looks like that as _x005F_. */
const escaped = (text: string): string =>
  text
    .toWellFormed()
    .replace(/_(?=x[0-9A-Fa-f]{4}_)/g, '_x005F_')
    .replace(
      /[\x00-\x08\x0b\x0c\x0d\x0e-\x1f\ufffe\uffff]/g,
      (c) => `_x${c.charCodeAt(0).toString(16).padStart(4, '0')}_`,
    )
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;');
