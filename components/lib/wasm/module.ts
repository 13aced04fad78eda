import { weighed } from '../compute/shared.js';
import { type Code, i32, unsigned, v128 } from './code.js';

/** The part of the standard JavaScript interface that is used here; the ES2023 library does not declare it. */
interface Api {
  Module: new (bytes: Uint8Array) => object;
  Instance: new (module: object, imports?: object) => { readonly exports: Readonly<Record<string, unknown>> };
  Memory: new (size: { initial: number; maximum: number; shared: true }) => SharedMemory;
}
const api = (globalThis as unknown as { WebAssembly: Api }).WebAssembly;

/** The memory of one thread's module. Views of it are lost when it grows. */
export interface Memory {
  readonly buffer: ArrayBuffer;
  grow(pages: number): number;
}
/** Memory that modules of several threads work on; it may be posted to workers. */
export interface SharedMemory {
  readonly buffer: SharedArrayBuffer;
}

export const PAGE = 65_536;
const mostPages = 65_536;

/** Memory of so many bytes, zero at first; at most 4 GiB. */
export const sharedMemory = (bytes: number): SharedMemory => {
  const pages = Math.ceil(bytes / PAGE);
  return weighed(new api.Memory({ initial: pages, maximum: pages, shared: true }), bytes);
};

/** Makes the memory hold at least so many bytes. */
export function reach(memory: Memory, bytes: number): void {
  const missing = bytes - memory.buffer.byteLength;
  if (missing > 0) memory.grow(Math.ceil(missing / PAGE));
}

const I32 = 0x7f;
const F64 = 0x7c;
const V128 = 0x7b;
type Type = typeof I32 | typeof F64 | typeof V128;

export interface Variable {
  readonly get: Code;
  set(code: Code): void;
}

export interface Pointer extends Variable {
  move(bytes: number | Code): void;
}

/** The body of one function being written, statement by statement. */
export class Body {
  readonly code: number[] = [];
  readonly locals: Type[] = [];

  /** A function of so many integers, which are its arguments. */
  constructor(readonly parameters: number) {}

  #integer(at: number): Pointer {
    const index = unsigned(at);
    const get = [0x20, ...index];
    const set = (code: Code) => void this.code.push(...code, 0x21, ...index);
    const move = (bytes: number | Code) => {
      if (bytes !== 0) set(i32.add(get, typeof bytes === 'number' ? i32.const(bytes) : bytes));
    };
    return { get, set, move };
  }

  #local(type: Type): number {
    this.locals.push(type);
    return this.parameters + this.locals.length - 1;
  }

  get arguments(): Pointer[] {
    return Array.from({ length: this.parameters }, (_, k) => this.#integer(k));
  }

  /** Evaluates once into a fresh vector variable; what comes back reads it. */
  value(code: Code): Code {
    const index = unsigned(this.#local(V128));
    this.code.push(...code, 0x21, ...index);
    return [0x20, ...index];
  }

  /** A vector variable that `set` can change. */
  variable(initial: Code): Variable {
    const get = this.value(initial);
    return { get, set: (code) => this.code.push(...code, 0x21, ...get.slice(1)) };
  }

  /** An integer that starts with a value and is moved by `move`. */
  pointer(initial: number | Code): Pointer {
    const pointer = this.#integer(this.#local(I32));
    pointer.set(typeof initial === 'number' ? i32.const(initial) : initial);
    return pointer;
  }

  /** Adds a statement, such as a store of `i32` or `f64`. */
  do(statement: Code): void {
    this.code.push(...statement);
  }

  store(pointer: Code, offset: number, value: Code): void {
    this.do(v128.store(pointer, offset, value));
  }

  /** Runs the statements `count` times. */
  repeat(count: number, statements: () => void): void {
    if (count < 1) return;
    if (count === 1) statements();
    else this.countdown(this.pointer(count), statements);
  }

  /** Runs the statements once and then for as long as the counter, less one each time, is not zero. */
  countdown(counter: Pointer, statements: () => void): void {
    this.again(counter.get, () => {
      statements();
      counter.move(-1);
    });
  }

  /** Runs the statements once and then for as long as the integer is not zero after them. */
  again(condition: Code, statements: () => void): void {
    this.code.push(0x03, 0x40);
    statements();
    this.code.push(...condition, 0x0d, 0x00, 0x0b);
  }

  /** Runs the statements if the integer is not zero. */
  when(condition: Code, statements: () => void): void {
    this.code.push(...condition, 0x04, 0x40);
    statements();
    this.code.push(0x0b);
  }

  /** Fills bytes with zero, and copies bytes between places that may overlap. */
  clear(to: Code, bytes: Code): void {
    this.code.push(...to, ...i32.const(0), ...bytes, 0xfc, 11, 0);
  }
  copy(to: Code, from: Code, bytes: Code): void {
    this.code.push(...to, ...from, ...bytes, 0xfc, 10, 0, 0);
  }

  call(functionIndex: number): void {
    this.code.push(0x10, ...unsigned(functionIndex));
  }
}

type Preparation = (memory: ArrayBuffer, run: () => void) => void;
type Run = (...integers: number[]) => void;

/**
 * A module in the making: functions of integers and their exported names, and a memory given out from address 0 upwards.
 */
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
  define(write: (body: Body) => void, name?: string, parameters = 0): number {
    const body = new Body(parameters);
    write(body);
    return this.#functions.push({ name, body }) - 1;
  }

  /** Asks for some work to be done on the memory once it exists, with a function at hand; in the order asked. */
  prepare(run: number, prepare: Preparation): void {
    this.#preparations.push({ run, prepare });
  }

  /** The functions on a memory of their own. */
  instantiate(): { memory: Memory; exports: Record<string, Run> } {
    const pages = Math.max(1, Math.ceil(this.#bytes / PAGE));
    const module = this.#module([section(5, [1, 0, ...unsigned(pages)])]);
    const exports = new api.Instance(module).exports as Record<string, Run>;
    const memory = exports.memory as unknown as Memory;
    for (const { at, values } of this.#tables) new Float64Array(memory.buffer, at, values.length).set(values);
    for (const { run, prepare } of this.#preparations)
      prepare(memory.buffer, exports[this.#functions[run]!.name ?? `${run}`]!);
    return { memory, exports };
  }

  /** A function that gives the functions on a memory shared with other threads. Compiles once. */
  shared(): (memory: SharedMemory) => Record<string, Run> {
    const limits = [3, 0, ...unsigned(mostPages)];
    const module = this.#module([section(2, vector([[...text('shared'), ...text('memory'), 2, ...limits]]))]);
    return (memory) => new api.Instance(module, { shared: { memory } }).exports as Record<string, Run>;
  }

  #module(memory: readonly number[][]): object {
    const functions = this.#functions;
    const types = functions.map(({ body }) => [0x60, ...vector(new Array(body.parameters).fill([I32])), 0]);
    const bodies = functions.map(({ body }) => {
      const content = [...vector(body.locals.map((type) => [1, type])), ...body.code, 0x0b];
      return [...unsigned(content.length), ...content];
    });
    const exported = functions.map(({ name }, i) => [...text(name ?? `${i}`), 0, ...unsigned(i)]);
    const declared = section(3, vector(functions.map((_, i) => unsigned(i))));
    const [imports, own] = memory[0]![0] === 2 ? [memory, []] : [[], memory];
    const bytes = [
      [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
      section(1, vector(types)),
      ...imports,
      declared,
      ...own,
      section(7, vector([[...text('memory'), 2, 0], ...exported])),
      section(10, vector(bodies)),
    ];
    return new api.Module(Uint8Array.from(bytes.flat()));
  }
}

const section = (id: number, content: readonly number[]) => [id, ...unsigned(content.length), ...content];
const vector = (items: readonly (readonly number[])[]) => [...unsigned(items.length), ...items.flat()];
const text = (name: string) => [...unsigned(name.length), ...Buffer.from(name, 'ascii')];
