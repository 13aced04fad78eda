import { sharedF32 } from '../../components/lib/compute/shared.js';
import type { Context, Matrix } from '../component.js';

/** Some rows of a matrix, in the order given. */
export function pickMatrix(x: Matrix, rows: Uint32Array): Matrix {
  const data = sharedF32(rows.length * x.names.length);
  for (let j = 0; j < x.names.length; j++)
    for (let i = 0; i < rows.length; i++) data[j * rows.length + i] = x.data[j * x.rows + rows[i]!]!;
  return { ...x, rows: rows.length, data };
}

/** At most `most` of the rows, drawn at random where there are more, in their order. */
export const sampleRows = (ctx: Context, rows: Uint32Array, most: number): Uint32Array =>
  rows.length <= most
    ? rows
    : ctx
        .random()
        .permutation(rows.length)
        .slice(0, most)
        .sort()
        .map((at) => rows[at]!);
