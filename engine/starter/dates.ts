import { missingTexts } from '../../components/lib/text/missing.js';
import { namedDates } from '../../components/lib/text/named-dates.js';
import type { StringColumn } from '../artifacts/column.js';
import type { Table } from '../artifacts/table.js';

/**
 * How the columns of text write dates that have the month's name, by example; undefined where none does. One example
 * serves a file, so of several ways of writing that of the most columns is taken, the first of equals.
 */
export async function datesOf(table: Table): Promise<string | undefined> {
  const ways = new Map<string, { readonly example: string; columns: number }>();
  for (const { name, type } of table.schema.fields) {
    if (type !== 'string') continue;
    const { dictionary } = (await table.column(name)) as StringColumn;
    const example = namedDates(dictionary.filter((text) => !missing.has(text.trim().toLowerCase())));
    if (example === undefined) continue;
    const way = example.replace(/[A-Za-z]+/, 'm').replaceAll(/\d+/g, (digits) => String(digits.length));
    const known = ways.get(way);
    if (known) known.columns++;
    else ways.set(way, { example, columns: 1 });
  }
  return [...ways.values()].sort((a, b) => b.columns - a.columns)[0]?.example;
}

const missing = new Set(missingTexts);
