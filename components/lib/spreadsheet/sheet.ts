import { readFileSync } from 'node:fs';
import { read, SSF, type WorkBook } from '@e965/xlsx';
import type { Kernel } from '../compute/kernel.js';
import { InputError } from '../errors.js';
import { unpackedBytes } from './bounds.js';

/** One cell as the file holds it: numbers, dates and truth by type, all else as text. */
export type Cell =
  | { readonly kind: 'number'; readonly value: number /** As the sheet shows it. */; readonly shown: string }
  /** `value`: microseconds since 1970-01-01T00:00; `day`: no time of day. */
  | { readonly kind: 'date'; readonly value: number; readonly day: boolean }
  | { readonly kind: 'bool'; readonly value: boolean }
  | { readonly kind: 'text'; readonly value: string }
  /** `#N/A` and the like, or a formula that was never calculated. */
  | { readonly kind: 'error'; readonly value: string };

/** Cells that the sheet shows as one; rows and columns from 0, ends included. */
export interface Merge {
  readonly top: number;
  readonly left: number;
  readonly bottom: number;
  readonly right: number;
}

export interface Sheet {
  readonly name: string;
  /** All sheets of the workbook, in its order; those that are no grids (charts) left out. */
  readonly sheets: readonly string[];
  /** By row from the first of the sheet; `undefined` is an empty cell. */
  readonly rows: readonly (readonly (Cell | undefined)[])[];
  readonly merges: readonly Merge[];
}

export interface SheetRequest {
  readonly path: string;
  /** Name, or number from 1; the only one where absent. */
  readonly sheet?: string | number;
}

/** Most bytes that a workbook may unpack to: XLSX is a zip archive, and is read whole. */
const maxUnpacked = 1 << 30;

/**
 * Reads one sheet of a workbook (XLSX, XLSM, XLSB, XLS, ODS) with SheetJS, on a worker. One block. Formulas count with
 * the value that the program which saved the file has calculated. Throws InputError: `not-a-workbook`, `too-large`,
 * `no-sheet`, `which-sheet`.
 */
export const sheetKernel: Kernel<SheetRequest, Sheet> = {
  name: 'sheetKernel',
  url: import.meta.url,
  blocks: () => 1,
  run: ({ path, sheet }) => {
    const bytes = readFileSync(path);
    const workbook = open(bytes, sheet);
    const name = chosen(workbook, sheet);
    const grid = workbook.Sheets[name]! as unknown as Grid;
    const epoch1904 = workbook.Workbook?.WBProps?.date1904 === true;
    const rows = Array.from(grid['!data'] ?? [], (row) =>
      Array.from(row ?? [], (cell) => cell && cellOf(cell, epoch1904)),
    );
    const merges = (grid['!merges'] ?? []).map(({ s, e }) => ({
      top: s.r,
      left: s.c,
      bottom: e.r,
      right: e.c,
    }));
    return { name, sheets: workbook.SheetNames, rows, merges };
  },
};

interface RawCell {
  readonly t: string;
  readonly v?: string | number | boolean | Date;
  readonly w?: string;
  readonly z?: string | number;
  readonly f?: string;
}
interface Grid {
  readonly '!data'?: readonly (readonly (RawCell | undefined)[] | undefined)[];
  readonly '!merges'?: readonly {
    readonly s: { readonly r: number; readonly c: number };
    readonly e: { readonly r: number; readonly c: number };
  }[];
}

function open(bytes: Buffer, sheet: SheetRequest['sheet']): WorkBook {
  // SheetJS takes any text for a sheet of one column: only what begins as a workbook does is handed to it.
  const zip = bytes.length > 4 && bytes.readUInt32LE(0) === 0x04034b50;
  const compound = bytes.length > 8 && bytes.readUInt32BE(0) === 0xd0cf11e0;
  if (!zip && !compound)
    throw new InputError('not-a-workbook', 'the file is no workbook of Excel or OpenDocument');
  if (zip && unpackedBytes(bytes) > maxUnpacked)
    throw new InputError('too-large', 'the workbook unpacks to more than 1 GiB');
  const options = {
    type: 'buffer',
    dense: true,
    cellNF: true,
    cellHTML: false,
    cellDates: false,
    sheetStubs: true,
  } as const;
  try {
    return read(bytes, { ...options, ...(sheet !== undefined && { sheets: [inZero(sheet)] }) });
  } catch (error) {
    const encrypted = /password|encrypt/i.test(String(error));
    throw new InputError(
      'not-a-workbook',
      encrypted ? 'the workbook is protected by a password' : 'the workbook is damaged, or of no known kind',
    );
  }
}

const inZero = (sheet: string | number): string | number => (typeof sheet === 'number' ? sheet - 1 : sheet);

function chosen({ SheetNames: names, Sheets: sheets }: WorkBook, sheet: SheetRequest['sheet']): string {
  const listed = names.map((name) => `"${name}"`).join(', ');
  if (sheet === undefined) {
    const filled = names.filter((name) => sheets[name]?.['!ref'] !== undefined);
    if (filled.length === 1) return filled[0]!;
    if (filled.length === 0) throw new InputError('no-sheet', 'the workbook holds nothing but empty sheets');
    throw new InputError('which-sheet', `the workbook has ${names.length} sheets: ${listed}`);
  }
  const name = typeof sheet === 'number' ? names[sheet - 1] : names.find((one) => one === sheet);
  if (name === undefined || !sheets[name])
    throw new InputError('no-sheet', `the workbook has no sheet ${JSON.stringify(sheet)}, only ${listed}`);
  return name;
}

function cellOf(cell: RawCell, epoch1904: boolean): Cell | undefined {
  const { t, v, w, z } = cell;
  // Stubs: formatted cells that hold nothing, and formulas that no program has calculated.
  if (t === 'z' || v === undefined)
    return cell.f === undefined ? undefined : { kind: 'error', value: `=${cell.f}` };
  if (t === 'e') return { kind: 'error', value: w ?? '#ERROR' };
  if (typeof v === 'boolean') return { kind: 'bool', value: v };
  if (typeof v === 'number') {
    if (z !== undefined && SSF.is_date(z))
      return dateOf(v, epoch1904) ?? { kind: 'number', value: v, shown: w ?? String(v) };
    return { kind: 'number', value: v, shown: w ?? String(v) };
  }
  const text = String(v).replace(/\r\n?/g, '\n').trim().normalize();
  return text === '' ? undefined : { kind: 'text', value: text };
}

/** Day and time of a serial number. Excel's 1900 system has a 29 February 1900 that never was, which SSF knows. */
function dateOf(serial: number, date1904: boolean): Cell | undefined {
  const parsed = SSF.parse_date_code(serial, { date1904 }) as {
    y: number;
    m: number;
    d: number;
    H: number;
    M: number;
    S: number;
    u: number;
  } | null;
  if (!parsed || parsed.y < 1900) return undefined;
  const { y, m, d, H, M, S, u } = parsed;
  const value = Date.UTC(y, m - 1, d, H, M, S) * 1000 + Math.round(u * 1e6);
  return { kind: 'date', value, day: Number.isInteger(serial) };
}
