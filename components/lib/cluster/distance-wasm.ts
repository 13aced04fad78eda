import { type Code, f32x4, v128 } from '../wasm/code.js';
import type { Body, Pointer, Variable } from '../wasm/module.js';

/** Centres that are measured together, and values in a vector. */
export const LANES = 4;

/** Relative error at most of a squared distance: one rounding a summand in a lane, of the difference and the square. */
export const distanceError = (features: number): number => (features / LANES + 6) * 2 ** -23;

const four = [0, 1, 2, 3];

/**
 * Lays centres out in blocks of four: vector by vector of the features, those of the four. Rows are padded with zeros to
 * whole vectors; places without a centre are infinitely far. Gives how far at most rounding to float32 moves a centre.
 */
export function packCentres(
  to: Float32Array,
  centres: ArrayLike<number>,
  features: number,
  stride: number,
): number {
  const count = centres.length / features;
  let furthest = 0;
  for (let c = 0; c < to.length / stride; c++) {
    let squares = 0;
    const block = (c & -LANES) * stride + (c & (LANES - 1)) * LANES;
    for (let f = 0; f < features; f++) {
      const at = block + (f & -LANES) * LANES + (f & (LANES - 1));
      to[at] = c < count ? centres[c * features + f]! : Number.POSITIVE_INFINITY;
      if (c < count) squares += (to[at]! - centres[c * features + f]!) ** 2;
    }
    furthest = Math.max(furthest, squares);
  }
  return Math.sqrt(furthest);
}

/** What measuring needs of a function's variables. */
export interface Measure {
  readonly row: Pointer;
  readonly centre: Pointer;
  readonly left: Pointer;
  readonly sums: readonly Variable[];
}

export const measureOf = (body: Body): Measure => ({
  row: body.pointer(0),
  centre: body.pointer(0),
  left: body.pointer(0),
  sums: four.map(() => body.variable(v128.zero)),
});

/**
 * Squared distances of one row to a block of four centres, as sums of squared differences in float32: no cancellation,
 * so the relative error is that of the summation.
 */
export function measureFour(body: Body, use: Measure, row: Code, block: Code, vectors: Code): Code {
  const { sums } = use;
  run(body, use, row, block, vectors, four);
  return body.value(across(sums.map(({ get }) => get)));
}

/** The squared distance of one row to the one centre whose first vector is given, in all lanes. */
export function measureOne(body: Body, use: Measure, row: Code, centre: Code, vectors: Code): Code {
  run(body, use, row, centre, vectors, [0]);
  return overLanes(body, use.sums[0]!.get, f32x4.add);
}

function run(
  body: Body,
  { row, centre, left, sums }: Measure,
  from: Code,
  to: Code,
  vectors: Code,
  places: readonly number[],
): void {
  row.set(from);
  centre.set(to);
  left.set(vectors);
  for (const c of places) sums[c]!.set(v128.zero);
  body.countdown(left, () => {
    const values = body.value(v128.load(row.get, 0));
    for (const c of places) {
      const difference = body.value(f32x4.sub(values, v128.load(centre.get, 16 * c)));
      sums[c]!.set(f32x4.add(sums[c]!.get, f32x4.mul(difference, difference)));
    }
    row.move(16);
    centre.move(16 * LANES);
  });
}

/** The sums over the lanes of four vectors, as four lanes. */
function across([a, b, c, d]: readonly Code[]): Code {
  const evens = f32x4.shuffle([0, 4, 1, 5]);
  const odds = f32x4.shuffle([2, 6, 3, 7]);
  const halves = (x: Code, y: Code) => f32x4.add(evens(x, y), odds(x, y));
  const [first, last] = [halves(a!, b!), halves(c!, d!)];
  return f32x4.add(f32x4.shuffle([0, 1, 4, 5])(first, last), f32x4.shuffle([2, 3, 6, 7])(first, last));
}

/** Sum or least of the lanes, in all of them. */
export function overLanes(body: Body, vector: Code, merge: (a: Code, b: Code) => Code): Code {
  const swapped = (picked: readonly [number, number, number, number], x: Code) => f32x4.shuffle(picked)(x, x);
  const halves = body.value(merge(vector, swapped([2, 3, 0, 1], vector)));
  return body.value(merge(halves, swapped([1, 0, 3, 2], halves)));
}
