import { f64x2, v128 } from '../wasm/code.js';
import { ModuleBuilder } from '../wasm/module.js';

/** Width of a panel: columns that are multiplied together. */
export const TILE = 4;

/**
 * The inner loop of a matrix product (Goto and van de Geijn 2008): C += AᵀB for one panel of A and `count`
 * adjacent panels of B. A panel holds `depth` rows of four float64; C's rows lie `stride` bytes apart. Arguments
 * are byte addresses in the module's memory; depth and count ≥ 1. The 4 × 4 sums stay in registers.
 */
export function tiles() {
  const module = new ModuleBuilder();
  module.define(
    (body) => {
      const [A, B, C, depth, count, stride] = body.arguments;
      const four = [0, 1, 2, 3];
      const halves = [0, 1];
      const sums = four.map(() => halves.map(() => body.variable(v128.zero)));
      body.countdown(count!, () => {
        const a = body.pointer(A!.get);
        const k = body.pointer(depth!.get);
        for (const sum of sums.flat()) sum.set(v128.zero);
        body.countdown(k, () => {
          const b = halves.map((h) => body.value(v128.load(B!.get, 16 * h)));
          for (const i of four) {
            const left = body.value(v128.loadSplat(a.get, 8 * i));
            for (const h of halves) sums[i]![h]!.set(f64x2.add(sums[i]![h]!.get, f64x2.mul(left, b[h]!)));
          }
          a.move(8 * TILE);
          B!.move(8 * TILE);
        });
        const row = body.pointer(C!.get);
        for (const i of four) {
          for (const h of halves)
            body.store(row.get, 16 * h, f64x2.add(v128.load(row.get, 16 * h), sums[i]![h]!.get));
          row.move(stride!.get);
        }
        C!.move(8 * TILE);
      });
    },
    'run',
    6,
  );
  return module.instantiate();
}
