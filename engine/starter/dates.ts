import { missingTexts } from '../../components/lib/text/missing.js';
import { namedDates } from '../../components/lib/text/named-dates.js';
import type { StringColumn } from '../artifacts/column.js';
import type { Table } from '../artifacts/table.js';

export interface DatesRead {
  /** How the columns of text write dates that have the month's name, by example. */
  readonly example?: string;
  /** Columns whose dates can be read in two ways. */
  readonly unsure: readonly { readonly column: string; readonly example: string }[];
}

/**
 * Dates among a table's columns of text. One example serves a file, so of several ways of writing that of the most
 * columns is taken, the first of equals.
 */
export async function datesOf(table: Table): Promise<DatesRead> {
  const ways = new Map<string, { readonly example: string; columns: number }>();
  const unsure: { column: string; example: string }[] = [];
  for (const { name, type } of table.schema.fields) {
    if (type !== 'string') continue;
    const { dictionary } = (await table.column(name)) as StringColumn;
    const found = namedDates(dictionary.filter((text) => !missing.has(text.trim().toLowerCase())));
    if (!found) continue;
    const { example, sure } = found;
    if (!sure) unsure.push({ column: name, example });
    else {
      const way = example.replace(/[A-Za-z]+/, 'm').replaceAll(/\d+/g, (digits) => String(digits.length));
      const known = ways.get(way);
      if (known) known.columns++;
      else ways.set(way, { example, columns: 1 });
    }
  }
  const example = [...ways.values()].sort((a, b) => b.columns - a.columns)[0]?.example;
  return { unsure, ...(example !== undefined && { example }) };
}

const missing = new Set(missingTexts);
