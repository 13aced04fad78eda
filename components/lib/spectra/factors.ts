/** Prime factors of n in ascending order, with multiplicity; none for n = 1. O(√n). */
export function primeFactors(n: number): number[] {
  const factors: number[] = [];
  let rest = n;
  for (let p = 2; p * p <= rest; p++) {
    for (; rest % p === 0; rest /= p) factors.push(p);
  }
  if (rest > 1) factors.push(rest);
  return factors;
}

/**
 * The radices of the passes of a mixed-radix transform of length n: fours do most work per load. An odd power of two
 * ends with an eight, in the last pass, which has no twiddles.
 */
export function radices(n: number): number[] {
  const primes = primeFactors(n);
  const twos = primes.filter((p) => p === 2).length;
  const eight = twos % 2 === 1 && twos > 1;
  return [
    ...new Array<number>((twos - (eight ? 3 : 0)) >> 1).fill(4),
    ...(twos === 1 ? [2] : []),
    ...primes.filter((p) => p > 2),
    ...(eight ? [8] : []),
  ];
}

/** The smallest 2^a·3^b·5^c that is at least n: the lengths that transform fastest. */
export function smoothAtLeast(n: number): number {
  let best = 2 ** Math.ceil(Math.log2(Math.max(1, n)));
  for (let five = 1; five < best; five *= 5) {
    for (let odd = five; odd < best; odd *= 3) {
      let m = odd;
      while (m < n) m *= 2;
      if (m < best) best = m;
    }
  }
  return best;
}
