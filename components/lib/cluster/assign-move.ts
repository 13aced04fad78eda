import { type Code, f32x4, f64x2, i32, v128 } from '../wasm/code.js';
import type { Body } from '../wasm/module.js';
import type { Arguments, Scratch } from './assign-frame.js';

/** Whether in float64 a centre is nearer to the row than its own. */
export function isNearer(
  body: Body,
  args: Arguments,
  { own, to, from, low, left }: Scratch,
  row: Code,
  best: Code,
): Code {
  const [, , , , , , , exact, , , , , vectors] = args;
  const centreAt = (c: Code) => i32.add(exact.get, i32.mul(c, i32.shiftLeft(vectors.get, i32.const(5))));
  const ways = [to, from].map((centre) => ({ centre, sum: body.variable(v128.zero) }));
  to.set(centreAt(best));
  from.set(centreAt(own.get));
  low.set(row);
  left.set(vectors.get);
  body.countdown(left, () => {
    const halves = widened(body, v128.load(low.get, 0));
    for (const { centre, sum } of ways)
      halves.forEach((half, h) => {
        const difference = body.value(f64x2.sub(half, v128.load(centre.get, 16 * h)));
        sum.set(f64x2.add(sum.get, f64x2.mul(difference, difference)));
      });
    low.move(16);
    to.move(32);
    from.move(32);
  });
  const [near, far] = ways.map(({ sum: { get } }) => f64x2.add(v128.lows(get, get), v128.highs(get, get)));
  return v128.any(f64x2.less(near!, far!));
}

/** Four float32 as two pairs of float64. */
const widened = (body: Body, vector: Code): readonly Code[] => {
  const values = body.value(vector);
  return [values, f32x4.shuffle([2, 3, 2, 3])(values, values)].map((two) => body.value(f64x2.promote(two)));
};

/** Books a row's way from its own centre to another. */
export function change(body: Body, args: Arguments, use: Scratch, row: Code, best: Code): void {
  const [, , , , , , , , , , part, sums, vectors] = args;
  const { own, to, from, left, low } = use;
  const count = (at: Code, by: number) => {
    to.set(at);
    body.do(i32.store(to.get, 0, i32.add(i32.load(to.get, 0), i32.const(by))));
  };
  const sizeOf = (c: Code) => i32.add(part.get, i32.shiftLeft(i32.add(c, i32.const(1)), i32.const(2)));
  count(part.get, 1);
  count(sizeOf(best), 1);
  count(sizeOf(own.get), -1);
  const sumOf = (c: Code) => i32.add(sums.get, i32.mul(c, i32.shiftLeft(vectors.get, i32.const(5))));
  to.set(sumOf(best));
  from.set(sumOf(own.get));
  low.set(row);
  left.set(vectors.get);
  body.countdown(left, () => {
    widened(body, v128.load(low.get, 0)).forEach((pair, h) => {
      body.store(to.get, 16 * h, f64x2.add(v128.load(to.get, 16 * h), pair));
      body.store(from.get, 16 * h, f64x2.sub(v128.load(from.get, 16 * h), pair));
    });
    low.move(16);
    to.move(32);
    from.move(32);
  });
}
