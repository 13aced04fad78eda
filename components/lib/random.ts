/**
 * Seeded random numbers: xoshiro128** (Blackman and Vigna 2018) seeded by splitmix32.
 * `stream` gives independent generators, one a tree, fold or trial, so that the order of work changes nothing.
 */
export interface Random {
  /** Uniform 32-bit unsigned integer. */
  u32(): number;
  /** Uniform in [0, 1) with 53 bits. */
  uniform(): number;
  /** Uniform integer in [0, n), without modulo bias (Lemire 2019). n ≥ 1. */
  int(n: number): number;
  /** Standard normal (Marsaglia polar method). */
  normal(): number;
  /** A permutation of 0 … n−1 (Fisher–Yates). */
  permutation(n: number): Uint32Array;
}

const rotl = (x: number, k: number) => (x << k) | (x >>> (32 - k));

export function random(seed: number, stream = 0): Random {
  let h = (seed ^ Math.imul(stream, 0x9e3779b1)) >>> 0;
  const splitmix = () => {
    h = (h + 0x9e3779b9) | 0;
    let z = h ^ (h >>> 16);
    z = Math.imul(z, 0x21f0aaad);
    z ^= z >>> 15;
    z = Math.imul(z, 0x735a2d97);
    return (z ^ (z >>> 15)) >>> 0;
  };
  let a = splitmix();
  let b = splitmix();
  let c = splitmix();
  let d = splitmix() | 1;
  let spare = Number.NaN;
  const u32 = () => {
    const result = Math.imul(rotl(Math.imul(b, 5), 7), 9) >>> 0;
    const t = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= t;
    d = rotl(d, 11);
    return result;
  };
  const uniform = () => ((u32() >>> 5) * 67108864 + (u32() >>> 6)) / 9007199254740992;
  const int = (n: number) => {
    for (;;) {
      // The product is exact below 2^53 only for n ≤ 2^21; past that the quotient of a 53-bit draw is used.
      const draw = u32();
      if (n > 2097152) return Math.floor(uniform() * n);
      const low = Math.imul(draw, n) >>> 0;
      // The remainder is dear and needed only here: what is rejected lies below it, hence below n.
      if (low >= n || low >= 4294967296 % n) return Math.floor((draw * n) / 4294967296);
    }
  };
  const normal = () => {
    if (!Number.isNaN(spare)) {
      const value = spare;
      spare = Number.NaN;
      return value;
    }
    for (;;) {
      const u = 2 * uniform() - 1;
      const v = 2 * uniform() - 1;
      const s = u * u + v * v;
      if (s > 0 && s < 1) {
        const f = Math.sqrt((-2 * Math.log(s)) / s);
        spare = v * f;
        return u * f;
      }
    }
  };
  const permutation = (n: number) => {
    const p = new Uint32Array(n);
    for (let i = 0; i < n; i++) p[i] = i;
    for (let i = n - 1; i > 0; i--) {
      const j = int(i + 1);
      const t = p[i]!;
      p[i] = p[j]!;
      p[j] = t;
    }
    return p;
  };
  return { u32, uniform, int, normal, permutation };
}
