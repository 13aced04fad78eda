import { f64x2, i32x4, v128 } from '../wasm/code.js';
import { expNegative } from '../wasm/elementary.js';
import type { Body, Pointer } from '../wasm/module.js';
import { limitPlaces } from './boost-cut.js';
import { ditherBits, ditherFactor, ditherShift } from './packing.js';

const { add, div, mul, sub } = f64x2;

/**
 * The derivatives of log-loss for pairs of rows from `first` on, and the hessians packed as packing.ts says: the loop
 * over all rows that each tree begins with, where scalar code takes four times as long. Arguments: addresses of the rows'
 * scores, targets (0 or 1), weights and pairs, of the limits, the first row, and how many pairs of rows. A last row that
 * is single takes the place behind it along.
 */
export function logistic(body: Body): void {
  const [scores, targets, weights, pairs, limits, first, count] = body.arguments as Seven;
  const limit = (name: (typeof limitPlaces)[number]) =>
    body.value(v128.loadSplat(limits.get, 8 * limitPlaces.indexOf(name)));
  const unit = limit('unit');
  const one = body.value(f64x2.const(1));
  const scale = body.value(div(one, limit('quantum')));
  const row = body.variable(i32x4.add(i32x4.splat(first.get), i32x4.const(0, 1, 0, 0)));
  body.countdown(count, () => {
    const score = body.value(v128.load(scores.get, 0));
    const e = expNegative(body, f64x2.neg(f64x2.abs(score)));
    const over = v128.select(one, e, f64x2.greater(score, v128.zero));
    const p = body.value(div(over, add(one, e)));
    const weight = body.value(v128.load(weights.get, 0));
    const gradient = body.value(mul(weight, sub(p, v128.load(targets.get, 0))));
    const hessian = mul(weight, mul(p, sub(one, p)));
    const mixed = i32x4.mul(
      v128.xor(row.get, i32x4.shiftRight(row.get, ditherShift)),
      i32x4.const(ditherFactor, ditherFactor, 0, 0),
    );
    const dither = mul(
      f64x2.fromIntegers(i32x4.shiftRight(mixed, 32 - ditherBits)),
      f64x2.const(2 ** -ditherBits),
    );
    const packed = body.value(add(unit, f64x2.floor(add(mul(hessian, scale), dither))));
    body.store(pairs.get, 0, v128.lows(gradient, packed));
    body.store(pairs.get, 16, v128.highs(gradient, packed));
    row.set(i32x4.add(row.get, i32x4.const(2, 2, 0, 0)));
    for (const pointer of [scores, targets, weights]) pointer.move(16);
    pairs.move(32);
  });
}

type Seven = [Pointer, Pointer, Pointer, Pointer, Pointer, Pointer, Pointer];
