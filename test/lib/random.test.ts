import { expect, test } from 'vitest';
import { random } from '#dist/components/lib/random.js';

test('the same seed gives the same numbers, another stream others', () => {
  const draw = (seed: number, stream?: number) => {
    const r = random(seed, stream);
    return [r.u32(), r.uniform(), r.int(10), r.normal()];
  };
  expect(draw(1)).toEqual(draw(1));
  expect(draw(1, 1)).not.toEqual(draw(1, 2));
});

test('uniform, int and normal have the moments they should', () => {
  const r = random(7);
  const n = 200_000;
  let u = 0;
  let z = 0;
  let zz = 0;
  const counts = new Array(7).fill(0);
  for (let i = 0; i < n; i++) {
    u += r.uniform();
    const x = r.normal();
    z += x;
    zz += x * x;
    counts[r.int(7)]++;
  }
  expect(Math.abs(u / n - 0.5)).toBeLessThan(0.004);
  expect(Math.abs(z / n)).toBeLessThan(0.012);
  expect(Math.abs(zz / n - 1)).toBeLessThan(0.02);
  for (const c of counts) expect(Math.abs(c - n / 7)).toBeLessThan(900);
});
