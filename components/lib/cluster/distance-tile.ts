import { type Code, f32x4, i32, i32x4, v128 } from '../wasm/code.js';
import { type Body, ModuleBuilder, type Pointer, type Variable } from '../wasm/module.js';

/** Centres that are measured together, and values in a vector. */
export const LANES = 4;
/** What is said of a row: the least distance, the second least, and as an integer the centre of the least. */
export const SUMMARY = 4;

/**
 * Squared distances of two rows at a time to groups of four centres, as sums of squared differences in float32: no
 * cancellation, so the relative error is that of the summation. Arguments: addresses of a list of the rows' addresses
 * (int32), of the centres, of the distances and of the summaries, vectors a row, groups of centres, pairs of rows. A row
 * is padded with zeros to whole vectors; a group holds, vector by vector, those of its four centres. The distances have
 * a row of 4 · groups float32 for each row, the summaries SUMMARY values.
 */
export function distanceTile() {
  const module = new ModuleBuilder();
  module.define(pairwise, 'run', 7);
  return module.instantiate();
}

const pair = [0, 1];
const four = [0, 1, 2, 3];
const { load } = v128;

function pairwise(body: Body): void {
  const [list, centres, out, summaries, vectors, groups, pairs] = body.arguments as Seven;
  const other = body.pointer(0);
  const centre = body.pointer(0);
  const ids = body.variable(v128.zero);
  const sums = pair.map(() => four.map(() => body.variable(v128.zero)));
  const found = pair.map(() => foundOf(body));

  body.countdown(pairs, () => {
    const group = body.pointer(groups.get);
    centre.set(centres.get);
    // The second row's results begin where the first one's end.
    other.set(i32.add(out.get, i32.shiftLeft(groups.get, i32.const(4))));
    for (const { least, second, which } of found) {
      least.set(f32x4.const(Number.POSITIVE_INFINITY));
      second.set(f32x4.const(Number.POSITIVE_INFINITY));
      which.set(v128.zero);
    }
    ids.set(i32x4.const(0, 1, 2, 3));
    body.countdown(group, () => {
      const rows = pair.map((r) => body.pointer(i32.load(list.get, 4 * r)));
      const left = body.pointer(vectors.get);
      for (const sum of sums.flat()) sum.set(v128.zero);
      body.countdown(left, () => {
        const values = rows.map((row) => body.value(load(row.get, 0)));
        for (const c of four) {
          const here = body.value(load(centre.get, 16 * c));
          for (const r of pair) {
            const difference = body.value(f32x4.sub(values[r]!, here));
            const sum = sums[r]![c]!;
            sum.set(f32x4.add(sum.get, f32x4.mul(difference, difference)));
          }
        }
        for (const row of rows) row.move(16);
        centre.move(16 * LANES);
      });
      for (const r of pair) {
        const distances = body.value(across(sums[r]!.map(({ get }) => get)));
        compare(found[r]!, distances, ids.get);
        const place = r === 0 ? out : other;
        body.store(place.get, 0, distances);
        place.move(16);
      }
      ids.set(i32x4.add(ids.get, i32x4.const(4, 4, 4, 4)));
    });
    for (const one of found) {
      const { least, second, which } = one;
      const numbers = f32x4.shuffle([0, 4, 0, 4]);
      fold(body, one, [2, 3, 2, 3]);
      fold(body, one, [1, 1, 1, 1]);
      body.store(summaries.get, 0, f32x4.shuffle([0, 1, 4, 4])(numbers(least.get, second.get), which.get));
      summaries.move(4 * SUMMARY);
    }
    out.set(other.get);
    list.move(8);
  });
}

type Seven = [Pointer, Pointer, Pointer, Pointer, Pointer, Pointer, Pointer];

/** Lane by lane the least distance of a row, the second least, and the centre of the least. */
interface Lanes {
  readonly least: Variable;
  readonly second: Variable;
  readonly which: Variable;
}

const foundOf = (body: Body): Lanes => ({
  least: body.variable(v128.zero),
  second: body.variable(v128.zero),
  which: body.variable(v128.zero),
});

/** The sums over the lanes of the four centres' sums, as four lanes. */
function across([a, b, c, d]: readonly Code[]): Code {
  const evens = f32x4.shuffle([0, 4, 1, 5]);
  const odds = f32x4.shuffle([2, 6, 3, 7]);
  const halves = (x: Code, y: Code) => f32x4.add(evens(x, y), odds(x, y));
  const [first, last] = [halves(a!, b!), halves(c!, d!)];
  return f32x4.add(f32x4.shuffle([0, 1, 4, 5])(first, last), f32x4.shuffle([2, 3, 6, 7])(first, last));
}

/** Takes other distances and their centres into the least, its centre and the second least. */
function compare({ least, second, which }: Lanes, distances: Code, ids: Code): void {
  which.set(v128.select(ids, which.get, f32x4.less(distances, least.get)));
  second.set(f32x4.min(second.get, f32x4.max(least.get, distances)));
  least.set(f32x4.min(least.get, distances));
}

/** Lanes half as many apart are compared, until lane 0 holds the outcome of all. */
function fold(body: Body, lanes: Lanes, picked: readonly [number, number, number, number]): void {
  const moved = ({ get }: Variable) => body.value(f32x4.shuffle(picked)(get, get));
  const [second, least, which] = [moved(lanes.second), moved(lanes.least), moved(lanes.which)];
  compare(lanes, least, which);
  lanes.second.set(f32x4.min(lanes.second.get, second));
}
