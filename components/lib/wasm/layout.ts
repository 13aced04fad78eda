import { InputError } from '../errors.js';
import { type SharedMemory, sharedMemory } from './module.js';

interface View {
  new (buffer: SharedArrayBuffer, at: number, length: number): unknown;
  readonly BYTES_PER_ELEMENT: number;
}

/** What the addresses of WebAssembly reach. */
const mostBytes = 2 ** 32;

/**
 * Plans views of one memory that several threads share, one after another and each from a multiple of 64 bytes, by the
 * names that they have in `Room`. WebAssembly finds each at its `byteOffset`.
 */
export class SharedLayout<Room> {
  readonly #plans: { name: keyof Room; View: View; at: number; length: number }[] = [];
  #most = 0;
  /** Where the next view begins. Set back, views lie over earlier ones: for what is needed only when those no longer are. */
  at = 0;

  place(name: keyof Room, View: View, length: number): void {
    this.#plans.push({ name, View, at: this.at, length });
    this.at += Math.ceil((length * View.BYTES_PER_ELEMENT) / 64) * 64;
    this.#most = Math.max(this.#most, this.at);
  }

  /** The memory with its views, and what else the room holds. Throws InputError `table-too-large` beyond 4 GiB of `work`. */
  make(work: string, rest: Partial<Room>): Room {
    if (this.#most > mostBytes)
      throw new InputError(
        'table-too-large',
        `${work} would take ${(this.#most / 2 ** 30).toFixed(1)} GiB of working memory; at most 4`,
      );
    const memory: SharedMemory = sharedMemory(this.#most);
    const views = this.#plans.map(({ name, View, at, length }) => [
      name,
      new View(memory.buffer, at, length),
    ]);
    return { ...rest, ...Object.fromEntries(views), memory } as Room;
  }
}
