import { sharedI32 } from '../compute/shared.js';

export interface Blocks {
  /** Block of each row: an index into `labels`, in order of first appearance. */
  readonly codes: Int32Array;
  /** Numbers of the block along each axis: `3/-1`. */
  readonly labels: readonly string[];
}

/**
 * Squares (or bars, boxes) of a survey that rows lie in. They are counted from 0 of each axis, so that more data do not
 * move their borders.
 */
export function blocksOf(axes: readonly ArrayLike<number>[], sizes: readonly number[], rows: number): Blocks {
  const codes = sharedI32(rows);
  const labels = new Map<string, number>();
  const at = new Array<number>(axes.length);
  for (let row = 0; row < rows; row++) {
    for (let axis = 0; axis < axes.length; axis++) at[axis] = Math.floor(axes[axis]![row]! / sizes[axis]!);
    const label = at.join('/');
    let code = labels.get(label);
    if (code === undefined) {
      code = labels.size;
      labels.set(label, code);
    }
    codes[row] = code;
  }
  return { codes, labels: [...labels.keys()] };
}
