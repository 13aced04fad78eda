import { isCurrency } from '../../components/lib/units/currencies.js';
import { KEY, nearest, type Where } from '../problem.js';
import type { ColumnOverrides, RoleName, Static } from '../schema.js';
import type { Field } from './schema.js';

/** What an ingest step says about columns: `columns:` in full, `roles:` and `units:` for short. */
export interface Overrides {
  readonly columns?: Static<ReturnType<typeof ColumnOverrides>>;
  readonly roles?: { readonly [column: string]: Static<ReturnType<typeof RoleName>> };
  readonly units?: { readonly [column: string]: string };
}

/** A field with what the person said of it; what stands under `columns` wins over `roles` and `units`. */
export function overridden<F extends Pick<Field, 'name'> & Partial<Field>>(field: F, said: Overrides): F {
  const own = said.columns?.[field.name] ?? {};
  const role = own.role ?? said.roles?.[field.name];
  return {
    ...field,
    ...(own.type && { type: own.type }),
    ...(role && { role }),
    ...unitOf(said.units?.[field.name]),
    ...(own.unit !== undefined && { unit: own.unit }),
    ...(own.currency !== undefined && { currency: own.currency }),
    ...(own.price_base !== undefined && { priceBase: own.price_base }),
    ...(own.personal && { personal: true }),
    ...(own.description !== undefined && { description: own.description }),
  };
}

/** `EUR/kg at 2023-01` is a unit, a currency and a price base; units that nobody calculates with (API, ohm.m) stay as written. */
function unitOf(text: string | undefined): Pick<Partial<Field>, 'unit' | 'currency' | 'priceBase'> {
  if (text === undefined) return {};
  const [, unit = text, base] = /^(.*?)(?:\s+at\s+(\d{4}(?:-\d{2})?))?$/.exec(text.trim()) ?? [];
  const currency = unit.match(/\b[A-Z]{3}\b/g)?.find(isCurrency);
  return {
    unit,
    ...(currency !== undefined && { currency }),
    ...(base !== undefined && { priceBase: base }),
  };
}

/** Columns that are spoken of and not there: one that is misspelt, or all that the file knows nothing like. */
export interface Unknown {
  /** Place of the key that names it, or of the first. */
  readonly path: Where;
  readonly names: readonly string[];
  /** To follow upon `the file`. */
  readonly what: string;
  readonly hint: string;
}

/** One problem a misspelt name, with the nearest that is there; a file of another kind is one problem, not ten. */
export function unknownColumns(names: readonly string[], said: Overrides): readonly Unknown[] {
  const spoken = (['columns', 'roles', 'units'] as const).flatMap((key) =>
    Object.keys(said[key] ?? {}).map((name) => ({ name, path: ['with', key, name, KEY] })),
  );
  const there = `here are: ${firstOf(names)}${names.length > most ? ` (${names.length})` : ''}`;
  const unknown = spoken
    .filter(({ name }) => !names.includes(name))
    .map((one) => ({ ...one, near: nearest(one.name, names) }));
  const strange = [...new Set(unknown.filter(({ near }) => near === undefined).map(({ name }) => name))];
  const none = strange.length === new Set(spoken.map(({ name }) => name)).size;
  const together = `${none ? `has none of the ${strange.length}` : `lacks ${strange.length}`} columns that are named here: ${firstOf(strange)}`;
  return unknown.flatMap(({ name, path, near }): Unknown[] => {
    if (near !== undefined)
      return [
        { path, names: [name], what: `has no column "${name}"`, hint: `did you mean "${near}"? T${there}` },
      ];
    if (strange.length === 1)
      return [{ path, names: [name], what: `has no column "${name}"`, hint: `t${there}` }];
    const isFirst = unknown.find((one) => one.near === undefined)!.path === path;
    return isFirst ? [{ path, names: strange, what: together, hint: `t${there}` }] : [];
  });
}

/** So many names are read in one line. */
const most = 12;
const firstOf = (names: readonly string[]): string =>
  names.length > most ? `${names.slice(0, most).join(', ')}, …` : names.join(', ');
