/** What every workbook of Office Open XML (ECMA-376) is put together from. */
export const declaration = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
export const main = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const office = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const package_ = 'http://schemas.openxmlformats.org/package/2006';
const sheetType = 'application/vnd.openxmlformats-officedocument.spreadsheetml';

/** The longest text of a cell, in characters. */
export const mostCharacters = 32_767;
export const mostRows = 1_048_576;
export const mostColumns = 16_384;

/** The files around the sheets, by name; the sheets themselves are `xl/worksheets/sheet1.xml` and on. */
export function packageFiles(names: readonly string[]): { readonly [name: string]: string } {
  const numbers = names.map((_, i) => i + 1);
  const parts = [
    ['workbook', 'sheet.main'],
    ...numbers.map((n) => [`worksheets/sheet${n}`, 'worksheet']),
    ['styles', 'styles'],
  ];
  const overrides = parts.map(
    ([part, type]) => `<Override PartName="/xl/${part}.xml" ContentType="${sheetType}.${type}+xml"/>`,
  );
  const sheets = names.map(
    (name, i) => `<sheet name="${attribute(name)}" sheetId="${i + 1}" r:id="rId${i + 1}"/>`,
  );
  return {
    '[Content_Types].xml': `${declaration}<Types xmlns="${package_}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>${overrides.join('')}</Types>`,
    '_rels/.rels': relations([['officeDocument', 'xl/workbook.xml']]),
    // Formulas are computed when the file is opened, whatever values lie beside them.
    'xl/workbook.xml': `${declaration}<workbook xmlns="${main}" xmlns:r="${office}"><sheets>${sheets.join('')}</sheets><calcPr fullCalcOnLoad="1"/></workbook>`,
    'xl/_rels/workbook.xml.rels': relations([
      ...numbers.map((n) => ['worksheet', `worksheets/sheet${n}.xml`] as const),
      ['styles', 'styles.xml'],
    ]),
  };
}

function relations(pairs: readonly (readonly [type: string, target: string])[]): string {
  const items = pairs.map(
    ([type, target], i) => `<Relationship Id="rId${i + 1}" Type="${office}/${type}" Target="${target}"/>`,
  );
  return `${declaration}<Relationships xmlns="${package_}/relationships">${items.join('')}</Relationships>`;
}

/** The top rows (and left columns) stay in view. */
export function frozen(rows: number, columns = 0): string {
  const pane = columns > 0 ? 'bottomRight' : 'bottomLeft';
  const left = columns > 0 ? ` xSplit="${columns}"` : '';
  return `<sheetViews><sheetView workbookViewId="0"><pane${left} ySplit="${rows}" topLeftCell="${columnName(columns)}${rows + 1}" activePane="${pane}" state="frozen"/></sheetView></sheetViews>`;
}

/** A, B, …, Z, AA, … */
export function columnName(index: number): string {
  const before = Math.floor(index / 26);
  return (before > 0 ? columnName(before - 1) : '') + String.fromCharCode(65 + (index % 26));
}

/** XML has no control characters; Excel writes them as _x0007_, and so an underscore that looks like that as _x005F_. */
export const escaped = (text: string): string =>
  text
    .toWellFormed()
    .replace(/_(?=x[0-9A-Fa-f]{4}_)/g, '_x005F_')
    .replace(
      /[\x00-\x08\x0b\x0c\x0d\x0e-\x1f\ufffe\uffff]/g,
      (c) => `_x${c.charCodeAt(0).toString(16).padStart(4, '0')}_`,
    )
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;');

const attribute = (text: string): string => escaped(text).replaceAll('"', '&quot;');
