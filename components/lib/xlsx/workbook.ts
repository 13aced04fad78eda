import { InputError } from '../errors.js';
import {
  declaration,
  escaped,
  frozen,
  main,
  mostCharacters,
  mostColumns,
  mostRows,
  packageFiles,
} from './parts.js';
import { type Style, Styles } from './styles.js';
import { type ZipEntry, zipOf } from './zip.js';

/**
 * A cell: a number, a text, or a formula (without its =) with the value that it had when the file was written, for
 * those who look at the file without computing it. Text stays text, whatever it begins with.
 */
export type Cell =
  | undefined
  | ({ readonly style?: Style } & (
      | { readonly number: number }
      | { readonly text: string }
      | { readonly formula: string; readonly value: number | string }
    ));

export interface Sheet {
  readonly name: string;
  readonly rows: Iterable<readonly Cell[]>;
  /** Rows and columns that stay in view. */
  readonly frozen: readonly [rows: number, columns: number];
  /** Widths in characters. */
  readonly widths: readonly number[];
}

/** A workbook with live formulas (ECMA-376). Equal contents give equal bytes. */
export async function workbookOf(sheets: readonly Sheet[]): Promise<Uint8Array> {
  const styles = new Styles();
  const entries: ZipEntry[] = [
    ...Object.entries(packageFiles(sheets.map(({ name }) => name))).map(([name, xml]) => ({
      name,
      content: [xml],
    })),
    ...sheets.map((sheet, i) => ({
      name: `xl/worksheets/sheet${i + 1}.xml`,
      content: sheetXml(sheet, styles),
    })),
    // Last: by now the sheets have said which styles they use.
    { name: 'xl/styles.xml', content: lazily(() => styles.xml()) },
  ];
  const chunks: Uint8Array[] = [];
  for await (const chunk of zipOf(entries)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function* lazily(text: () => string): Generator<string> {
  yield text();
}

function* sheetXml({ rows, frozen: [top, left], widths }: Sheet, styles: Styles): Generator<string> {
  const columns = widths.map(
    (width, i) => `<col min="${i + 1}" max="${i + 1}" width="${width}" customWidth="1"/>`,
  );
  yield `${declaration}<worksheet xmlns="${main}">${frozen(top, left)}<cols>${columns.join('')}</cols><sheetData>`;
  let count = 0;
  for (const cells of rows) {
    if (++count > mostRows || cells.length > mostColumns)
      throw new InputError('too-large', `a worksheet holds ${mostRows} rows and ${mostColumns} columns`);
    yield `<row>${cells.map((cell) => cellXml(cell, styles)).join('')}</row>`;
  }
  yield '</sheetData></worksheet>';
}

function cellXml(cell: Cell, styles: Styles): string {
  if (cell === undefined) return '<c/>';
  const style =
    'text' in cell && /^[=+\-@]/.test(cell.text) ? { ...cell.style, quoted: true as const } : cell.style;
  const s = style && Object.keys(style).length > 0 ? ` s="${styles.number(style)}"` : '';
  if ('text' in cell) {
    if (cell.text.length > mostCharacters)
      throw new InputError(
        'too-large',
        `a text of ${cell.text.length} characters does not fit a worksheet's cell`,
      );
    return `<c${s} t="inlineStr"><is><t xml:space="preserve">${escaped(cell.text)}</t></is></c>`;
  }
  if ('number' in cell) return Number.isFinite(cell.number) ? `<c${s}><v>${cell.number}</v></c>` : `<c${s}/>`;
  const { formula, value } = cell;
  const written =
    typeof value === 'number' && !Number.isFinite(value) ? '' : `<v>${escaped(String(value))}</v>`;
  const type = typeof value === 'string' ? ' t="str"' : '';
  return `<c${s}${type}><f>${escaped(formula)}</f>${written}</c>`;
}
