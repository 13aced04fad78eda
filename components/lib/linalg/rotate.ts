import { advance, assemble, type Code, countdown, f64x2, get, i32, PAGE, set } from './wasm.js';

/** (u, v) ← (c u − s v, s u + c v) for `pairs` × 2 numbers at two byte addresses; c, s and −s are at 0, 8 and 16. */
function loop(): Code {
  const [U, V, PAIRS] = [0, 1, 2] as const;
  const [c, s, minus, u, v] = [3, 4, 5, 6, 7] as const;
  return [
    ...set(c, f64x2.splat(i32(0), 0)),
    ...set(s, f64x2.splat(i32(0), 8)),
    ...set(minus, f64x2.splat(i32(0), 16)),
    ...countdown(PAIRS, [
      ...set(u, f64x2.load(get(U), 0)),
      ...set(v, f64x2.load(get(V), 0)),
      ...f64x2.store(get(U), 0, f64x2.add(f64x2.mul(get(c), get(u)), f64x2.mul(get(minus), get(v)))),
      ...f64x2.store(get(V), 0, f64x2.add(f64x2.mul(get(s), get(u)), f64x2.mul(get(c), get(v)))),
      ...advance(U, i32(16)),
      ...advance(V, i32(16)),
    ]),
  ];
}

const HEAD = 4;

/** An n × n matrix, the identity at first, whose neighbouring rows can be turned quickly. */
export function rotatable(n: number) {
  const { run, memory } = assemble(3, 0, 5, loop());
  const stride = n + (n & 1);
  memory.grow(Math.ceil((8 * (HEAD + n * stride)) / PAGE));
  const all = new Float64Array(memory.buffer);
  for (let i = 0; i < n; i++) all[HEAD + i * stride + i] = 1;
  return {
    row: (i: number): Float64Array => all.subarray(HEAD + i * stride, HEAD + i * stride + n),
    /** Row i becomes c · row i − s · row i+1, row i+1 becomes s · row i + c · row i+1. */
    rotate(i: number, c: number, s: number) {
      all[0] = c;
      all[1] = s;
      all[2] = -s;
      const at = 8 * (HEAD + i * stride);
      run(at, at + 8 * stride, stride / 2);
    },
  };
}
