import { InputError } from '../../components/lib/errors.js';
import type { Json } from '../canonical.js';
import type { Code } from '../codes.js';
import { type Problem, ProblemError, type Where } from '../problem.js';

/** What the thread of a component is asked to do: one call at a time. */
export interface Call {
  readonly type: 'call';
  readonly module: string;
  readonly method: 'run' | 'fit' | 'apply' | 'fitApply' | 'predict' | 'forecast';
  readonly config: Json;
  readonly seed: number;
  readonly needs: readonly string[];
  /** Packed; see `Packer`. */
  readonly args: unknown;
  /** Learned state that the thread is to keep under a number, and numbers that it may forget. */
  readonly state?: { readonly id: number; readonly value?: unknown };
  readonly forget?: readonly number[];
}

/** Main thread to worker. */
export type ToWorker =
  | Call
  | { readonly type: 'describe'; readonly module: string; readonly implementation: string }
  | { readonly type: 'abort' }
  | { readonly type: 'answer'; readonly id: number; readonly value?: unknown; readonly fault?: Fault }
  | { readonly type: 'tick'; readonly id: number; readonly done: number; readonly total: number };

/** Worker to main thread. */
export type FromWorker =
  /** Something that only the main thread can do: a method of `ctx`, a table or a writer. */
  | { readonly type: 'ask'; readonly id: number; readonly what: readonly string[]; readonly args: unknown }
  | {
      readonly type: 'tell';
      readonly what: 'progress' | 'metric' | 'print' | 'warn';
      readonly args: readonly unknown[];
    }
  | { readonly type: 'output'; readonly stream: 'stdout' | 'stderr'; readonly text: string }
  | { readonly type: 'done'; readonly value?: unknown; readonly fault?: Fault };

export interface At {
  readonly path?: Where;
  readonly hint?: string;
  readonly code?: Code;
}

/** An error on its way to the other side: structured clone forgets classes of our own. */
export type Fault =
  | { readonly kind: 'fail'; readonly code: Code; readonly message: string; readonly at: At }
  | { readonly kind: 'problems'; readonly problems: readonly Problem[] }
  | { readonly kind: 'input'; readonly code: string; readonly message: string }
  | { readonly kind: 'thrown'; readonly message: string; readonly stack: string };

/** What `ctx.fail` throws in the worker. */
export class Failed extends Error {
  constructor(
    readonly code: Code,
    message: string,
    readonly at: At,
  ) {
    super(message);
  }
}

export function faultOf(error: unknown): Fault {
  if (error instanceof Failed)
    return { kind: 'fail', code: error.code, message: error.message, at: error.at };
  if (error instanceof ProblemError) return { kind: 'problems', problems: error.problems };
  if (error instanceof InputError) return { kind: 'input', code: error.code, message: error.message };
  if (error instanceof Error)
    return { kind: 'thrown', message: error.message, stack: error.stack ?? error.message };
  return { kind: 'thrown', message: String(error), stack: String(error) };
}

export function errorOf(fault: Fault): Error {
  switch (fault.kind) {
    case 'fail':
      return new Failed(fault.code, fault.message, fault.at);
    case 'problems':
      return new ProblemError(...fault.problems);
    case 'input':
      return new InputError(fault.code, fault.message);
    case 'thrown': {
      const error = new Error(fault.message);
      error.stack = fault.stack;
      return error;
    }
  }
}
