import { InputError } from '../errors.js';

/**
 * Rows × width finite numbers: by rows, row i, column j at data[i * width + j]; by columns, at data[j * rows + i].
 * Put `data` on a SharedArrayBuffer to have it seen, not copied, by every thread.
 */
export interface Dense {
  readonly data: Float32Array | Float64Array;
  readonly rows: number;
  readonly width: number;
  readonly order: 'rows' | 'columns';
}

/** Index steps from one row and one column to the next. */
export const steps = ({ rows, width, order }: Dense): [row: number, column: number] =>
  order === 'rows' ? [width, 1] : [1, rows];

/** Throws `not-finite` naming the first such value by row and column; call when a sum came out as NaN. */
export function refuseNonFinite(x: Dense, from: number, to: number): never {
  const [row, column] = steps(x);
  for (let i = from; i < to; i++) {
    for (let j = 0; j < x.width; j++) {
      const value = x.data[i * row + j * column]!;
      if (!Number.isFinite(value)) {
        throw new InputError(
          'not-finite',
          `row ${i}, column ${j} is ${value}; only finite numbers can be worked on`,
        );
      }
    }
  }
  throw new InputError('overflow', `the values of rows ${from} to ${to - 1} are too large to be multiplied`);
}

export function checkShape({ data, rows, width }: Dense) {
  if (data.length !== rows * width) {
    throw new InputError('wrong-shape', `${data.length} values for ${rows} rows of ${width}`);
  }
}
