import { add, advance, assemble, type Code, countdown, f32x4, f64x2, get, i32, set } from '../linalg/wasm.js';

/** Centres that are measured together, and values in a vector. */
export const LANES = 4;

/**
 * Squared distances of two rows at a time to groups of four centres, as sums of squared differences in float32: no
 * cancellation, so the relative error is that of the summation. Arguments: addresses of the rows, of the centres and
 * of the result, vectors a row, groups of centres, pairs of rows, bytes from row to row. A row is padded with zeros
 * to whole vectors; a group holds, vector by vector, those of its four centres. The result has a row of
 * 4 · groups float32 for each row.
 */
function pairwise(): Code {
  const [ROWS, CENTRES, OUT, VECTORS, GROUPS, PAIRS, STRIDE] = [0, 1, 2, 3, 4, 5, 6] as const;
  const [group, left, row, centre, other] = [7, 8, 9, 10, 11] as const;
  const sum = (r: number, c: number) => 12 + LANES * r + c;
  const value = (r: number) => 20 + r;
  const [here, difference] = [22, 23] as const;
  const pair = [0, 1];
  const four = [0, 1, 2, 3];
  const { load, store, zero } = f64x2; // 128 bits are 128 bits

  const step: Code = [
    ...set(value(0), load(get(row), 0)),
    ...set(value(1), load(add(get(row), get(STRIDE)), 0)),
    ...four.flatMap((c) => [
      ...set(here, load(get(centre), 16 * c)),
      ...pair.flatMap((r) => [
        ...set(difference, f32x4.sub(get(value(r)), get(here))),
        ...set(sum(r, c), f32x4.add(get(sum(r, c)), f32x4.mul(get(difference), get(difference)))),
      ]),
    ]),
    ...advance(row, i32(16)),
    ...advance(centre, i32(16 * LANES)),
  ];
  const evens = f32x4.shuffle([0, 4, 1, 5]);
  const odds = f32x4.shuffle([2, 6, 3, 7]);
  const lows = f32x4.shuffle([0, 1, 4, 5]);
  const highs = f32x4.shuffle([2, 3, 6, 7]);
  /** The sums over the lanes of the four centres' sums, as four lanes. */
  const across = (r: number): Code => {
    const halves = (a: number, b: number) =>
      f32x4.add(evens(get(sum(r, a)), get(sum(r, b))), odds(get(sum(r, a)), get(sum(r, b))));
    const [first, second] = [halves(0, 1), halves(2, 3)];
    return f32x4.add(lows(first, second), highs(first, second));
  };
  return countdown(PAIRS, [
    ...set(group, get(GROUPS)),
    ...set(centre, get(CENTRES)),
    // The second row's results begin where the first one's end.
    ...set(other, add(get(OUT), [...get(GROUPS), ...i32(4), 0x74])),
    ...countdown(group, [
      ...set(row, get(ROWS)),
      ...set(left, get(VECTORS)),
      ...pair.flatMap((r) => four.flatMap((c) => set(sum(r, c), zero))),
      ...countdown(left, step),
      ...store(get(OUT), 0, across(0)),
      ...store(get(other), 0, across(1)),
      ...advance(OUT, i32(16)),
      ...advance(other, i32(16)),
    ]),
    ...set(OUT, get(other)),
    ...set(ROWS, add(get(ROWS), add(get(STRIDE), get(STRIDE)))),
  ]);
}

export const distanceTile = () => assemble(7, 5, 12, pairwise());
