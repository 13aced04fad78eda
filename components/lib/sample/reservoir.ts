import type { Random } from '../random.js';

/**
 * A uniform sample of `size` numbers of a stream whose length nobody knows before it ends (Li 1994, Algorithm L): all
 * sets of that size are equally likely, and only about size·log(n/size) draws are made.
 */
export class Reservoir {
  readonly #size: number;
  readonly #rng: Random;
  readonly #held: number[] = [];
  #weight = 1;
  #seen = 0;
  #next = 0;

  constructor(size: number, rng: Random) {
    this.#size = size;
    this.#rng = rng;
  }

  add(item: number): void {
    const index = this.#seen++;
    if (this.#held.length < this.#size) {
      this.#held.push(item);
      if (this.#held.length === this.#size) this.#skip(index);
    } else if (index === this.#next && this.#size > 0) {
      this.#held[this.#rng.int(this.#size)] = item;
      this.#skip(index);
    }
  }

  /** What was drawn, ascending. */
  get sample(): Uint32Array {
    return Uint32Array.from(this.#held).sort();
  }

  #skip(index: number): void {
    // 1 − u lies in (0, 1], so no logarithm is infinite.
    this.#weight *= Math.exp(Math.log(1 - this.#rng.uniform()) / this.#size);
    this.#next = index + 1 + Math.floor(Math.log(1 - this.#rng.uniform()) / Math.log(1 - this.#weight));
  }
}
