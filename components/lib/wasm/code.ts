/**
 * The instructions of WebAssembly used here, with 128-bit SIMD. An instruction is its bytes; expressions nest as calls,
 * `f64x2.add(a, b)` being the bytes of a, of b, and of the addition. So a kernel's source is its readable form, and
 * nothing binary or generated is kept. Source: WebAssembly Core Specification 2.0, chapter 5.
 */
export type Code = readonly number[];

export function unsigned(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  do {
    const low = rest & 0x7f;
    rest >>>= 7;
    bytes.push(rest === 0 ? low : low | 0x80);
  } while (rest !== 0);
  return bytes;
}

function signed(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (;;) {
    const low = rest & 0x7f;
    rest >>= 7;
    const done = (rest === 0 && (low & 0x40) === 0) || (rest === -1 && (low & 0x40) !== 0);
    bytes.push(done ? low : low | 0x80);
    if (done) return bytes;
  }
}

const float64 = (value: number) => [...new Uint8Array(Float64Array.of(value).buffer)];
const float32 = (value: number) => [...new Uint8Array(Float32Array.of(value).buffer)];
const simd = (opcode: number) => [0xfd, ...unsigned(opcode)];

type Operation = readonly number[];
const unary =
  (op: Operation) =>
  (a: Code): Code => [...a, ...op];
const binary =
  (op: Operation) =>
  (a: Code, b: Code): Code => [...a, ...b, ...op];
/** Hints of alignment (log₂ of the bytes) do not change the result. */
const load =
  (op: Operation, alignment: number) =>
  (pointer: Code, offset: number): Code => [...pointer, ...op, alignment, ...unsigned(offset)];
const store =
  (op: Operation, alignment: number) =>
  (pointer: Code, offset: number, value: Code): Code => [
    ...pointer,
    ...value,
    ...op,
    alignment,
    ...unsigned(offset),
  ];
/** Picks bytes 0 … 15 of a, 16 … 31 of b. */
const shuffle =
  (lanes: readonly number[]) =>
  (a: Code, b: Code): Code => [...a, ...b, ...simd(0x0d), ...lanes];
const bytesOfLanes = (lanes: readonly number[], width: number) =>
  lanes.flatMap((lane) => Array.from({ length: width }, (_, byte) => width * lane + byte));

export const i32 = {
  const: (value: number): Code => [0x41, ...signed(value)],
  add: binary([0x6a]),
  sub: binary([0x6b]),
  mul: binary([0x6c]),
  /** Of unsigned integers, rounded down. */
  div: binary([0x6e]),
  and: binary([0x71]),
  shiftLeft: binary([0x74]),
  /** Filled with zeros. */
  shiftRight: binary([0x76]),
  /** 1 or 0, both taken as unsigned. */
  less: binary([0x49]),
  or: binary([0x72]),
  /** Zero bits below the lowest that is set. */
  trailingZeros: unary([0x68]),
  isZero: unary([0x45]),
  load: load([0x28], 2),
  /** A byte, from 0 to 255. */
  loadByte: load([0x2d], 0),
  store: store([0x36], 2),
};

export const f64 = {
  const: (value: number): Code => [0x44, ...float64(value)],
  load: load([0x2b], 3),
  store: store([0x39], 3),
  less: binary([0x63]),
  mul: binary([0xa2]),
  div: binary([0xa3]),
};

export const v128 = {
  zero: [...simd(0x0c), ...new Array<number>(16).fill(0)] as Code,
  load: load(simd(0x00), 2),
  /** One float64 into both lanes. */
  loadSplat: load(simd(0x0a), 2),
  /** One float32 into all four lanes, and lane 0 of a vector into memory. */
  load32Splat: load(simd(0x09), 2),
  store32: (pointer: Code, offset: number, value: Code): Code => [
    ...store(simd(0x5a), 2)(pointer, offset, value),
    0,
  ],
  /** Four bytes, or eight, into the low lane; zero above. */
  load32: load(simd(0x5c), 2),
  load64: load(simd(0x5d), 2),
  store: store(simd(0x0b), 2),
  and: binary(simd(0x4e)),
  xor: binary(simd(0x51)),
  /** Bits of a where the mask is set, of b elsewhere. */
  select: (a: Code, b: Code, mask: Code): Code => [...a, ...b, ...mask, ...simd(0x52)],
  /** 1 where any bit is set, else 0. */
  any: unary(simd(0x53)),
  /** [a₀, b₀] and [a₁, b₁] of two pairs of 64-bit lanes. */
  lows: shuffle(bytesOfLanes([0, 2], 8)),
  highs: shuffle(bytesOfLanes([1, 3], 8)),
};

export const i64x2 = {
  add: binary(simd(0xce)),
  shiftLeft: (a: Code, bits: number): Code => [...a, ...i32.const(bits), ...simd(0xcb)],
  /** The sign bits as 0 or 1. */
  signs: (a: Code): Code => [...a, ...i32.const(63), ...simd(0xcd)],
};

export const f64x2 = {
  const: (value: number): Code => [...f64.const(value), ...simd(0x14)],
  lane: (a: Code, lane: 0 | 1): Code => [...a, ...simd(0x21), lane],
  add: binary(simd(0xf0)),
  sub: binary(simd(0xf1)),
  mul: binary(simd(0xf2)),
  div: binary(simd(0xf3)),
  sqrt: unary(simd(0xef)),
  abs: unary(simd(0xec)),
  neg: unary(simd(0xed)),
  /** To the nearest whole number, halves to even. */
  nearest: unary(simd(0x94)),
  floor: unary(simd(0x75)),
  /** All bits of a lane set where it holds. */
  less: binary(simd(0x49)),
  greater: binary(simd(0x4a)),
  atLeast: binary(simd(0x4c)),
  /** b < a ? b : a and a < b ? b : a. */
  min: binary(simd(0xf6)),
  max: binary(simd(0xf7)),
  /** The two low float32 lanes widened. */
  promote: unary(simd(0x5f)),
  /** The two low lanes of i32x4, taken as unsigned. */
  fromIntegers: unary(simd(0xff)),
};

export const f32x4 = {
  const: (value: number): Code => [0x43, ...float32(value), ...simd(0x13)],
  add: binary(simd(0xe4)),
  sub: binary(simd(0xe5)),
  mul: binary(simd(0xe6)),
  sqrt: unary(simd(0xe3)),
  less: binary(simd(0x43)),
  /** b < a ? b : a and a < b ? b : a. */
  min: binary(simd(0xea)),
  max: binary(simd(0xeb)),
  /** Lanes 0 … 3 pick from a, 4 … 7 from b. */
  shuffle: (lanes: readonly [number, number, number, number]) => shuffle(bytesOfLanes(lanes, 4)),
};

export const i32x4 = {
  const: (...lanes: readonly [number, number, number, number]): Code => [
    ...simd(0x0c),
    ...new Uint8Array(Int32Array.of(...lanes).buffer),
  ],
  add: binary(simd(0xae)),
  splat: unary(simd(0x11)),
  equal: binary(simd(0x37)),
  first: (a: Code): Code => [...a, ...simd(0x1b), 0],
  /** The sign bits of the lanes as an integer, that of lane 0 lowest. */
  signs: unary(simd(0xa4)),
  mul: binary(simd(0xb5)),
  /** Filled with zeros. */
  shiftRight: (a: Code, bits: number): Code => [...a, ...i32.const(bits), ...simd(0xad)],
};
