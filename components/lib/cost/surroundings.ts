import { fieldUnit, type UnitOfField } from '../units/field.js';
import type { Faults, ModelFault } from './faults.js';
import type { ColumnFacts, Complaint } from './names.js';

/** What the lines may read beside the model's own rates and lines. */
export interface Surroundings {
  /** Undefined: there is none of that name. A column of a table that nobody can list is of any kind. */
  column(name: string): ColumnFacts | { readonly wrong: string } | undefined;
  /** Names for a hint on a column that is not there. */
  readonly columns: readonly string[];
  readonly indices: PastNames;
  readonly fx: PastNames;
  nearest(typed: string, names: readonly string[]): string | undefined;
}

/** Columns of a table of indices or exchange rates. */
export interface PastNames {
  /** Undefined where nobody can list them; none where no table is wired. */
  readonly names: readonly string[] | undefined;
  /** The table has its column of the month: the others are what they are taken for. */
  readonly dated: boolean;
}

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
    indices: pastNames(indices),
    fx: pastNames(fx),
    nearest,
  };
}

function pastNames({ schema, date }: PastColumns): PastNames {
  const names = (schema?.fields ?? []).map(({ name }) => name);
  return {
    names: schema?.open ? undefined : names.filter((name) => name !== date),
    dated: names.includes(date),
  };
}

function kindOf(type: string | undefined): ColumnFacts['kind'] | undefined {
  if (type === undefined) return 'any';
  if (type === 'string') return 'text';
  if (type === 'bool') return 'bool';
  return /^(int|float)/.test(type) ? 'number' : undefined;
}

/** A hint on a name that is not there: the nearest that is, or all of them. */
export function nearHint(
  name: string,
  names: readonly string[],
  nearest: Surroundings['nearest'],
  has: string,
): string {
  const near = nearest(name, names);
  return near ? `did you mean ${near}?` : `${has} ${names.slice(0, 12).join(', ') || 'none'}`;
}

/** What is wrong with the name of an index; undefined where there is such a column, or nobody can tell. */
export function indexFault(
  name: string,
  { indices: { names }, nearest }: Surroundings,
): Complaint | undefined {
  if (!names || names.includes(name)) return undefined;
  if (names.length === 0)
    return {
      code: 'spec/column',
      message: 'no table of indices is wired',
      hint: 'name it: in: { indices: … }',
    };
  const hint = nearHint(name, names, nearest, 'the table of indices has');
  return { code: 'spec/column', message: `there is no index "${name}"`, hint };
}

/**
 * Columns that a model asks of its table of indices or exchange rates and that are not there. A name like one of the
 * table's is a slip, told where it stands; the others are one fault, at the first of them: it is another table.
 */
export class MissingColumns {
  readonly #missing: { readonly name: string; readonly path: ModelFault['path'] }[] = [];

  constructor(
    private readonly table: PastNames,
    private readonly words: {
      /** `index`, `indices`. */
      readonly one: string;
      readonly many: string;
      /** Port that the table is wired to. */
      readonly port: string;
      /** The name is the last key of its path, not the value there. */
      readonly key: boolean;
    },
    private readonly nearest: Surroundings['nearest'],
  ) {}

  /** True where the table is known to lack the column. */
  lacks(name: string, path: ModelFault['path']): boolean {
    const { names } = this.table;
    if (!names || names.includes(name)) return false;
    this.#missing.push({ name, path });
    return true;
  }

  tell(faults: Faults): void {
    const { one, many, port, key } = this.words;
    const { names = [] } = this.table;
    const others = new Map<string, ModelFault['path']>();
    for (const { name, path } of this.#missing) {
      const near = this.nearest(name, names);
      const message = `there is no ${one} "${name}"`;
      if (near) faults.at(path, { code: 'spec/column', message, hint: `did you mean ${near}?` }, key);
      else if (!others.has(name)) others.set(name, path);
    }
    const [first] = others.values();
    if (!first) return;
    const asked = [...others.keys()].map((name) => `"${name}"`).join(', ');
    const message =
      names.length === 0 ? `no table of ${many} is wired, to have ${asked}` : `there is no ${one} ${asked}`;
    const hint =
      names.length === 0
        ? `name the step that reads it: in: { ${port}: … }`
        : `the table of ${many} has ${names.slice(0, 12).join(', ')}`;
    faults.at(first, { code: 'spec/column', message, hint }, key);
  }
}
