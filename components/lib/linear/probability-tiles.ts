import { f64x2, v128 } from '../wasm/code.js';
import { expNegative, log1pUnit } from '../wasm/elementary.js';
import type { Body, Pointer } from '../wasm/module.js';

const { add, div, mul, sub } = f64x2;

/**
 * For pairs of scores at z: the probability of the second class, 1 / (1 + e^−z), at p, and log(1 + e^−|z|) at tail. The
 * loss of a row is that plus how far its score lies on the wrong side of zero. Arguments (z, p, tail, pairs).
 */
export function sigmoid(body: Body): void {
  const [z, p, tail, pairs] = body.arguments as Four;
  const one = body.value(f64x2.const(1));
  body.countdown(pairs, () => {
    const score = body.value(v128.load(z.get, 0));
    const e = expNegative(body, f64x2.neg(f64x2.abs(score)));
    const over = v128.select(one, e, f64x2.greater(score, v128.zero));
    body.store(p.get, 0, div(over, add(one, e)));
    body.store(tail.get, 0, log1pUnit(body, e));
    for (const pointer of [z, p, tail]) pointer.move(16);
  });
}

/**
 * For pairs of rows with `outputs` scores each, `rows` numbers apart at z: the softmax in the same order at p, the
 * greatest score at top and Σ e^(score − greatest) at total. Arguments (z, p, top, total, outputs, pairs).
 */
export function softmax(body: Body, rows: number): void {
  const [z, p, top, total, outputs, pairs] = body.arguments as Six;
  const most = body.variable(v128.zero);
  const sum = body.variable(v128.zero);
  body.countdown(pairs, () => {
    const [from, to, left] = [body.pointer(z.get), body.pointer(p.get), body.pointer(outputs.get)];
    const next = () => {
      from.move(8 * rows);
      to.move(8 * rows);
    };
    most.set(v128.load(z.get, 0));
    body.countdown(left, () => {
      most.set(f64x2.max(most.get, v128.load(from.get, 0)));
      next();
    });
    from.set(z.get);
    to.set(p.get);
    left.set(outputs.get);
    sum.set(v128.zero);
    body.countdown(left, () => {
      const e = expNegative(body, sub(v128.load(from.get, 0), most.get));
      sum.set(add(sum.get, e));
      body.store(to.get, 0, e);
      next();
    });
    const share = body.value(div(f64x2.const(1), sum.get));
    to.set(p.get);
    left.set(outputs.get);
    body.countdown(left, () => {
      body.store(to.get, 0, mul(v128.load(to.get, 0), share));
      to.move(8 * rows);
    });
    body.store(top.get, 0, most.get);
    body.store(total.get, 0, sum.get);
    for (const pointer of [z, p, top, total]) pointer.move(16);
  });
}

type Four = [Pointer, Pointer, Pointer, Pointer];
type Six = [...Four, Pointer, Pointer];
