/**
 * A small assembler for WebAssembly with 128-bit SIMD: modules of one memory and functions without arguments,
 * whose sizes and addresses are constants known when a plan is made. An instruction is its bytes; expressions
 * nest as calls, `f64x2.add(a, b)` being the bytes of a, of b, and of the addition.
 * Source: WebAssembly Core Specification 2.0, chapter 5.
 */
export type Code = readonly number[];

/** The part of the standard JavaScript interface that is used here; the ES2023 library does not declare it. */
declare namespace WebAssembly {
  class Module {
    constructor(bytes: Uint8Array);
  }
  class Instance {
    constructor(module: Module);
    readonly exports: Readonly<Record<string, unknown>>;
  }
}

function unsigned(value: number): number[] {
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
const simd = (opcode: number) => [0xfd, ...unsigned(opcode)];
const unary = (opcode: number) => (a: Code) => [...a, ...simd(opcode)];
const binary = (opcode: number) => (a: Code, b: Code) => [...a, ...b, ...simd(opcode)];
/** All data are aligned to 8 bytes at least; the hint does not change the result. */
const access = (opcode: number) => (pointer: Code, offset: number) => [
  ...pointer,
  ...simd(opcode),
  2,
  ...unsigned(offset),
];
const shuffle = (lanes: Code) => (a: Code, b: Code) => [...a, ...b, ...simd(0x0d), ...lanes];

export const i32 = {
  const: (value: number): Code => [0x41, ...signed(value)],
  add: (a: Code, b: Code): Code => [...a, ...b, 0x6a],
  sub: (a: Code, b: Code): Code => [...a, ...b, 0x6b],
};

export const v128 = {
  load: access(0x00),
  /** One float64 into both lanes. */
  loadSplat: access(0x0a),
  /** Four bytes, or eight, into the low lane; zero above. */
  load32: access(0x5c),
  load64: access(0x5d),
  xor: binary(0x51),
  and: binary(0x4e),
  /** Bits of a where the mask is set, of b elsewhere. */
  select: (a: Code, b: Code, mask: Code): Code => [...a, ...b, ...mask, ...simd(0x52)],
  /** [a₀, b₀] and [a₁, b₁] of two pairs of 64-bit lanes. */
  lows: shuffle([0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23]),
  highs: shuffle([8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29, 30, 31]),
};

export const i64x2 = {
  add: binary(0xce),
  /** The sign bits as 0 or 1. */
  signs: (a: Code): Code => [...a, ...i32.const(63), ...simd(0xcd)],
};

export const f64x2 = {
  const: (value: number): Code => [0x44, ...float64(value), ...simd(0x14)],
  add: binary(0xf0),
  sub: binary(0xf1),
  mul: binary(0xf2),
  div: binary(0xf3),
  sqrt: unary(0xef),
  neg: unary(0xed),
  greater: binary(0x4a),
  /** b < a ? b : a and a < b ? b : a. */
  min: binary(0xf6),
  max: binary(0xf7),
  /** The two low float32 lanes widened. */
  promote: unary(0x5f),
};

type Type = 0x7f | 0x7b;

/** The body of one function being written, statement by statement. */
export class Body {
  readonly code: number[] = [];
  readonly locals: Type[] = [];

  #local(type: Type): number {
    this.locals.push(type);
    return this.locals.length - 1;
  }

  /** Evaluates once into a fresh vector variable; what comes back reads it. */
  value(code: Code): Code {
    const index = this.#local(0x7b);
    this.code.push(...code, 0x21, ...unsigned(index));
    return [0x20, ...unsigned(index)];
  }

  /** A vector variable that `set` can change. */
  variable(initial: Code): Variable {
    const get = this.value(initial);
    return { get, set: (code) => this.code.push(...code, 0x21, ...get.slice(1)) };
  }

  /** A pointer that starts at an address and is moved by `move`. */
  pointer(address: number | Code): Pointer {
    const index = unsigned(this.#local(0x7f));
    const get = [0x20, ...index];
    this.code.push(...(typeof address === 'number' ? i32.const(address) : address), 0x21, ...index);
    return {
      get,
      move: (bytes) => {
        if (bytes !== 0) this.code.push(...i32.add(get, i32.const(bytes)), 0x21, ...index);
      },
    };
  }

  store(pointer: Code, offset: number, value: Code): void {
    this.code.push(...pointer, ...value, ...simd(0x0b), 2, ...unsigned(offset));
  }

  /** Runs the statements `count` times. */
  repeat(count: number, statements: () => void): void {
    if (count < 1) return;
    if (count === 1) {
      statements();
      return;
    }
    const index = unsigned(this.#local(0x7f));
    this.code.push(...i32.const(count), 0x21, ...index, 0x03, 0x40);
    statements();
    this.code.push(...i32.sub([0x20, ...index], i32.const(1)), 0x22, ...index, 0x0d, 0x00, 0x0b);
  }

  call(functionIndex: number): void {
    this.code.push(0x10, ...unsigned(functionIndex));
  }
}

export interface Variable {
  readonly get: Code;
  set(code: Code): void;
}

export interface Pointer {
  readonly get: Code;
  move(bytes: number): void;
}

type Preparation = (memory: ArrayBuffer, run: () => void) => void;

/** A module in the making: functions, their exported names, and a memory given out from address 0 upwards. */
export class ModuleBuilder {
  readonly #functions: { name: string | undefined; body: Body }[] = [];
  readonly #tables: { at: number; values: Float64Array }[] = [];
  readonly #preparations: { run: number; prepare: Preparation }[] = [];
  #bytes = 0;

  /** Sets bytes of memory aside, zero at first, aligned to 64. */
  reserve(bytes: number): number {
    const at = this.#bytes;
    this.#bytes += Math.ceil(bytes / 64) * 64;
    return at;
  }

  /** Memory that holds these numbers from the start. */
  table(values: Float64Array): number {
    const at = this.reserve(values.byteLength);
    this.#tables.push({ at, values });
    return at;
  }

  /** Adds a function, exported by its name (or its index), and gives its index for `call`. */
  define(write: (body: Body) => void, name?: string): number {
    const body = new Body();
    write(body);
    return this.#functions.push({ name, body }) - 1;
  }

  /** Asks for some work to be done on the memory once it exists, with a function at hand; in the order asked. */
  prepare(run: number, prepare: Preparation): void {
    this.#preparations.push({ run, prepare });
  }

  instantiate(): { memory: ArrayBuffer; exports: Record<string, () => void> } {
    const section = (id: number, content: number[]) => [id, ...unsigned(content.length), ...content];
    const vector = (items: number[][]) => [...unsigned(items.length), ...items.flat()];
    const text = (name: string) => [...unsigned(name.length), ...Buffer.from(name, 'ascii')];
    const pages = Math.max(1, Math.ceil(this.#bytes / 65536));
    const exported = this.#functions.map(({ name }, i) => [...text(name ?? `${i}`), 0, ...unsigned(i)]);
    const bodies = this.#functions.map(({ body }) => {
      const content = [...vector(body.locals.map((type) => [1, type])), ...body.code, 0x0b];
      return [...unsigned(content.length), ...content];
    });
    const bytes = Uint8Array.from([
      ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
      ...section(1, vector([[0x60, 0, 0]])),
      ...section(3, vector(this.#functions.map(() => [0]))),
      ...section(5, vector([[0, ...unsigned(pages)]])),
      ...section(7, vector([[...text('memory'), 2, 0], ...exported])),
      ...section(10, vector(bodies)),
    ]);
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes));
    const { buffer } = exports.memory as { readonly buffer: ArrayBuffer };
    for (const { at, values } of this.#tables) new Float64Array(buffer, at, values.length).set(values);
    const functions = exports as Record<string, () => void>;
    for (const { run, prepare } of this.#preparations) {
      prepare(buffer, functions[this.#functions[run].name ?? `${run}`]);
    }
    return { memory: buffer, exports: functions };
  }
}
