import type { Cell } from './sheet.js';

/** Type that a column has when all its cells have it, as `engine/artifacts/column.ts` holds values. */
export type SheetType = 'float64' | 'int64' | 'bool' | 'date' | 'timestamp' | 'string';

/** A column of a sheet as values; `undefined` where missing. */
export interface TypedColumn {
  readonly type: SheetType;
  readonly values: readonly (number | string | undefined)[];
  /** What else is in it: cells that say #N/A, a mix of kinds that made it text. */
  readonly errors: number;
  /** Numbers, dates and truth values in a column of text, and texts; undefined where all cells are of one kind. */
  readonly mixed?: { readonly others: number; readonly texts: number; readonly example: string };
}

const DAY = 86_400_000_000;

/**
 * The type that all cells of a column allow; `text` makes it text. In a column of texts the numbers stand as `mark`
 * writes them, dates as ISO 8601, so that one way of reading fits all. Numbers under a format of zeros (`00000`) are
 * text with these zeros: part numbers, post codes.
 */
export function typedColumn(
  cells: readonly (Cell | undefined)[],
  text: boolean,
  mark: 'point' | 'comma',
): TypedColumn {
  const present = cells.filter(
    (cell): cell is Exclude<Cell, { kind: 'error' }> => cell !== undefined && cell.kind !== 'error',
  );
  const errors = cells.filter((cell) => cell?.kind === 'error').length;
  const padded = present.some((cell) => cell.kind === 'number' && /^0\d+$/.test(cell.shown));
  const kinds = new Set(present.map((cell) => cell.kind));
  const [kind] = kinds;
  if (text || padded || kinds.size !== 1 || kind === 'text') {
    const values = cells.map((cell) =>
      cell && cell.kind !== 'error' ? written(cell, mark, padded) : undefined,
    );
    const texts = present.filter((cell) => cell.kind === 'text');
    const mixed = !text && !padded && kinds.size > 1 && texts.length > 0;
    return {
      type: 'string',
      values,
      errors,
      ...(mixed && {
        mixed: {
          others: present.length - texts.length,
          texts: texts.length,
          example: String(texts[0]!.value),
        },
      }),
    };
  }
  const numbers = cells.map((cell) => (cell && cell.kind !== 'error' ? Number(cell.value) : undefined));
  if (kind === 'bool') return { type: 'bool', values: numbers, errors };
  if (kind === 'date') {
    const days = present.every((cell) => cell.kind === 'date' && cell.day);
    const values = days ? numbers.map((value) => value && value / DAY) : numbers;
    return { type: days ? 'date' : 'timestamp', values, errors };
  }
  const whole = present.every((cell) => Number.isSafeInteger(cell.value));
  return { type: whole ? 'int64' : 'float64', values: numbers, errors };
}

function written(cell: Exclude<Cell, { kind: 'error' }>, mark: 'point' | 'comma', padded: boolean): string {
  switch (cell.kind) {
    case 'number':
      if (padded && /^0\d+$/.test(cell.shown)) return cell.shown;
      return mark === 'comma' ? String(cell.value).replace('.', ',') : String(cell.value);
    case 'date': {
      const iso = new Date(cell.value / 1000).toISOString();
      return cell.day ? iso.slice(0, 10) : iso.slice(0, 19);
    }
    case 'bool':
      return String(cell.value);
    case 'text':
      return cell.value;
  }
}
