import { percent } from '../../../components/lib/plot/text.js';
import { grouped, shown } from '../numbers.js';
import type { ColumnProfile, TableProfile } from '../profile.js';

/** How one column, or the rows of a table, changed between two runs. */
export interface Shift {
  readonly table: string;
  readonly column: string;
  readonly what: 'rows' | 'mean' | 'spread' | 'shares' | 'missing' | 'column';
  readonly before: string;
  readonly after: string;
  /** Mean in standard deviations of before; spread as a ratio; others as shares. */
  readonly size: number;
}

/** From here on a change is told: means by standard deviations of before, shares and missing by share of the rows. */
const least = { rows: 0.2, mean: 0.1, spread: 0.1, shares: 0.1, missing: 0.05 };

/** What changed in the tables that both runs describe under one name, the largest first. */
export function shiftsOf(before: readonly TableProfile[], after: readonly TableProfile[]): Shift[] {
  return after
    .flatMap((now) => {
      const old = before.find(({ title }) => title === now.title);
      return old ? tableShifts(old, now) : [];
    })
    .toSorted((a, b) => b.size - a.size);
}

function tableShifts(old: TableProfile, now: TableProfile): Shift[] {
  const table = now.title;
  const growth = Math.abs(now.rows - old.rows) / Math.max(1, old.rows);
  const rows: Shift[] =
    growth > least.rows
      ? [
          {
            table,
            column: '',
            what: 'rows',
            before: grouped(old.rows),
            after: grouped(now.rows),
            size: growth,
          },
        ]
      : [];
  const names = new Set([...old.columns, ...now.columns].map(({ name }) => name));
  const columns = [...names].flatMap((name): Shift[] => {
    const [a, b] = [old, now].map(({ columns }) => columns.find((column) => column.name === name));
    if (a && b) return columnShifts(a, old.rows, b, now.rows).map((one) => ({ table, column: name, ...one }));
    // A column that is merely not listed is no change.
    if (old.more + now.more > 0) return [];
    return [
      { table, column: name, what: 'column', before: a?.type ?? 'none', after: b?.type ?? 'none', size: 1 },
    ];
  });
  return [...rows, ...columns];
}

function columnShifts(
  a: ColumnProfile,
  rowsBefore: number,
  b: ColumnProfile,
  rowsAfter: number,
): Omit<Shift, 'table' | 'column'>[] {
  const found: Omit<Shift, 'table' | 'column'>[] = [];
  const add = (what: keyof typeof least, size: number, before: string, after: string) => {
    if (size > least[what]) found.push({ what, before, after, size });
  };
  const [missing, missingNow] = [a.missing / Math.max(1, rowsBefore), b.missing / Math.max(1, rowsAfter)];
  add('missing', Math.abs(missingNow - missing), percent(missing), percent(missingNow));
  if (a.numbers && b.numbers) {
    const [old, now] = [a.numbers, b.numbers];
    const apart = Math.abs(now.mean - old.mean);
    add(
      'mean',
      apart === 0 ? 0 : apart / (old.sd || Math.abs(old.mean) || 1),
      shown(old.mean),
      shown(now.mean),
    );
    const ratio = old.sd > 0 && now.sd > 0 ? Math.abs(Math.log(now.sd / old.sd)) : old.sd === now.sd ? 0 : 1;
    add('spread', ratio, shown(old.sd), shown(now.sd));
  }
  if (a.counts && b.counts) {
    const shares = sharesApart(a.counts, rowsBefore - a.missing, b.counts, rowsAfter - b.missing);
    add('shares', shares, a.values, b.values);
  }
  return found;
}

/** Half the summed difference of shares (total variation): the share of rows that would have to change their value. */
function sharesApart(
  a: NonNullable<ColumnProfile['counts']>,
  rowsA: number,
  b: NonNullable<ColumnProfile['counts']>,
  rowsB: number,
): number {
  const share = (counts: typeof a, rows: number) =>
    new Map(counts.map(([value, count]) => [value, count / Math.max(1, rows)]));
  const [old, now] = [share(a, rowsA), share(b, rowsB)];
  const values = new Set([...old.keys(), ...now.keys()]);
  let sum = 0;
  for (const value of values) sum += Math.abs((old.get(value) ?? 0) - (now.get(value) ?? 0));
  const rest = (shares: typeof old) => 1 - [...shares.values()].reduce((x, y) => x + y, 0);
  return (sum + Math.abs(rest(old) - rest(now))) / 2;
}
