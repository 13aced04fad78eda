import { type Code, f64x2, i64x2, v128 } from './code.js';
import type { Body } from './module.js';

/** Elementary functions of two float64 at a time. The same bits everywhere, as nothing but IEEE arithmetic is used. */

const { add, sub, mul, div } = f64x2;

/** c₀ + c₁x + c₂x² … with even and odd powers apart, which halves the chain of dependent operations. */
function polynomial(body: Body, x: Code, coefficients: readonly number[]): Code {
  const square = body.value(mul(x, x));
  const horner = (own: readonly number[]) =>
    own.map((c) => f64x2.const(c) as Code).reduceRight((sum, c) => body.value(add(c, mul(square, sum))));
  const odd = horner(coefficients.filter((_, k) => k % 2 === 1));
  return body.value(add(horner(coefficients.filter((_, k) => k % 2 === 0)), mul(x, odd)));
}

const LEAST = -708;
const LN2_HIGH = 0.6931471803691238;
const LN2_LOW = 1.9082149292705877e-10;
/** Added to a small whole number, its low bits are the number's. */
const MAGIC = 1.5 * 2 ** 52;
/** 1/2!, 1/3! … 1/13!: enough for |r| ≤ ln 2 / 2. */
const factorials = Array.from({ length: 12 }, (_, k) => {
  let product = 1;
  for (let n = 2; n <= k + 2; n++) product *= n;
  return 1 / product;
});

/** eˣ for x ≤ 0, to an ulp or two; 0 where it would be less than some 3e-308. NaN stays NaN. */
export function expNegative(body: Body, exponent: Code): Code {
  const x = body.value(exponent);
  const bounded = body.value(f64x2.max(x, f64x2.const(LEAST)));
  const turns = body.value(f64x2.nearest(mul(bounded, f64x2.const(Math.LOG2E))));
  const high = sub(bounded, mul(turns, f64x2.const(LN2_HIGH)));
  const r = body.value(sub(high, mul(turns, f64x2.const(LN2_LOW))));
  const rest = mul(body.value(mul(r, r)), polynomial(body, r, factorials));
  const value = body.value(add(f64x2.const(1), add(r, rest)));
  const scaled = i64x2.add(value, i64x2.shiftLeft(add(turns, f64x2.const(MAGIC)), 52));
  return body.value(v128.select(v128.zero, scaled, f64x2.less(x, f64x2.const(LEAST))));
}

/** 1/3, 1/5 … 1/33 */
const atanh = Array.from({ length: 16 }, (_, k) => 1 / (2 * k + 3));

/** log(1 + x) for 0 ≤ x ≤ 1, to an ulp or two of the result however small: 2 artanh(x / (2 + x)) by its series. */
export function log1pUnit(body: Body, x: Code): Code {
  const s = body.value(div(x, add(x, f64x2.const(2))));
  const square = body.value(mul(s, s));
  const twice = body.value(add(s, s));
  return body.value(add(twice, mul(mul(twice, square), polynomial(body, square, atanh))));
}
