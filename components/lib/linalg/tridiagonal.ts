import { f64x2, i32, v128 } from '../wasm/code.js';
import { type Body, ModuleBuilder, type Pointer, reach } from '../wasm/module.js';

const { add, div, mul, sub } = f64x2;

/**
 * Two loops over pairs of rows of a lower triangle, row 2k and row 2k + 1 with k + 1 vectors each. Arguments: addresses of
 * the rows, of u and of p, pairs of rows, bytes from row to row.
 *
 * `product`: p += (A + Aᵀ) u. `update`: row j less u_j p + p_j u. And `reflect`: every row x less u (u·x) / h; arguments:
 * addresses of u, of the rows and of h, vectors of two in u, rows, bytes from row to row.
 */
function loops() {
  const module = new ModuleBuilder();
  module.define(product, 'product', 5);
  module.define(update, 'update', 5);
  module.define(reflect, 'reflect', 6);
  return module.instantiate();
}

/** For every pair of rows, with pointers to both, to u and p from the start and at the rows, and how many vectors. */
function eachPair(
  body: Body,
  each: (
    rows: [Pointer, Pointer],
    u: Pointer,
    p: Pointer,
    vectors: Pointer,
    ahead: [Pointer, Pointer],
  ) => void,
): void {
  const [a, u, p, pairs, stride] = body.arguments as Five;
  const ahead: [Pointer, Pointer] = [body.pointer(u.get), body.pointer(p.get)];
  const size = body.pointer(0);
  body.countdown(pairs, () => {
    size.move(1);
    const rows: [Pointer, Pointer] = [body.pointer(a.get), body.pointer(i32.add(a.get, stride.get))];
    each(rows, body.pointer(u.get), body.pointer(p.get), body.pointer(size.get), ahead);
    for (const pointer of ahead) pointer.move(16);
    a.move(i32.add(stride.get, stride.get));
  });
}

function product(body: Body): void {
  const sums = [0, 1].map(() => body.variable(v128.zero));
  eachPair(body, ([first, second], u, p, vectors, [uAhead, pAhead]) => {
    const own = [0, 8].map((at) => body.value(v128.loadSplat(uAhead.get, at)));
    for (const sum of sums) sum.set(v128.zero);
    body.countdown(vectors, () => {
      const [x, y] = [first, second].map((row) => body.value(v128.load(row.get, 0)));
      const other = body.value(v128.load(u.get, 0));
      sums[0]!.set(add(sums[0]!.get, mul(x!, other)));
      sums[1]!.set(add(sums[1]!.get, mul(y!, other)));
      body.store(p.get, 0, add(v128.load(p.get, 0), add(mul(x!, own[0]!), mul(y!, own[1]!))));
      for (const pointer of [first, second, u, p]) pointer.move(16);
    });
    const [x, y] = sums.map(({ get }) => get);
    const across = add(v128.lows(x!, y!), v128.highs(x!, y!));
    body.store(pAhead.get, 0, add(v128.load(pAhead.get, 0), across));
  });
}

function update(body: Body): void {
  eachPair(body, (rows, u, p, vectors, [uAhead, pAhead]) => {
    const own = rows.map((_, r) => [uAhead, pAhead].map((at) => body.value(v128.loadSplat(at.get, 8 * r))));
    body.countdown(vectors, () => {
      const [x, y] = [body.value(v128.load(u.get, 0)), body.value(v128.load(p.get, 0))];
      rows.forEach((row, r) => {
        const less = add(mul(own[r]![0]!, y), mul(own[r]![1]!, x));
        body.store(row.get, 0, sub(v128.load(row.get, 0), less));
      });
      for (const pointer of [...rows, u, p]) pointer.move(16);
    });
  });
}

function reflect(body: Body): void {
  const [u, rows, h, vectors, count, stride] = body.arguments as [...Five, Pointer];
  const sum = body.variable(v128.zero);
  body.countdown(count, () => {
    const along = () => [body.pointer(u.get), body.pointer(rows.get), body.pointer(vectors.get)] as const;
    const [left, right, more] = along();
    sum.set(v128.zero);
    body.countdown(more, () => {
      sum.set(add(sum.get, mul(v128.load(left.get, 0), v128.load(right.get, 0))));
      for (const pointer of [left, right]) pointer.move(16);
    });
    const both = add(v128.lows(sum.get, sum.get), v128.highs(sum.get, sum.get));
    const share = body.value(div(both, v128.loadSplat(h.get, 0)));
    const [from, to, rest] = along();
    body.countdown(rest, () => {
      body.store(to.get, 0, sub(v128.load(to.get, 0), mul(share, v128.load(from.get, 0))));
      for (const pointer of [from, to]) pointer.move(16);
    });
    rows.move(stride.get);
  });
}

type Three = [number, number, number];
type Five = [Pointer, Pointer, Pointer, Pointer, Pointer];

export interface Tridiagonal {
  /** Diagonal; and below it, from place 1 on. */
  readonly d: Float64Array;
  readonly e: Float64Array;
  /** Turns vectors of the tridiagonal matrix, one a row of n, into those of the matrix it came from, in place. O(n²) each. */
  transformBack(vectors: Float64Array): void;
}

let engine: ReturnType<typeof loops> | undefined;

/**
 * QᵀAQ = T tridiagonal for a symmetric n × n matrix by Householder reflections, last row first (Wilkinson and Reinsch
 * 1971, tred1); the lower triangle is read. Time 4n³/3 flops, memory n². One result a thread at a time.
 */
export function tridiagonal(matrix: Float64Array, n: number): Tridiagonal {
  engine ??= loops();
  const { memory, exports } = engine;
  // Even, and a row of zeros beyond the last for the odd one of a pair.
  const stride = n + (n & 1) + 2;
  const [startU, startP, startVectors] = [n + 1, n + 2, n + 3].map((row) => row * stride) as Three;
  reach(memory, 8 * stride * (n + 3));
  const a = new Float64Array(memory.buffer, 0, stride * (n + 1)).fill(0);
  const u = new Float64Array(memory.buffer, 8 * startU, stride).fill(0);
  const p = new Float64Array(memory.buffer, 8 * startP, stride);
  const d = new Float64Array(n);
  const e = new Float64Array(n);
  /** u·u / 2 of each reflection, 0 where none was needed; its vector u stays in row i. */
  const half = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    a.set(matrix.subarray(i * n, i * n + i), i * stride);
    // Half the diagonal: the loops take each entry on both sides of it.
    a[i * stride + i] = matrix[i * n + i]! / 2;
  }
  for (let i = n - 1; i > 0; i--) {
    const row = i * stride;
    d[i] = 2 * a[row + i]!;
    a[row + i] = 0;
    let largest = 0;
    for (let j = 0; j < i - 1; j++) largest = Math.max(largest, Math.abs(a[row + j]!));
    if (!(largest > 0)) {
      e[i] = a[row + i - 1]! + largest;
      continue;
    }
    const size = Math.max(largest, Math.abs(a[row + i - 1]!));
    let square = 0;
    for (let j = 0; j < i; j++) {
      a[row + j]! /= size;
      square += a[row + j]! ** 2;
    }
    const f = a[row + i - 1]!;
    const g = f >= 0 ? -Math.sqrt(square) : Math.sqrt(square);
    e[i] = size * g;
    const h = square - f * g;
    a[row + i - 1] = f - g;
    half[i] = h;
    u.set(a.subarray(row, row + i));
    u[i] = 0;
    p.fill(0, 0, i + 1);
    const pairs = (i + 1) >> 1;
    exports.product!(0, 8 * startU, 8 * startP, pairs, 8 * stride);
    let k = 0;
    for (let j = 0; j < i; j++) {
      p[j]! /= h;
      k += p[j]! * u[j]!;
    }
    k /= 2 * h;
    for (let j = 0; j < i; j++) p[j]! -= k * u[j]!;
    p[i] = 0;
    exports.update!(0, 8 * startU, 8 * startP, pairs, 8 * stride);
    for (let j = 0; j < i; j++) {
      const at = j * stride + j;
      a[at]! += u[j]! * p[j]!;
      a[at + 1] = 0;
    }
  }
  d[0] = 2 * a[0]!;
  return {
    d,
    e,
    transformBack(vectors) {
      const count = vectors.length / n;
      if (count === 0) return;
      reach(memory, 8 * (startVectors + stride * count));
      const rows = new Float64Array(memory.buffer, 8 * startVectors, stride * count).fill(0);
      for (let k = 0; k < count; k++) rows.set(vectors.subarray(k * n, (k + 1) * n), k * stride);
      const h = new Float64Array(memory.buffer, 8 * startP, 1);
      for (let i = 1; i < n; i++) {
        if (half[i] === 0) continue;
        h[0] = half[i]!;
        exports.reflect!(8 * i * stride, 8 * startVectors, 8 * startP, (i + 1) >> 1, count, 8 * stride);
      }
      for (let k = 0; k < count; k++) vectors.set(rows.subarray(k * stride, k * stride + n), k * n);
    },
  };
}
