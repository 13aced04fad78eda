import {
  add,
  advance,
  assemble,
  type Code,
  countdown,
  f32x4,
  f64x2,
  get,
  i32,
  i32x4,
  select,
  set,
} from '../linalg/wasm.js';

/** Centres that are measured together, and values in a vector. */
export const LANES = 4;
/** What is said of a row: the least distance, the second least, and as an integer the centre of the least. */
export const SUMMARY = 4;

/**
 * Squared distances of two rows at a time to groups of four centres, as sums of squared differences in float32: no
 * cancellation, so the relative error is that of the summation. Arguments: addresses of the rows, of the centres, of
 * the distances and of the summaries, vectors a row, groups of centres, pairs of rows, bytes from row to row. A row is
 * padded with zeros to whole vectors; a group holds, vector by vector, those of its four centres. The distances have
 * a row of 4 · groups float32 for each row, the summaries SUMMARY values.
 */
function pairwise(): Code {
  const [ROWS, CENTRES, OUT, SUMMARIES, VECTORS, GROUPS, PAIRS, STRIDE] = [0, 1, 2, 3, 4, 5, 6, 7] as const;
  const [group, left, row, centre, other] = [8, 9, 10, 11, 12] as const;
  const sum = (r: number, c: number) => 13 + LANES * r + c;
  const value = (r: number) => 21 + r;
  const least = (r: number) => 23 + r;
  const second = (r: number) => 25 + r;
  const which = (r: number) => 27 + r;
  const [here, difference, found, centres] = [29, 30, 31, 32] as const;
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
    const [first, last] = [halves(0, 1), halves(2, 3)];
    return f32x4.add(lows(first, last), highs(first, last));
  };
  /** Takes other distances and their centres into the least, its centre and the second least, lane by lane. */
  const compare = (r: number, distances: Code, ids: Code): Code => [
    ...set(found, distances),
    ...set(which(r), select(ids, get(which(r)), f32x4.less(get(found), get(least(r))))),
    ...set(second(r), f32x4.least(get(second(r)), f32x4.most(get(least(r)), get(found)))),
    ...set(least(r), f32x4.least(get(least(r)), get(found))),
  ];
  const finish = (r: number, out: number): Code => [
    ...compare(r, across(r), get(centres)),
    ...store(get(out), 0, get(found)),
    ...advance(out, i32(16)),
  ];
  /** Lanes half as many apart are compared, until lane 0 holds the outcome of all. */
  const fold = (r: number, lanes: readonly number[]): Code => {
    const moved = f32x4.shuffle(lanes);
    const own = (local: number) => moved(get(local), get(local));
    return [
      ...set(here, own(second(r))),
      ...compare(r, own(least(r)), own(which(r))),
      ...set(second(r), f32x4.least(get(second(r)), get(here))),
    ];
  };
  const summarise = (r: number): Code => {
    const numbers = f32x4.shuffle([0, 4, 0, 4])(get(least(r)), get(second(r)));
    return [
      ...fold(r, [2, 3, 2, 3]),
      ...fold(r, [1, 1, 1, 1]),
      ...store(get(SUMMARIES), 0, f32x4.shuffle([0, 1, 4, 4])(numbers, get(which(r)))),
      ...advance(SUMMARIES, i32(4 * SUMMARY)),
    ];
  };
  return countdown(PAIRS, [
    ...set(group, get(GROUPS)),
    ...set(centre, get(CENTRES)),
    // The second row's results begin where the first one's end.
    ...set(other, add(get(OUT), [...get(GROUPS), ...i32(4), 0x74])),
    ...pair.flatMap((r) => [
      ...set(least(r), f32x4.splat(Number.POSITIVE_INFINITY)),
      ...set(second(r), f32x4.splat(Number.POSITIVE_INFINITY)),
      ...set(which(r), zero),
    ]),
    ...set(centres, i32x4.const(0, 1, 2, 3)),
    ...countdown(group, [
      ...set(row, get(ROWS)),
      ...set(left, get(VECTORS)),
      ...pair.flatMap((r) => four.flatMap((c) => set(sum(r, c), zero))),
      ...countdown(left, step),
      ...finish(0, OUT),
      ...finish(1, other),
      ...set(centres, i32x4.add(get(centres), i32x4.const(4, 4, 4, 4))),
    ]),
    ...pair.flatMap(summarise),
    ...set(OUT, get(other)),
    ...set(ROWS, add(get(ROWS), add(get(STRIDE), get(STRIDE)))),
  ]);
}

export const distanceTile = () => assemble(8, 5, 20, pairwise());
