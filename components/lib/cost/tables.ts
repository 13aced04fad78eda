import { formatUnit } from '../units/unit.js';
import { type Costs, weighted } from './costing.js';
import { roundHalfUp } from './round.js';
import type { ItemColumn } from './sheet.js';
import type { Findings } from './study.js';

/** A column on its way to a table: texts, or numbers with NaN where there are none. */
export type Plain =
  | { readonly name: string; readonly texts: readonly (string | null)[] }
  | { readonly name: string; readonly numbers: Float64Array; readonly money?: 'total' | 'item' };

const texts = (name: string, values: readonly (string | null)[]): Plain => ({ name, texts: values });
const numbers = (name: string, values: readonly (number | null)[]): Plain => ({
  name,
  numbers: Float64Array.from(values, (value) => value ?? Number.NaN),
});
const money = (name: string, values: readonly number[], decimals: number): Plain => ({
  name,
  numbers: Float64Array.from(values, (value) => roundHalfUp(value, decimals)),
  money: 'total',
});

/** Total over all items, each rounded before it is added: what a sheet of cents adds up to. */
export function totalOf(
  { total }: Costs,
  { weights, decimals }: Pick<Findings, 'weights' | 'decimals'>,
): number {
  return roundHalfUp(weighted(extended(total, weights, decimals), ones(total.length)), decimals);
}

export const extended = (values: Float64Array, weights: Float64Array, decimals: number): Float64Array =>
  values.map((value, row) => roundHalfUp(value * weights[row]!, decimals));
const ones = (rows: number): Float64Array => new Float64Array(rows).fill(1);

/** Lines and inputs by what of the total they are, and what the total does when they move. */
export function driversTable(found: Findings): readonly Plain[] {
  const { base, names, weights, effects, decimals } = found;
  const all = weighted(base.total, weights);
  const lines = names.map((name) => ({ name, amount: weighted(base.lines.get(name)!, weights) }));
  const none = lines.map(() => null);
  return [
    texts('kind', [...lines.map(() => 'line'), ...effects.map(({ driver }) => driver.kind)]),
    texts('name', [...lines.map(({ name }) => name), ...effects.map(({ driver }) => driver.name)]),
    money(
      'amount',
      [...lines.map(({ amount }) => amount), ...effects.map((e) => weighted(e.amounts, weights))],
      decimals,
    ),
    numbers('share', [...lines.map(({ amount }) => amount / all), ...effects.map((e) => e.elasticity)]),
    numbers('elasticity', [...none, ...effects.map((e) => e.elasticity)]),
    money('low', [...none.map(() => Number.NaN), ...effects.map((e) => e.low)], decimals),
    money('high', [...none.map(() => Number.NaN), ...effects.map((e) => e.high)], decimals),
  ];
}

/** Totals in each scenario beside the one of today. */
export function scenariosTable(found: Findings): readonly Plain[] {
  const { scenarios, base, names, weights, decimals } = found;
  const rows: readonly (readonly [string, Costs])[] = [['base', base], ...scenarios];
  const totals = rows.map(([, costs]) => totalOf(costs, found));
  const change = totals.map((total) => total - totals[0]!);
  return [
    texts(
      'scenario',
      rows.map(([name]) => name),
    ),
    money('total', totals, decimals),
    money('change', change, decimals),
    numbers(
      'change_share',
      change.map((value) => value / totals[0]!),
    ),
    ...names.map((name) =>
      money(
        `cost_${name}`,
        rows.map(([, costs]) => weighted(costs.lines.get(name)!, weights)),
        decimals,
      ),
    ),
  ];
}

/** For every quoted item, each line and rate: what of the cost moves with it, and by how much it would have to differ for the quote to be right. */
export function gapsTable(found: Findings, rowNames: readonly Plain[]): readonly Plain[] {
  const { base, names, effects, decimals } = found;
  const { quoted } = base;
  const parts = [
    ...names.map((name) => ({ kind: 'line', name, amounts: base.lines.get(name)! })),
    ...effects.map(({ driver, amounts }) => ({ ...driver, amounts })),
  ];
  const rows = quoted
    ? [...quoted.keys()].filter((row) => !Number.isNaN(quoted[row]! - base.total[row]!))
    : [];
  const cells = rows.flatMap((row) => parts.map((part) => ({ row, part })));
  const gap = ({ row }: { row: number }) => quoted![row]! - base.total[row]!;
  return [
    numbers(
      'row',
      cells.map(({ row }) => row + 1),
    ),
    ...rowNames.map(
      (column): Plain =>
        'texts' in column
          ? texts(
              column.name,
              cells.map(({ row }) => column.texts[row]!),
            )
          : numbers(
              column.name,
              cells.map(({ row }) => column.numbers[row]!),
            ),
    ),
    texts(
      'kind',
      cells.map(({ part }) => part.kind),
    ),
    texts(
      'name',
      cells.map(({ part }) => part.name),
    ),
    money(
      'amount',
      cells.map(({ row, part }) => part.amounts[row]!),
      decimals,
    ),
    money('gap', cells.map(gap), decimals),
    numbers(
      'needed_change',
      cells.map((cell) => {
        const needed = gap(cell) / cell.part.amounts[cell.row]!;
        return Number.isFinite(needed) ? needed : null;
      }),
    ),
  ];
}

/** Columns that name the items. */
export const keysOf = (items: readonly ItemColumn[]): readonly Plain[] =>
  items
    .filter(({ key }) => key)
    .map(({ name, values, text }) =>
      text || !values.every((value) => typeof value === 'number')
        ? texts(
            name,
            values.map((value) => (value === null ? null : String(value))),
          )
        : numbers(name, values as readonly number[]),
    );

/** Every rate, index and exchange rate that was used, with what was stated and of when it is. */
export function inputsTable({ costing, known }: Findings): readonly Plain[] {
  const all = costing.model.inputs.all;
  const values = costing.inputs();
  return [
    texts(
      'kind',
      all.map(({ kind }) => kind),
    ),
    texts(
      'name',
      all.map(({ name }) => name),
    ),
    numbers(
      'stated',
      all.map((input) => (input.kind === 'rate' ? input.stated.value : null)),
    ),
    texts(
      'stated_unit',
      all.map((input) => (input.kind === 'rate' ? formatUnit(input.stated.unit) : null)),
    ),
    texts(
      'of',
      all.map((input, slot) => (input.kind === 'rate' ? null : (known[slot]?.months ?? null))),
    ),
    numbers('value', [...values]),
    texts(
      'unit',
      all.map((input) =>
        input.kind === 'rate'
          ? formatUnit(input.unit)
          : input.kind === 'fx'
            ? `${input.pair.money} per ${input.pair.per}`
            : 'index',
      ),
    ),
    texts(
      'follows',
      all.map((input) =>
        input.kind === 'rate' ? input.follows.map((f) => f.index).join(', ') || null : null,
      ),
    ),
  ];
}

/** Cost of each item by line, and its quote beside it. */
export function costTable({ names, base, decimals }: Findings): readonly Plain[] {
  const { quoted } = base;
  const item = (name: string, numbers: Float64Array): Plain => ({ name, numbers, money: 'item' });
  const costs = [
    ...names.map((name) => item(`cost_${name}`, base.lines.get(name)!)),
    item('cost_total', base.total),
  ];
  if (!quoted) return costs;
  const gap = quoted.map((value, row) => roundHalfUp(value - base.total[row]!, decimals));
  const share = gap.map((value, row) => value / quoted[row]!);
  return [...costs, item('quoted', quoted), item('gap', gap), { name: 'gap_share', numbers: share }];
}

/** Totals and gap for gates, and a word on the items of which there is no should-cost. */
export function measured(found: Findings): {
  readonly metrics: { readonly [name: string]: number | null };
  readonly complaint?: string;
} {
  const { base, weights, decimals } = found;
  const { quoted } = base;
  const rows = [...base.total.keys()];
  const lacking = rows.filter((row) => Number.isNaN(base.total[row]! * weights[row]!));
  const counts = {
    total: totalOf(base, found),
    items: rows.length - lacking.length,
    incomplete: lacking.length,
  };
  const told = lacking.length > 0 && { complaint: complaintOf(lacking, rows.length) };
  if (!quoted) return { metrics: { ...counts, quoted: null, gap: null, gap_share: null }, ...told };
  const both = (values: Float64Array) =>
    values.map((value, row) => (Number.isNaN(base.total[row]! + quoted[row]!) ? Number.NaN : value));
  const sum = (values: Float64Array) =>
    roundHalfUp(weighted(extended(both(values), weights, decimals), ones(rows.length)), decimals);
  const asked = sum(quoted);
  const gap = roundHalfUp(asked - sum(base.total), decimals);
  return { metrics: { ...counts, quoted: asked, gap, gap_share: asked === 0 ? null : gap / asked }, ...told };
}

function complaintOf(lacking: readonly number[], items: number): string {
  const rows = lacking.slice(0, 5).map((row) => row + 1);
  const more = lacking.length > 5 ? ', …' : '';
  return `${lacking.length} of ${items} items have no should-cost: something that a line needs is missing in rows ${rows.join(', ')}${more}`;
}
