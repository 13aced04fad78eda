import { InputError } from '../errors.js';
import { cellName } from './address.js';
import type { Cell, Merge, Sheet } from './sheet.js';

export interface Layout {
  /** Row of the header, from 1 as the sheet counts; the first that is not empty where absent. */
  readonly headerRow?: number;
  /** Rows that the header takes; names of the upper ones are put before those below. Default 1. */
  readonly headerRows?: number;
  /** What merged cells among the data mean: each has the value, or only the first. */
  readonly merged?: 'repeat' | 'first';
}

/** A rectangle of a sheet with a header: cells by column, one entry for each row that is not empty. */
export interface Grid {
  readonly names: readonly string[];
  readonly columns: readonly (readonly (Cell | undefined)[])[];
  /** Of each column in the sheet, from 0. */
  readonly at: readonly number[];
  /** Of each row in the sheet, from 0. */
  readonly rows: readonly number[];
}

/**
 * Finds header and rows. Throws InputError where a person has to say what is meant: `header` (no row of names where one
 * is due), `header-names` (two of one name, or none above values), `merged` (merged cells among the data), `no-rows`.
 */
export function gridOf(sheet: Sheet, layout: Layout): Grid {
  const { rows } = sheet;
  const top = layout.headerRow === undefined ? rows.findIndex(filled) : layout.headerRow - 1;
  if (top < 0 || !rows[top] || !filled(rows[top]!)) throw noHeader(sheet, top);
  const below = top + (layout.headerRows ?? 1);
  if (layout.headerRow === undefined && likelyHeader(sheet, top) !== top)
    throw headerFault(
      sheet,
      top,
      layout,
      `row ${top + 1} is the first that is not empty, and does not name the columns`,
    );
  const header = rows.slice(top, below).map((row, i) => spread(row, top + i, sheet.merges));
  const data = withMerged(sheet, below, layout.merged);
  const kept = data.map((row, i) => ({ row, index: below + i })).filter(({ row }) => filled(row));
  const width = [...header, ...kept.map(({ row }) => row)].reduce(
    (most, row) => Math.max(most, row.length),
    0,
  );
  const at: number[] = [];
  const names: string[] = [];
  for (let c = 0; c < width; c++) {
    const parts = header.map((row) => row[c]).filter((cell) => cell !== undefined);
    const unnamed = parts.length === 0 && kept.find(({ row }) => row[c] !== undefined);
    if (unnamed)
      throw headerFault(
        sheet,
        top,
        layout,
        `${cellName(unnamed.index, c)} holds a value, and nothing above it names the column`,
      );
    if (parts.length === 0) continue;
    at.push(c);
    names.push(nameOf(parts));
  }
  const twice = names.findIndex((name, i) => names.indexOf(name) !== i);
  if (twice >= 0) {
    const cells = [names.indexOf(names[twice]!), twice].map((i) => cellName(below - 1, at[i]!));
    throw new InputError('header-names', `two columns are called "${names[twice]}": ${cells.join(' and ')}`);
  }
  if (kept.length === 0)
    throw new InputError('no-rows', `sheet "${sheet.name}" has no rows below its header`);
  return {
    names,
    at,
    rows: kept.map(({ index }) => index),
    columns: at.map((c) => kept.map(({ row }) => row[c])),
  };
}

const filled = (row: readonly (Cell | undefined)[]): boolean => row.some((cell) => cell !== undefined);

const nameOf = (parts: readonly Cell[]): string => {
  const words = parts.map((cell) => (cell.kind === 'number' ? cell.shown.trim() : String(cell.value)));
  return words
    .filter((word, i) => word !== words[i - 1])
    .join(' ')
    .replace(/\s+/g, ' ')
    .trim();
};

/** A header row with the text of merged cells in each of them. */
function spread(row: readonly (Cell | undefined)[], index: number, merges: readonly Merge[]) {
  const cells = [...row];
  for (const { top, left, right } of merges)
    if (top === index) for (let c = left; c <= right; c++) cells[c] ??= row[left];
  return cells;
}

/** Rows from `below` on, merged cells filled as `merged` says. Merged cells without a value are of no interest. */
function withMerged(sheet: Sheet, below: number, merged: Layout['merged']) {
  const rows = sheet.rows.slice(below).map((row) => [...row]);
  for (const { top, left, bottom, right } of sheet.merges) {
    const value = top >= below ? sheet.rows[top]?.[left] : undefined;
    if (value === undefined) continue;
    if (merged === undefined)
      throw new InputError(
        'merged',
        `${cellName(top, left)}:${cellName(bottom, right)} are one merged cell among the rows`,
      );
    if (merged === 'first') continue;
    for (let r = top; r <= bottom; r++) {
      while (rows.length <= r - below) rows.push([]);
      for (let c = left; c <= right; c++) rows[r - below]![c] = value;
    }
  }
  return rows;
}

function headerFault(sheet: Sheet, top: number, layout: Layout, message: string): InputError {
  const likely = likelyHeader(sheet, layout.headerRow === undefined ? top : top + 1);
  const advice = likely === undefined ? '' : `; row ${likely + 1} looks like the header`;
  return new InputError('header', `${message}${advice}`);
}

function noHeader(sheet: Sheet, top: number): InputError {
  return new InputError(
    'header',
    top < 0 ? `sheet "${sheet.name}" is empty` : `row ${top + 1} of sheet "${sheet.name}" is empty`,
  );
}

/** The first row with as many different texts as the widest of the rows below it has cells. */
function likelyHeader({ rows }: Sheet, from: number): number | undefined {
  const count = (row: readonly (Cell | undefined)[] | undefined) => (row ?? []).filter(Boolean).length;
  const widest = rows.slice(from).reduce((most, row) => Math.max(most, count(row)), 0);
  for (let r = from; r < rows.length; r++) {
    const texts = (rows[r] ?? []).flatMap((cell) => (cell?.kind === 'text' ? [cell.value] : []));
    if (texts.length > 1 && new Set(texts).size === texts.length && texts.length >= 0.8 * widest) return r;
  }
  return undefined;
}
