import { sharedF32 } from '../compute/shared.js';
import type { TreeTable } from './table.js';

/** A matrix as estimators receive it: column-major, with the categories of text columns. */
export interface LabelledMatrix {
  readonly rows: number;
  readonly names: readonly string[];
  readonly data: Float32Array;
  readonly categories: readonly (readonly string[] | undefined)[];
}

/** Matrix and target of an estimator as the trees take them. */
export const treeTable = (
  x: LabelledMatrix,
  y: { readonly codes: Int32Array; readonly classes: readonly string[] } | { readonly values: Float64Array },
  weight?: Float64Array,
): TreeTable => ({
  x: x.data,
  rows: x.rows,
  features: x.names.length,
  categories: x.categories.map((categories) => categories?.length ?? 0),
  ...('codes' in y ? { y: y.codes, classes: y.classes.length } : { y: y.values }),
  ...(weight && { weight }),
});

/** Some rows of a table, in the order given. O(rows picked × features). */
export function pickRows(table: TreeTable, rows: Uint32Array): TreeTable {
  const x = sharedF32(rows.length * table.features);
  for (let j = 0; j < table.features; j++)
    for (let i = 0; i < rows.length; i++) x[j * rows.length + i] = table.x[j * table.rows + rows[i]!]!;
  const { y, weight } = table;
  return {
    ...table,
    x,
    rows: rows.length,
    y: Float64Array.from(rows, (row) => y[row]!),
    ...(weight && { weight: Float64Array.from(rows, (row) => weight[row]!) }),
  };
}
