import { columnName } from '../xlsx/parts.js';
import type { Style } from '../xlsx/styles.js';
import type { Cell, Sheet } from '../xlsx/workbook.js';
import { type Costs, weighted } from './costing.js';
import { type Cells, formulaOf } from './formula.js';
import { bold, InputsSheet, type ScenarioSheet, title } from './inputs-sheet.js';
import type { Line } from './model.js';
import { roundHalfUp } from './round.js';
import type { Findings } from './study.js';
import { extended, totalOf } from './tables.js';
import { columnsIn, linesIn } from './term.js';

/** A column of the items as the sheet shows it. */
export interface ItemColumn {
  readonly name: string;
  /** Shown under the name: kg, EUR/each at 2024-06. */
  readonly unit: string;
  readonly key: boolean;
  readonly text: boolean;
  /** Null where a cell is empty. */
  readonly values: readonly unknown[];
}

function itemCell({ values }: ItemColumn, row: number): Cell {
  const one = values[row]!;
  if (one === null) return undefined;
  if (typeof one === 'boolean') return { formula: one ? 'TRUE' : 'FALSE', value: one ? 1 : 0 };
  return typeof one === 'number' ? { number: one } : { text: String(one) };
}

/** Rows above the items: names, then units on Items and sums on Cost. */
const HEAD = 2;

/**
 * The negotiation sheet: Inputs that may be changed, Items, Cost with a formula for each line of each item, Scenarios,
 * and the cost in each scenario. Whatever is changed on Inputs or Items, everything else follows.
 */
export function negotiationSheets(found: Findings, items: readonly ItemColumn[]): readonly Sheet[] {
  const book = new Book(found, items);
  return book.sheets();
}

class Book {
  readonly #scenarios: readonly ScenarioSheet[];
  readonly #money: Style;
  readonly #inputs: InputsSheet;

  constructor(
    private readonly found: Findings,
    private readonly items: readonly ItemColumn[],
  ) {
    const { costing, base, scenarios, decimals } = found;
    const taken = new Set(['inputs', 'items', 'cost', 'scenarios']);
    this.#scenarios = [
      { name: 'base', sheet: 'Cost', changes: new Map(), costs: base },
      ...[...scenarios].map(([name, costs]) => ({
        name,
        sheet: sheetName(name, taken),
        changes: costing.model.scenarios.get(name)!,
        costs,
      })),
    ];
    this.#money = { format: decimals > 0 ? `#,##0.${'0'.repeat(decimals)}` : '#,##0' };
    this.#inputs = new InputsSheet(found, this.#scenarios);
  }

  sheets(): readonly Sheet[] {
    const [base, ...others] = this.#scenarios;
    return [
      this.#inputs.sheet(),
      this.#items(),
      this.#cost(base!, 0),
      this.#summary(),
      ...others.map((scenario, i) => this.#cost(scenario, i + 1)),
    ];
  }

  /* ------------------------------------------------------------------------------------------ items */

  #items(): Sheet {
    const { items } = this;
    const rows = this.found.costing.rows;
    function* each(): Generator<readonly Cell[]> {
      yield items.map(({ name }) => title(name));
      yield items.map(({ unit }) => (unit === '' ? undefined : { text: unit }));
      for (let row = 0; row < rows; row++)
        yield items.map((column) => {
          const cell = itemCell(column, row);
          return cell === undefined || column.key ? cell : { ...cell, style: { ground: 'input' } };
        });
    }
    return { name: 'Items', rows: each(), frozen: [HEAD, this.#keys().length], widths: items.map(() => 14) };
  }

  #keys(): readonly number[] {
    return [...this.items.keys()].filter((i) => this.items[i]!.key);
  }

  #itemAt(name: string, row: number): string {
    const column = this.items.findIndex((one) => one.name === name);
    return `Items!${columnName(column)}${row + HEAD + 1}`;
  }

  /* ------------------------------------------------------------------------------------------- cost */

  #cost({ sheet, costs }: ScenarioSheet, scenario: number): Sheet {
    const columns = this.#costColumns(costs, scenario);
    const keys = this.#keys();
    const at = (column: number, row: number) => `${columnName(keys.length + column)}${row + HEAD + 1}`;
    const { rows } = this.found.costing;
    const items = this.items;
    const self = this;
    function* each(): Generator<readonly Cell[]> {
      yield [...keys.map((i) => title(items[i]!.name)), ...columns.map(({ name }) => title(name))];
      yield [
        ...keys.map((_, i) => (i === 0 ? { text: 'all items', style: bold } : undefined)),
        ...columns.map((column, i): Cell => {
          if (!column.sum) return undefined;
          const range = (c: number) => `${at(c, 0)}:${at(c, rows - 1)}`;
          const { formula, value } = column.sum(range(i), range);
          return { formula, value, style: { ...column.style, ...bold } };
        }),
      ];
      for (let row = 0; row < rows; row++)
        yield [
          ...keys.map((i) => self.#keyCell(i, row)),
          ...columns.map((column): Cell => {
            const value = column.values[row]!;
            const formula = column.formula(row, (c) => at(c, row));
            return { formula, value: Number.isFinite(value) ? value : '', style: column.style };
          }),
        ];
    }
    return {
      name: sheet,
      rows: each(),
      frozen: [HEAD, keys.length],
      widths: [...keys.map(() => 16), ...columns.map(() => 13)],
    };
  }

  #keyCell(i: number, row: number): Cell {
    const cell = itemCell(this.items[i]!, row);
    if (cell === undefined || 'formula' in cell) return cell;
    return {
      formula: `Items!${columnName(i)}${row + HEAD + 1}`,
      value: 'text' in cell ? cell.text : cell.number,
    };
  }

  #costColumns(costs: Costs, scenario: number): readonly CostColumn[] {
    const { found } = this;
    const { names, weights, decimals, costing } = found;
    const { quoted } = costs;
    const { model } = costing;
    const lines = new Map(model.lines.map((line) => [line.name, line]));
    const columns: CostColumn[] = [];
    const money = this.#money;
    const indexOf = new Map<string, number>();
    const add = (column: CostColumn): number => columns.push(column) - 1;
    const guarded = this.#guards();
    const first = columns.length + (model.quantity ? 1 : 0);
    for (const [i, name] of names.entries()) indexOf.set(name, first + i);
    const formula =
      (line: Line, round: number | undefined, guard: boolean): CostColumn['formula'] =>
      (row, at) => {
        const cells: Cells = {
          guarded: guard,
          input: (slot) => this.#inputs.at(slot, scenario),
          column: (name) => this.#itemAt(name, row),
          line: (name) => at(indexOf.get(name)!),
          isText: (name) => this.items.find((one) => one.name === name)?.text === true,
        };
        const text = formulaOf(line.term, cells);
        const whole = round === undefined ? text : `ROUND(${text},${round})`;
        return guard ? `IFERROR(${whole},"")` : whole;
      };
    const anyGuard = names.some((name) => guarded.has(name));
    const quantity = model.quantity;
    const count = quantity
      ? add({
          name: 'quantity',
          values: weights,
          formula: formula(quantity, undefined, this.#lacks(quantity)),
          style: {},
        })
      : undefined;
    const sums =
      (values: Float64Array): NonNullable<CostColumn['sum']> =>
      (own, range) => ({
        formula: count === undefined ? `SUM(${own})` : `SUMPRODUCT(${own},${range(count)})`,
        value: weighted(values, weights),
      });
    for (const name of names) {
      const line = lines.get(name)!;
      const values = costs.lines.get(name)!;
      add({
        name,
        values,
        formula: formula(line, decimals, guarded.has(name)),
        style: money,
        sum: sums(values),
      });
    }
    const last = columns.length - 1;
    const total = add({
      name: 'total',
      values: costs.total,
      formula: (_, at) => {
        const range = `${at(first)}:${at(last)}`;
        const sum = `ROUND(SUM(${range}),${decimals})`;
        return anyGuard ? `IF(COUNT(${range})<${names.length},"",${sum})` : sum;
      },
      style: { ...money, ...bold },
      ...(count === undefined && {
        sum: (own) => ({ formula: `ROUND(SUM(${own}),${decimals})`, value: totalOf(costs, found) }),
      }),
    });
    if (count !== undefined)
      add({
        name: 'total x quantity',
        values: extended(costs.total, weights, decimals),
        formula: (_, at) => {
          const product = `ROUND(${at(total)}*${at(count)},${decimals})`;
          return anyGuard || this.#lacks(quantity!) ? `IFERROR(${product},"")` : product;
        },
        style: { ...money, ...bold },
        sum: (own) => ({ formula: `ROUND(SUM(${own}),${decimals})`, value: totalOf(costs, found) }),
      });
    if (quoted && model.quote) {
      const guard = this.#lacks(model.quote) || quoted.some(Number.isNaN);
      const asked = add({
        name: 'quoted',
        values: quoted,
        formula: formula(model.quote, decimals, guard),
        style: money,
      });
      const either = anyGuard || guard;
      const safe = (text: string) => (either ? `IFERROR(${text},"")` : text);
      const gaps = quoted.map((value, row) => roundHalfUp(value - costs.total[row]!, decimals));
      const gap = add({
        name: 'gap',
        values: gaps,
        formula: (_, at) => safe(`ROUND(${at(asked)}-${at(total)},${decimals})`),
        style: { ...money, ...bold },
      });
      add({
        name: 'gap %',
        values: gaps.map((value, row) => value / quoted[row]!),
        formula: (_, at) => `IFERROR(${at(gap)}/${at(asked)},"")`,
        style: { format: '0.0%' },
      });
    }
    return columns;
  }

  /** Lines that may be empty: what they read is missing somewhere, or cannot be computed somewhere. */
  #guards(): ReadonlySet<string> {
    const { model } = this.found.costing;
    const guarded = new Set<string>();
    for (const line of model.lines) {
      const broken = this.#scenarios.some(({ costs }) => costs.lines.get(line.name)!.some(Number.isNaN));
      if (broken || this.#lacks(line) || linesIn(line.term).some((name) => guarded.has(name)))
        guarded.add(line.name);
    }
    return guarded;
  }

  #lacks(line: Line): boolean {
    const read = new Set(columnsIn(line.term));
    return this.items.some((column) => read.has(column.name) && column.values.includes(null));
  }

  /* -------------------------------------------------------------------------------------- scenarios */

  #summary(): Sheet {
    const keys = this.#keys().length;
    const { found } = this;
    const base = totalOf(found.base, found);
    const columns = this.#costColumns(found.base, 0);
    const total = columns.findIndex(
      ({ name }) => name === (found.costing.model.quantity ? 'total x quantity' : 'total'),
    );
    const at = (sheet: string) => `'${sheet.replaceAll("'", "''")}'!$${columnName(keys + total)}$2`;
    const rows = this.#scenarios.map(({ name, sheet, changes, costs }, i): readonly Cell[] => {
      const value = totalOf(costs, found);
      return [
        { text: name },
        {
          text: [...changes]
            .map(([key, change]) => `${key.slice(key.indexOf(' ') + 1)} ${told(change)}`)
            .join(', '),
        },
        { formula: at(sheet), value, style: this.#money },
        { formula: `C${i + 2}-C$2`, value: roundHalfUp(value - base, found.decimals), style: this.#money },
        { formula: `IFERROR(D${i + 2}/C$2,"")`, value: (value - base) / base, style: { format: '0.0%' } },
      ];
    });
    const names = ['scenario', 'what changes', 'total', 'change', 'change %'];
    return {
      name: 'Scenarios',
      rows: [names.map(title), ...rows],
      frozen: [1, 1],
      widths: [20, 36, 16, 14, 12],
    };
  }
}

interface CostColumn {
  readonly name: string;
  readonly values: Float64Array;
  readonly style: Style;
  formula(row: number, at: (column: number) => string): string;
  /** Of the cells of the own column, and of others. */
  sum?(own: string, range: (column: number) => string): { readonly formula: string; readonly value: number };
}

const told = (change: { readonly times: number } | { readonly value: number }): string => {
  if ('value' in change) return `= ${change.value}`;
  const percent = Number((100 * (change.times - 1)).toPrecision(12));
  return `${percent > 0 ? '+' : ''}${percent}%`;
};

/** At most 31 characters, without those that a sheet's name may not have, and no name twice. */
function sheetName(scenario: string, taken: Set<string>): string {
  const clean = `Cost ${scenario}`
    .replace(/[[\]:*?/\\']/g, ' ')
    .slice(0, 31)
    .trim();
  let name = clean;
  for (let n = 2; taken.has(name.toLowerCase()); n++) name = `${clean.slice(0, 27)} ${n}`;
  taken.add(name.toLowerCase());
  return name;
}
