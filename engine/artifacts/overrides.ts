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

/** Columns that are spoken of and not there, with the place of the key and the nearest name that is. */
export function unknownColumns(
  names: readonly string[],
  said: Overrides,
): { readonly path: Where; readonly name: string; readonly hint: string }[] {
  return (['columns', 'roles', 'units'] as const).flatMap((key) =>
    Object.keys(said[key] ?? {})
      .filter((name) => !names.includes(name))
      .map((name) => {
        const near = nearest(name, names);
        const all =
          names.length > 12 ? `${names.slice(0, 12).join(', ')}, … (${names.length})` : names.join(', ');
        return {
          path: ['with', key, name, KEY],
          name,
          hint: near ? `did you mean "${near}"? There are: ${all}` : `there are: ${all}`,
        };
      }),
  );
}
