import { describe, expect, it } from 'vitest';
import { type Code, v128 } from '#dist/components/lib/wasm/code.js';
import { expNegative, log1pUnit } from '#dist/components/lib/wasm/elementary.js';
import { type Body, ModuleBuilder } from '#dist/components/lib/wasm/module.js';

/** The function of two numbers at a time as one of one number. */
function scalar(of: (body: Body, x: Code) => Code): (x: number) => number {
  const module = new ModuleBuilder();
  module.reserve(32);
  module.define(
    (body) => {
      const [from, to] = body.arguments;
      body.store(to!.get, 0, of(body, v128.load(from!.get, 0)));
    },
    'run',
    2,
  );
  const { memory, exports } = module.instantiate();
  const lanes = new Float64Array(memory.buffer, 0, 4);
  return (x) => {
    lanes[0] = x;
    exports.run!(0, 16);
    return lanes[2]!;
  };
}

/** In units of the last place of the result that JavaScript gives. */
const largestMiss = (ours: (x: number) => number, exact: (x: number) => number, at: readonly number[]) =>
  Math.max(...at.map((x) => Math.abs(ours(x) / exact(x) - 1))) / Number.EPSILON;

describe('elementary functions on vectors', () => {
  const exp = scalar(expNegative);
  const log1p = scalar(log1pUnit);

  it('e to the x is right to two units of the last place', () => {
    const at = Array.from({ length: 20_000 }, (_, k) => (-707.9 * k) / 20_000);
    expect(largestMiss(exp, Math.exp, [...at, ...at.map((x) => x / 700)])).toBeLessThan(2);
    expect(exp(0)).toBe(1);
    expect([exp(-709), exp(Number.NEGATIVE_INFINITY)]).toEqual([0, 0]);
    expect(exp(Number.NaN)).toBeNaN();
  });

  it('log(1 + x) is right to three units of the last place, however small x is', () => {
    const at = Array.from({ length: 20_000 }, (_, k) => (k + 1) / 20_000);
    expect(largestMiss(log1p, Math.log1p, [...at, ...at.map((x) => 10 ** (-300 * x))])).toBeLessThan(3);
    expect(log1p(0)).toBe(0);
  });
});
