import type { Faults, ModelFault } from './faults.js';
import type { PastNames, Surroundings } from './surroundings.js';

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
