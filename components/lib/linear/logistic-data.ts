import { InputError } from '../errors.js';
import { checkWeight, type Features } from './data.js';

export interface ClassData extends Features {
  /** Class codes 0 … classes − 1, one a row. */
  readonly y: ArrayLike<number>;
  readonly classes: number;
  /** One a row, finite, ≥ 0. A weight of two counts as the row twice. */
  readonly weight?: Float64Array;
}

/** `balanced`: total weight / (classes present · weight of the class), as scikit-learn; or one factor a class. */
export type ClassWeight = 'balanced' | Float64Array;

export interface Prepared {
  /** The codes that occur (with weight above zero), ascending. */
  readonly present: Int32Array;
  /** For every row the place of its class in `present`. */
  readonly code: Int32Array;
  /** Sample weight times class weight. */
  readonly weight: Float64Array;
  readonly total: number;
}

/** Throws `wrong-shape`, `bad-weight`, `bad-class`, `one-class`. */
export function prepare(data: ClassData, classWeight?: ClassWeight): Prepared {
  const { y, rows, classes } = data;
  if (y.length !== rows) throw new InputError('wrong-shape', `${y.length} class codes for ${rows} rows`);
  checkWeight(data.weight, rows);
  if (classWeight instanceof Float64Array) checkWeight(classWeight, classes);
  const size = new Float64Array(classes);
  for (let i = 0; i < rows; i++) {
    const c = y[i]!;
    if (!(Number.isInteger(c) && c >= 0 && c < classes)) {
      throw new InputError('bad-class', `row ${i} has the class ${c}, expected 0 to ${classes - 1}`);
    }
    size[c]! += data.weight ? data.weight[i]! : 1;
  }
  const factor = (c: number, all: number, count: number) => {
    if (classWeight === 'balanced') return all / (count * size[c]!);
    return classWeight ? classWeight[c]! : 1;
  };
  const present = Int32Array.from(size.keys()).filter(
    (c) => size[c]! > 0 && !(classWeight instanceof Float64Array && classWeight[c] === 0),
  );
  if (present.length < 2) {
    throw new InputError('one-class', `${present.length} class among ${rows} rows, expected two or more`);
  }
  const all = present.reduce((sum, c) => sum + size[c]!, 0);
  const place = new Int32Array(classes);
  const factors = new Float64Array(classes);
  present.forEach((c, k) => {
    place[c] = k;
    factors[c] = factor(c, all, present.length);
  });
  const code = new Int32Array(rows);
  const weight = new Float64Array(rows);
  let total = 0;
  for (let i = 0; i < rows; i++) {
    const c = y[i]!;
    code[i] = place[c]!;
    weight[i] = factors[c]! * (data.weight ? data.weight[i]! : 1);
    total += weight[i]!;
  }
  return { present, code, weight, total };
}
