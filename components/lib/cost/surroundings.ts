import { fieldUnit, type UnitOfField } from '../units/field.js';
import type { Surroundings } from './model.js';
import type { ColumnFacts } from './names.js';

/** Columns of a table as far as they are known; `open` where more may be there. */
interface Columns {
  readonly fields: readonly (UnitOfField & { readonly type?: string })[];
  readonly open?: boolean;
}
interface PastColumns {
  readonly schema: Columns | undefined;
  /** Column of the month, which is no index. */
  readonly date: string;
}

/** What the lines of a model may read of the tables that are wired to it. */
export function surroundings(
  items: Columns,
  { indices, fx }: { readonly indices: PastColumns; readonly fx: PastColumns },
  nearest: Surroundings['nearest'],
): Surroundings {
  return {
    column(name) {
      const field = items.fields.find((one) => one.name === name);
      if (!field) return items.open ? { kind: 'any' } : undefined;
      const kind = kindOf(field.type);
      if (kind === undefined)
        return { wrong: `column "${name}" holds ${field.type}, which no line calculates with` };
      if (kind !== 'number' && kind !== 'any') return { kind };
      const unit = fieldUnit(field);
      return 'wrong' in unit ? unit : { kind, unit };
    },
    columns: items.fields.map(({ name }) => name),
    indices: listed(indices),
    exchanges: listed(fx),
    nearest,
  };
}

const listed = ({ schema, date }: PastColumns): readonly string[] | undefined =>
  schema?.open ? undefined : (schema?.fields ?? []).map(({ name }) => name).filter((name) => name !== date);

function kindOf(type: string | undefined): ColumnFacts['kind'] | undefined {
  if (type === undefined) return 'any';
  if (type === 'string') return 'text';
  if (type === 'bool') return 'bool';
  return /^(int|float)/.test(type) ? 'number' : undefined;
}
