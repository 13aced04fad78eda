import { type Code, f32x4, i32, i32x4, v128 } from '../wasm/code.js';
import type { Body, Variable } from '../wasm/module.js';
import {
  type Arguments,
  inside,
  limitOf,
  locate,
  outside,
  type Row,
  type Scratch,
  scratchOf,
} from './assign-frame.js';
import { change, isNearer } from './assign-move.js';
import { LANES, measureFour, measureOne, overLanes } from './distance-wasm.js';

/**
 * One turn of Lloyd's algorithm over a chunk of rows, with the bounds of Yinyang k-means (Ding et al. 2015): a row
 * keeps an upper bound of the distance to its own centre and, for each group of centres, a lower one of the distance to
 * the nearest other centre there. Moves of the centres widen them; only where an own distance, measured anew, still
 * exceeds a group's bound are the distances to that group's centres measured. All bounds are float32 rounded outwards;
 * where they leave open whether a row's own centre is still the nearest, float64 decides. Complexity: O(groups) a row that no bound
 * leaves in doubt, O(clusters · features) at worst.
 */
export function assign(body: Body): void {
  const args = body.arguments as Arguments;
  const [rows, , , , , , , , moved, drift, , , , bounds, , list] = args;
  const use = scratchOf(body);
  const { own, bits, at, end } = use;
  // Three passes, each over the rows that the last one left in doubt: no branch that the processor cannot foresee
  // stands between one row's arithmetic and the next one's.
  const pass = (count: Code, doubtful: (row: Row) => void, listed: boolean) => {
    const left = body.pointer(count);
    at.set(listed ? list.get : i32.const(0));
    end.set(list.get);
    body.when(left.get, () =>
      body.countdown(left, () => {
        const index = body.pointer(listed ? i32.load(at.get, 0) : at.get);
        const row = locate(body, args, index.get);
        own.set(i32.load(row.label.get, 0));
        doubtful(row);
        body.do(i32.store(end.get, 0, index.get));
        end.move(i32.shiftLeft(i32.isZero(i32.isZero(bits.get)), i32.const(2)));
        at.move(listed ? 4 : 1);
      }),
    );
  };
  const found = i32.shiftRight(i32.sub(end.get, list.get), i32.const(2));
  const widen = ({ upper, lower }: Row) => {
    const place = i32.add(moved.get, i32.shiftLeft(own.get, i32.const(2)));
    const grown = f32x4.add(v128.load32Splat(upper.get, 0), v128.load32Splat(place, 0));
    const u = body.value(f32x4.mul(grown, f32x4.const(1 + 2 ** -22)));
    use.drift.set(i32.add(drift.get, i32.mul(own.get, i32.shiftLeft(bounds.get, i32.const(4)))));
    doubts(body, use, lower.get, bounds.get, u, true);
    body.do(v128.store32(upper.get, 0, u));
  };
  pass(rows.get, widen, false);
  pass(found, (row) => tighten(body, args, use, row), true);
  pass(found, (row) => settle(body, args, use, row), true);
}

/** Sets the bits of the groups whose lower bound is less than u, after taking from the bounds what centres moved. */
function doubts(body: Body, use: Scratch, lower: Code, bounds: Code, u: Code, taking: boolean): void {
  const { low, drift, left, shift, bits } = use;
  bits.set(i32.const(0));
  shift.set(i32.const(0));
  low.set(lower);
  left.set(bounds);
  body.countdown(left, () => {
    const bound = body.variable(v128.load(low.get, 0));
    if (taking) {
      const rest = f32x4.mul(f32x4.sub(bound.get, v128.load(drift.get, 0)), f32x4.const(1 - 2 ** -22));
      bound.set(f32x4.max(v128.zero, rest));
      body.store(low.get, 0, bound.get);
      drift.move(16);
    }
    bits.set(i32.or(bits.get, i32.shiftLeft(i32x4.signs(f32x4.less(bound.get, u)), shift.get)));
    shift.move(LANES);
    low.move(16);
  });
}

/** Measures a row's distance to its own centre, which leaves fewer groups in doubt. */
function tighten(body: Body, args: Arguments, use: Scratch, { data, upper, lower }: Row): void {
  const [, , , , , , centres, , , , , , vectors, bounds] = args;
  const { own } = use;
  const block = i32.mul(i32.shiftRight(own.get, i32.const(2)), i32.shiftLeft(vectors.get, i32.const(6)));
  const inBlock = i32.shiftLeft(i32.and(own.get, i32.const(3)), i32.const(4));
  const centre = i32.add(centres.get, i32.add(block, inBlock));
  const u = body.value(outside(args, measureOne(body, use.measure, data.get, centre, vectors.get)));
  body.do(v128.store32(upper.get, 0, u));
  doubts(body, use, lower.get, bounds.get, u, false);
}

/** Looks at the groups that are in doubt for a row. */
function settle(body: Body, args: Arguments, use: Scratch, row: Row): void {
  const { data, label, upper, lower } = row;
  const [, , , , , , centres, , , , , , vectors, bounds, span] = args;
  const { measure, own, bits, low, group, block, left, ids, least, second, which, nearest } = use;
  const bytes = i32.shiftLeft(vectors.get, i32.const(6));
  const groupOf = (c: Code) => i32.div(i32.shiftRight(c, i32.const(2)), span.get);
  const lowerOf = (c: Code) => i32.add(lower.get, i32.shiftLeft(groupOf(c), i32.const(2)));

  const u = body.value(v128.load32Splat(upper.get, 0));
  doubts(body, use, lower.get, bounds.get, u, false);
  const mine = body.value(i32x4.splat(own.get));
  for (const one of [least, second]) one.set(f32x4.const(Number.POSITIVE_INFINITY));
  which.set(v128.zero);
  body.again(bits.get, () => {
    group.set(i32.trailingZeros(bits.get));
    bits.set(i32.and(bits.get, i32.sub(bits.get, i32.const(1))));
    block.set(i32.mul(group.get, span.get));
    ids.set(i32x4.add(i32x4.splat(i32.shiftLeft(block.get, i32.const(2))), i32x4.const(0, 1, 2, 3)));
    block.set(i32.add(centres.get, i32.mul(block.get, bytes)));
    nearest.set(f32x4.const(Number.POSITIVE_INFINITY));
    left.set(span.get);
    body.countdown(left, () => {
      const measured = measureFour(body, measure, data.get, block.get, vectors.get);
      const others = body.value(
        v128.select(f32x4.const(Number.POSITIVE_INFINITY), measured, i32x4.equal(ids.get, mine)),
      );
      nearest.set(f32x4.min(nearest.get, others));
      compare(use, others, ids.get);
      ids.set(i32x4.add(ids.get, i32x4.const(4, 4, 4, 4)));
      block.set(i32.add(block.get, bytes));
    });
    low.set(i32.add(lower.get, i32.shiftLeft(group.get, i32.const(2))));
    body.do(v128.store32(low.get, 0, inside(args, overLanes(body, nearest.get, f32x4.min))));
  });
  fold(body, use, [2, 3, 0, 1]);
  fold(body, use, [1, 0, 3, 2]);
  const near = body.value(outside(args, least.get));
  const kept = body.value(
    f32x4.sub(f32x4.mul(u, limitOf(args, 3)), f32x4.add(limitOf(args, 2), limitOf(args, 2))),
  );
  const best = body.pointer(i32x4.first(which.get));
  const nearer = body.pointer(v128.any(f32x4.less(near, kept)));
  const open = i32.and(i32.isZero(nearer.get), v128.any(f32x4.less(inside(args, least.get), u)));
  body.when(open, () => nearer.set(isNearer(body, args, use, data.get, best.get)));
  body.when(nearer.get, () => {
    body.do(v128.store32(upper.get, 0, near));
    // Of the group that is left and the one that is joined, each time without the own centre.
    body.do(v128.store32(lowerOf(best.get), 0, inside(args, second.get)));
    const gone = body.pointer(lowerOf(own.get));
    body.do(v128.store32(gone.get, 0, f32x4.min(v128.load32Splat(gone.get, 0), kept)));
    body.do(i32.store(label.get, 0, best.get));
    change(body, args, use, data.get, best.get);
  });
}

/** Takes other distances and their centres into the least, its centre and the second least, lane by lane. */
function compare({ least, second, which }: Scratch, distances: Code, ids: Code): void {
  which.set(v128.select(ids, which.get, f32x4.less(distances, least.get)));
  second.set(f32x4.min(second.get, f32x4.max(least.get, distances)));
  least.set(f32x4.min(least.get, distances));
}

/** Compares lanes with one another; the second time, lane 0 holds the outcome of all. */
function fold(body: Body, use: Scratch, picked: readonly [number, number, number, number]): void {
  const moved = ({ get }: Variable) => body.value(f32x4.shuffle(picked)(get, get));
  const [least, second, which] = [moved(use.least), moved(use.second), moved(use.which)];
  compare(use, least, which);
  use.second.set(f32x4.min(use.second.get, second));
}
