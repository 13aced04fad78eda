import { textOf } from './readings.js';

/**
 * Gives equal runs of bytes equal numbers, 0, 1, … in order of first appearance, and decodes each once: open addressing
 * over FNV-1a. Bytes that are interned must stay as they are while it is in use.
 */
export class Interner {
  readonly texts: string[] = [];
  readonly #bytes: Uint8Array;
  #slots = new Int32Array(256).fill(-1);
  #from: number[] = [];
  #to: number[] = [];
  readonly #own = new Map<string, number>();

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  code(from: number, to: number): number {
    const bytes = this.#bytes;
    let hash = 0x811c9dc5;
    for (let i = from; i < to; i++) hash = Math.imul(hash ^ bytes[i]!, 0x01000193);
    const mask = this.#slots.length - 1;
    for (let slot = (hash ^ (hash >>> 15)) & mask; ; slot = (slot + 1) & mask) {
      const code = this.#slots[slot]!;
      if (code < 0) {
        this.#slots[slot] = this.texts.length;
        return this.#add(from, to);
      }
      if (this.#same(code, from, to)) return code;
    }
  }

  /** For a text that does not stand in the bytes as it is. */
  codeOf(text: string): number {
    let code = this.#own.get(text);
    if (code === undefined) {
      code = this.texts.push(text) - 1;
      this.#from.push(0);
      this.#to.push(0);
      this.#own.set(text, code);
    }
    return code;
  }

  #same(code: number, from: number, to: number): boolean {
    const start = this.#from[code]!;
    if (this.#to[code]! - start !== to - from) return false;
    for (let i = 0; i < to - from; i++) if (this.#bytes[start + i] !== this.#bytes[from + i]) return false;
    return true;
  }

  #add(from: number, to: number): number {
    const code = this.texts.push(textOf(this.#bytes, from, to)) - 1;
    this.#from.push(from);
    this.#to.push(to);
    if (this.texts.length * 2 > this.#slots.length) this.#grow();
    return code;
  }

  #grow(): void {
    const mask = this.#slots.length * 2 - 1;
    const slots = new Int32Array(mask + 1).fill(-1);
    for (let code = 0; code < this.texts.length; code++) {
      let hash = 0x811c9dc5;
      if (this.#to[code] === 0) continue;
      for (let i = this.#from[code]!; i < this.#to[code]!; i++)
        hash = Math.imul(hash ^ this.#bytes[i]!, 0x01000193);
      let slot = (hash ^ (hash >>> 15)) & mask;
      while (slots[slot]! >= 0) slot = (slot + 1) & mask;
      slots[slot] = code;
    }
    this.#slots = slots;
  }
}
