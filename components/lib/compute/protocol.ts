import { InputError } from '../errors.js';

/** Main thread to worker: take part in a call. Arrays on SharedArrayBuffer are seen, everything else is cloned. */
export interface Join {
  readonly call: number;
  readonly url: string;
  readonly name: string;
  readonly args: unknown;
  /** Shared buffers in `args` that workers have not met: an iterative kernel hands over the same ones again and again. */
  readonly fresh: readonly SharedArrayBuffer[];
  readonly blocks: number;
  /** Shared by all workers of the call: [NEXT] the next block to hand out, [STOP] set when no more may start. */
  readonly control: Int32Array;
}
export const NEXT = 0;
export const STOP = 1;

/** Worker to main thread: what was done since the last report. */
export interface Report {
  readonly call: number;
  readonly parts: readonly (readonly [block: number, part: unknown])[];
  readonly failure?: Failure;
  /** The worker will do nothing more for this call. */
  readonly left: boolean;
}

/** An error on its way to the main thread, with the block that threw it (−1: the kernel could not be loaded). */
export interface Failure {
  readonly block: number;
  readonly error: unknown;
  /** Structured clone forgets classes of our own, so an InputError travels by its code. */
  readonly code?: string;
}

export function packed(error: unknown, block: number): Failure {
  if (error instanceof InputError) return { block, error: error.message, code: error.code };
  try {
    const clone: unknown = structuredClone(error);
    if (clone instanceof Error) return { block, error: clone };
  } catch {
    // Something in it cannot be cloned: its text must do, as for what is no Error to the clone.
  }
  return { block, error: new Error(String(error)) };
}

export const unpacked = ({ error, code }: Failure): unknown =>
  code === undefined ? error : new InputError(code, String(error));
