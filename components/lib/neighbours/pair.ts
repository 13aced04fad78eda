import { InputError } from '../errors.js';
import type { Table, TablePair } from './nan-euclidean.js';

/** Throws `length` or `empty` where the sizes do not fit, `not-finite` for ±∞; tells whether a value is missing. */
export function checkTable({ x, rows, features }: Table): { complete: boolean } {
  if (x.length !== rows * features)
    throw new InputError('length', `${x.length} values where ${rows} × ${features} are due`);
  let complete = true;
  for (let at = 0; at < x.length; at++) {
    const value = x[at]!;
    if (Number.isFinite(value)) continue;
    if (!Number.isNaN(value))
      throw new InputError('not-finite', `row ${at % rows}, feature ${Math.floor(at / rows)} is ${value}`);
    complete = false;
  }
  return { complete };
}

/** Mean of the present values of each column, NaN where there are none. */
export function columnMeans({ x, rows, features }: Table): Float64Array {
  return Float64Array.from({ length: features }, (_, f) => {
    let sum = 0;
    let present = 0;
    for (let at = f * rows; at < (f + 1) * rows; at++) {
      const value = x[at]!;
      if (Number.isNaN(value)) continue;
      sum += value;
      present++;
    }
    return sum / present;
  });
}

/** Throws `empty` without donors or features, and as `checkTable`. */
export function pairUp(queries: Table, donors: Table): TablePair {
  if (donors.rows === 0 || donors.features === 0) throw new InputError('empty', 'no rows to compare with');
  if (queries.features !== donors.features)
    throw new InputError('length', `${queries.features} features where there are ${donors.features}`);
  const complete = [checkTable(queries), checkTable(donors)].every((table) => table.complete);
  const shift = columnMeans(donors).map((mean) => (Number.isNaN(mean) ? 0 : mean));
  return { queries, donors, shift, complete };
}

/** Donors in passes of some ten milliseconds a batch of queries. */
export function ranges({ donors, complete }: TablePair): [from: number, to: number][] {
  const depth = (complete ? 1 : 3) * donors.features;
  const size = Math.ceil(4e5 / depth / 128) * 128;
  return Array.from({ length: Math.ceil(donors.rows / size) }, (_, i) => [
    i * size,
    Math.min(donors.rows, (i + 1) * size),
  ]);
}
