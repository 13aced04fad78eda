import { type Code, f64x2, v128 } from '../wasm/code.js';
import type { Body, ModuleBuilder, Pointer } from '../wasm/module.js';

/** Float64 places of what a search needs to know, and of the sums of a node. */
export const limitPlaces = ['unit', 'inverseUnit', 'quantum', 'least', 'minHessian', 'l2'] as const;
export const nodePlaces = ['gradient', 'packed', 'hessian', 'min', 'max'] as const;
/**
 * What a search tells, two lanes each: the best score as a fraction, the cell of the cut, the sums left of it. It is
 * told the scores to beat, and where there are bounds the direction: −1, 0 or 1 for values that fall or rise.
 */
export const foundPlaces = ['score', 'under', 'cell', 'gradient', 'packed', 'direction'] as const;

/**
 * Adds the search for the best cut of a histogram to a module: `cut`, and `cutBounded` where leaf values have bounds.
 * Arguments: addresses of the cells and of where to start (a cell of zeros, or the missing one to put it left), pairs
 * of cells between them, addresses of limits and node, and of what is found. A lane is for every second cell. Among equal cuts of a lane the first is found; a cut behind an empty cell
 * is none.
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
  const [score, under, cell, gradient, packed] = foundPlaces.map((_, k) =>
    body.variable(v128.load(foundAt.get, 16 * k)),
  ) as unknown as Found;
  const direction = body.value(v128.load(foundAt.get, 16 * foundPlaces.indexOf('direction')));
  const at = body.variable(v128.lows(f64x2.const(0), f64x2.const(1)));
  const sum = body.variable(v128.load(start.get, 0));
  const zero = body.value(v128.zero);
  const two = body.value(f64x2.const(2));
  const most = body.value(f64x2.sub(node.packed, limits.least));

  body.countdown(pairs, () => {
    const both = [0, 16].map((offset) => body.value(v128.load(cells.get, offset))) as [Code, Code];
    const upTo = both.map((one) => {
      // Subtraction leaves crumbs of gradients in empty cells.
      sum.set(f64x2.add(sum.get, v128.and(one, f64x2.greater(v128.highs(one, one), zero))));
      return body.value(sum.get);
    }) as [Code, Code];
    const g = body.value(v128.lows(...upTo));
    const p = body.value(v128.highs(...upTo));
    const whole = f64x2.mul(f64x2.floor(f64x2.mul(p, limits.inverseUnit)), limits.unit);
    const h = body.value(f64x2.mul(f64x2.sub(p, whole), limits.quantum));
    const rest = body.value(f64x2.sub(node.hessian, h));
    const opposite = body.value(f64x2.sub(node.gradient, g));
    const conditions = [
      f64x2.greater(v128.highs(...both), zero),
      f64x2.atLeast(p, limits.least),
      f64x2.atLeast(most, p),
      f64x2.atLeast(h, limits.minHessian),
      f64x2.atLeast(rest, limits.minHessian),
    ];
    const left = body.value(f64x2.add(h, limits.l2));
    const right = body.value(f64x2.add(rest, limits.l2));
    let own: Code;
    let below: Code;
    if (bounded) {
      const value = (sumOf: Code, over: Code) =>
        body.value(f64x2.min(node.max, f64x2.max(node.min, f64x2.neg(f64x2.div(sumOf, over)))));
      const [l, r] = [value(g, left), value(opposite, right)];
      conditions.push(f64x2.atLeast(f64x2.mul(direction, f64x2.sub(r, l)), zero));
      own = body.value(f64x2.neg(f64x2.add(loss(g, left, l), loss(opposite, right, r))));
      below = f64x2.const(1);
    } else {
      // Compared as fractions, since dividing is dear.
      const squares = f64x2.mul(f64x2.mul(g, g), right);
      own = body.value(f64x2.add(squares, f64x2.mul(f64x2.mul(opposite, opposite), left)));
      below = body.value(f64x2.mul(left, right));
    }
    const more = f64x2.greater(f64x2.mul(own, under.get), f64x2.mul(score.get, below));
    const better = body.value(conditions.reduce((a, b) => v128.and(a, b), more));
    body.when(v128.any(better), () => {
      const keep = (variable: typeof score, value: Code) =>
        variable.set(v128.select(value, variable.get, better));
      keep(score, own);
      keep(under, below);
      keep(cell, at.get);
      keep(gradient, g);
      keep(packed, p);
    });
    at.set(f64x2.add(at.get, two));
    cells.move(32);
  });
  [score, under, cell, gradient, packed].forEach((variable, k) => {
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
type Found = [Variable, Variable, Variable, Variable, Variable];
type Six = [Pointer, Pointer, Pointer, Pointer, Pointer, Pointer];
