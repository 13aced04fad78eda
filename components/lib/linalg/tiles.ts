import { add, advance, assemble, type Code, countdown, f64x2, get, i32, set } from './wasm.js';

/** Width of a panel: columns that are multiplied together. */
export const TILE = 4;

/**
 * The inner loop of a matrix product (Goto and van de Geijn 2008): C += AᵀB for one panel of A and `count`
 * adjacent panels of B. A panel holds `depth` rows of four float64; C's rows lie `stride` bytes apart. Arguments
 * are byte addresses in the module's memory; depth and count ≥ 1. The 4 × 4 sums stay in registers.
 */
function inner(): Code {
  const [A, B, C, DEPTH, COUNT, STRIDE] = [0, 1, 2, 3, 4, 5] as const;
  const [a, k, row] = [6, 7, 8] as const;
  const sum = (i: number, half: number) => 9 + 2 * i + half;
  const b = (half: number) => 17 + half;
  const left = 19;
  const four = [0, 1, 2, 3];
  const halves = [0, 1];

  const step: Code = [
    ...halves.flatMap((h) => set(b(h), f64x2.load(get(B), 16 * h))),
    ...four.flatMap((i) => [
      ...set(left, f64x2.splat(get(a), 8 * i)),
      ...halves.flatMap((h) => set(sum(i, h), f64x2.add(get(sum(i, h)), f64x2.mul(get(left), get(b(h)))))),
    ]),
    ...advance(a, i32(8 * TILE)),
    ...advance(B, i32(8 * TILE)),
  ];
  const flush: Code = four.flatMap((i) => [
    ...halves.flatMap((h) =>
      f64x2.store(get(row), 16 * h, f64x2.add(f64x2.load(get(row), 16 * h), get(sum(i, h)))),
    ),
    ...advance(row, get(STRIDE)),
  ]);
  return countdown(COUNT, [
    ...set(a, get(A)),
    ...set(k, get(DEPTH)),
    ...four.flatMap((i) => halves.flatMap((h) => set(sum(i, h), f64x2.zero))),
    ...countdown(k, step),
    ...set(row, get(C)),
    ...flush,
    ...set(C, add(get(C), i32(8 * TILE))),
  ]);
}

export const tiles = () => assemble(6, 3, 11, inner());
