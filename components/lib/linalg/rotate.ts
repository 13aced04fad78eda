import { f64x2, i32, v128 } from '../wasm/code.js';
import { ModuleBuilder, reach } from '../wasm/module.js';

/** (u, v) ← (c u − s v, s u + c v) for `pairs` × 2 numbers at two byte addresses; c, s and −s are at 0, 8 and 16. */
function rotation() {
  const module = new ModuleBuilder();
  module.define(
    (body) => {
      const [u, v, pairs] = body.arguments;
      const [c, s, minus] = [0, 8, 16].map((at) => body.value(v128.loadSplat(i32.const(0), at)));
      body.countdown(pairs!, () => {
        const [before, after] = [body.value(v128.load(u!.get, 0)), body.value(v128.load(v!.get, 0))];
        body.store(u!.get, 0, f64x2.add(f64x2.mul(c!, before), f64x2.mul(minus!, after)));
        body.store(v!.get, 0, f64x2.add(f64x2.mul(s!, before), f64x2.mul(c!, after)));
        u!.move(16);
        v!.move(16);
      });
    },
    'run',
    3,
  );
  return module.instantiate();
}

const HEAD = 4;

/** An n × n matrix, the identity at first, whose neighbouring rows can be turned quickly. */
export function rotatable(n: number) {
  const { exports, memory } = rotation();
  const stride = n + (n & 1);
  reach(memory, 8 * (HEAD + n * stride));
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
      exports.run!(at, at + 8 * stride, stride / 2);
    },
  };
}
