import { sharedF64 } from '../../components/lib/compute/shared.js';
import type { Column } from './column.js';
import { Frame } from './frame.js';
import type { Field } from './schema.js';

/** A column as results come: texts, or numbers with NaN where there is none. */
export type PlainColumn = {
  readonly name: string;
  readonly about?: Pick<Field, 'unit' | 'currency' | 'priceBase'>;
} & ({ readonly texts: readonly (string | null)[] } | { readonly numbers: Float64Array });

/** Features of type string and float64; what is null or no finite number is missing. */
export function frameOfPlain(columns: readonly PlainColumn[]): Frame {
  const fields = columns.map(
    (column): Field => ({
      name: column.name,
      type: 'texts' in column ? 'string' : 'float64',
      role: 'feature',
      nullable: true,
      ...column.about,
    }),
  );
  return new Frame({ fields }, new Map(columns.map((column) => [column.name, columnOf(column)])));
}

function columnOf(column: PlainColumn): Column {
  if ('numbers' in column) {
    const values = sharedF64(column.numbers.length);
    values.set(column.numbers.map((value) => (Number.isFinite(value) ? value : Number.NaN)));
    return { type: 'float64', values, ...validOf(values, Number.isNaN) };
  }
  const dictionary = [...new Set(column.texts.filter((text) => text !== null))];
  const codes = new Map(dictionary.map((text, code) => [text, code]));
  const values = Int32Array.from(column.texts, (text) => (text === null ? -1 : codes.get(text)!));
  return { type: 'string', values, dictionary, ...validOf(values, (code) => code < 0) };
}

function validOf(values: Float64Array | Int32Array, missing: (value: number) => boolean) {
  const valid = Uint8Array.from(values, (value) => (missing(value) ? 0 : 1));
  return valid.includes(0) ? { valid } : {};
}
