/**
 * Just enough of a WebAssembly assembler to write a numeric loop with 128-bit vectors in a few lines, so that a
 * kernel's source is its readable form and nothing binary or generated is kept. Encodings: WebAssembly core
 * specification 2.0, section 5.
 */
export type Code = readonly number[];

/** The part of the WebAssembly interface used here; TypeScript ships its types with the browser's only. */
interface Api {
  Module: new (bytes: Uint8Array) => object;
  Instance: new (module: object) => { exports: Record<string, unknown> };
}
const { Module, Instance } = (globalThis as unknown as { WebAssembly: Api }).WebAssembly;

export interface Memory {
  readonly buffer: ArrayBuffer;
  grow(pages: number): number;
}
export const PAGE = 65536;

const bytes = (n: number): number[] => (n < 0x80 ? [n] : [(n & 0x7f) | 0x80, ...bytes(n >>> 7)]);
const signed = (n: number): number[] =>
  n >= -64 && n < 64 ? [n & 0x7f] : [(n & 0x7f) | 0x80, ...signed(n >> 7)];
const section = (id: number, body: Code) => [id, ...bytes(body.length), ...body];
const vector = (items: readonly Code[]) => [...bytes(items.length), ...items.flat()];
const text = (name: string) => vector([...name].map((c) => [c.charCodeAt(0)]));
const simd = (op: number) => [0xfd, ...bytes(op)];

const I32 = 0x7f;
const V128 = 0x7b;

export const get = (local: number): Code => [0x20, ...bytes(local)];
export const set = (local: number, value: Code): Code => [...value, 0x21, ...bytes(local)];
export const i32 = (n: number): Code => [0x41, ...signed(n)];
export const add = (a: Code, b: Code): Code => [...a, ...b, 0x6a];
/** local += value */
export const advance = (local: number, value: Code): Code => set(local, add(get(local), value));
/** Runs the body once and then for as long as `--counter` is not zero. */
export const countdown = (counter: number, body: Code): Code => [
  ...[0x03, 0x40],
  ...body,
  ...[...get(counter), ...i32(1), 0x6b, 0x22, ...bytes(counter), 0x0d, 0],
  0x0b,
];

/** Memory operands are 8-byte aligned addresses plus a constant offset. */
const memory = (op: number) => (address: Code, offset: number) => [
  ...address,
  ...simd(op),
  3,
  ...bytes(offset),
];
export const f64x2 = {
  zero: [...simd(12), ...new Array<number>(16).fill(0)] as Code,
  load: memory(0),
  /** One float64 into both lanes. */
  splat: memory(10),
  store: (address: Code, offset: number, value: Code): Code => [
    ...address,
    ...value,
    ...simd(11),
    3,
    ...bytes(offset),
  ],
  add: (a: Code, b: Code): Code => [...a, ...b, ...simd(0xf0)],
  mul: (a: Code, b: Code): Code => [...a, ...b, ...simd(0xf2)],
};

/** Lanes 0 … 3 pick from a, 4 … 7 from b. */
const shuffle = (lanes: Code) => (a: Code, b: Code) => [
  ...a,
  ...b,
  ...simd(0x0d),
  ...lanes.flatMap((lane) => [0, 1, 2, 3].map((byte) => 4 * lane + byte)),
];
export const f32x4 = {
  sub: (a: Code, b: Code): Code => [...a, ...b, ...simd(0xe5)],
  add: (a: Code, b: Code): Code => [...a, ...b, ...simd(0xe4)],
  mul: (a: Code, b: Code): Code => [...a, ...b, ...simd(0xe6)],
  /** All bits of a lane set where a < b. */
  less: (a: Code, b: Code): Code => [...a, ...b, ...simd(0x43)],
  /** b < a ? b : a, and a < b ? b : a. */
  least: (a: Code, b: Code): Code => [...a, ...b, ...simd(0xea)],
  most: (a: Code, b: Code): Code => [...a, ...b, ...simd(0xeb)],
  splat: (value: number): Code => [0x43, ...new Uint8Array(Float32Array.of(value).buffer), ...simd(0x13)],
  shuffle,
};
export const i32x4 = {
  const: (...lanes: readonly [number, number, number, number]): Code => [
    ...simd(12),
    ...new Uint8Array(Int32Array.of(...lanes).buffer),
  ],
  add: (a: Code, b: Code): Code => [...a, ...b, ...simd(0xae)],
};
/** Bits of a where the mask is set, of b elsewhere. */
export const select = (a: Code, b: Code, mask: Code): Code => [...a, ...b, ...mask, ...simd(0x52)];

/** Makes a function of `params` integers with its own `memory`. Further locals: integers, then vectors. */
export function assemble(params: number, integers: number, vectors: number, body: Code) {
  const locals = vector([
    [...bytes(integers), I32],
    [...bytes(vectors), V128],
  ]);
  const code = [...locals, ...body, 0x0b];
  const module = [
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, vector([[0x60, ...vector(new Array<Code>(params).fill([I32])), 0]])),
    ...section(3, vector([[0]])),
    ...section(5, vector([[0, 1]])),
    ...section(
      7,
      vector([
        [...text('memory'), 2, 0],
        [...text('run'), 0, 0],
      ]),
    ),
    ...section(10, vector([[...bytes(code.length), ...code]])),
  ];
  return new Instance(new Module(new Uint8Array(module))).exports as {
    run: (...args: number[]) => void;
    memory: Memory;
  };
}
