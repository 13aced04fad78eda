import { type Code, f64x2, v128 } from '../wasm/code.js';
import type { Body, ModuleBuilder, Pointer } from '../wasm/module.js';

/**
 * Float64 places of what a search needs to know, and of the sums of a node. Hessians are in quanta (see packing.ts);
 * `round` added to a packed number and taken away again leaves its rows, times the unit.
 */
export const limitPlaces = ['unit', 'quantum', 'round', 'least', 'minHessian', 'l2'] as const;
export const nodePlaces = ['gradient', 'packed', 'hessian', 'min', 'max'] as const;
/**
 * What a search tells, two lanes each: the best score, the cell of the cut (−1 for none), the sums left of it. Where there are bounds it is told the direction: −1, 0 or 1 for values that fall, may do anything, rise.
 */
export const foundPlaces = ['score', 'cell', 'gradient', 'packed', 'direction'] as const;

/**
 * Adds the search for the best cut of a histogram to a module: `cut`, and `cutBounded` where leaf values have bounds.
 * Arguments: addresses of the cells and of where to start (a cell of zeros, or the missing one to put it left), pairs
 * of cells between them, addresses of limits and node, and of what is found. A lane is for every second cell. Among
 * equal cuts of a lane the first is found; a cut behind an empty cell is none.
 *
 * The score of `cutBounded` is less the change of the loss, times 2. Without bounds that is G²/H + K²/J for sums G, H left
 * (λ in H) and K, J right, and equals (G + K)²/(H + J) + (H + J) t² / (H J), where t = G − H (G + K)/(H + J). The first
 * term is the same for all cuts of a node, so the score of `cut` is t² / (H J), which takes half the steps.
 */
export function defineCuts(module: ModuleBuilder): void {
  module.define((body) => cut(body, false), 'cut', 6);
  module.define((body) => cut(body, true), 'cutBounded', 6);
}

function cut(body: Body, bounded: boolean): void {
  const [cells, pairs, start, limitsAt, nodeAt, foundAt] = body.arguments as Six;
  const splats = <Name extends string>(places: readonly Name[], at: Pointer) =>
    Object.fromEntries(places.map((name, k) => [name, body.value(v128.loadSplat(at.get, 8 * k))])) as Record<
      Name,
      Code
    >;
  const limits = splats(limitPlaces, limitsAt);
  const node = splats(nodePlaces, nodeAt);
  const direction = body.value(v128.load(foundAt.get, 16 * foundPlaces.indexOf('direction')));
  const splat = (value: number) => body.variable(f64x2.const(value));
  const found: Found = [splat(bounded ? Number.NEGATIVE_INFINITY : 0), splat(-1), splat(0), splat(0)];
  const [score] = found;
  const at = body.variable(v128.lows(f64x2.const(0), f64x2.const(1)));
  const sum = body.variable(v128.load(start.get, 0));
  const zero = body.value(v128.zero);
  const two = body.value(f64x2.const(2));
  const whole = body.value(f64x2.add(node.hessian, f64x2.add(limits.l2, limits.l2)));
  const mean = body.value(f64x2.div(node.gradient, whole));

  body.countdown(pairs, () => {
    const both = [0, 16].map((offset) => body.value(v128.load(cells.get, offset))) as [Code, Code];
    const upTo = both.map((one) => {
      sum.set(f64x2.add(sum.get, one));
      return body.value(sum.get);
    }) as [Code, Code];
    const g = body.value(v128.lows(...upTo));
    const p = body.value(v128.highs(...upTo));
    const rows = f64x2.sub(f64x2.add(p, limits.round), limits.round);
    const h = body.value(f64x2.sub(p, rows));
    const left = body.value(f64x2.add(h, limits.l2));
    const right = body.value(f64x2.sub(whole, left));
    const conditions: Code[] = [];
    let own: Code;
    let below: Code | undefined;
    if (bounded) {
      const opposite = body.value(f64x2.sub(node.gradient, g));
      const sides = [
        [g, body.value(f64x2.mul(left, limits.quantum))],
        [opposite, body.value(f64x2.mul(right, limits.quantum))],
      ] as const;
      const values = sides.map(([sumOf, over]) =>
        body.value(f64x2.min(node.max, f64x2.max(node.min, f64x2.neg(f64x2.div(sumOf, over))))),
      ) as [Code, Code];
      conditions.push(f64x2.atLeast(f64x2.mul(direction, f64x2.sub(values[1], values[0])), zero));
      const losses = sides.map(([sumOf, over], k) => loss(sumOf, over, values[k]!)) as [Code, Code];
      own = body.value(f64x2.neg(f64x2.add(...losses)));
    } else {
      const off = body.value(f64x2.sub(g, f64x2.mul(mean, left)));
      own = body.value(f64x2.mul(off, off));
      below = body.value(f64x2.mul(left, right));
    }
    // Few cuts score more than those before them, so only these are looked at closer, and divided, which is dear.
    const more = body.value(f64x2.greater(own, below ? f64x2.mul(score.get, below) : score.get));
    body.when(v128.any(more), () => {
      conditions.push(
        f64x2.greater(v128.highs(...both), zero),
        f64x2.atLeast(p, limits.least),
        f64x2.atLeast(f64x2.sub(node.packed, p), limits.least),
        f64x2.atLeast(h, limits.minHessian),
        f64x2.atLeast(f64x2.sub(node.hessian, h), limits.minHessian),
      );
      const better = body.value(conditions.reduce((a, b) => v128.and(a, b), more));
      const exact = below ? f64x2.div(own, below) : own;
      for (const [k, value] of [exact, at.get, g, p].entries())
        found[k]!.set(v128.select(value, found[k]!.get, better));
    });
    at.set(f64x2.add(at.get, two));
    cells.move(32);
  });
  found.forEach((variable, k) => {
    body.store(foundAt.get, 16 * k, variable.get);
  });
}

/** 2 G v + (H + λ) v²: twice the change of the loss when a side takes value v. */
const loss = (gradient: Code, hessian: Code, value: Code): Code =>
  f64x2.add(
    f64x2.mul(f64x2.mul(f64x2.const(2), gradient), value),
    f64x2.mul(f64x2.mul(hessian, value), value),
  );

type Variable = ReturnType<Body['variable']>;
type Found = [Variable, Variable, Variable, Variable];
type Six = [Pointer, Pointer, Pointer, Pointer, Pointer, Pointer];
