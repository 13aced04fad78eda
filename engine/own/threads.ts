import { Worker } from 'node:worker_threads';
import { ProblemError, problem } from '../problem.js';
import type { FromWorker, ToWorker } from './protocol.js';

/** How long a thread may go on after its call was stopped before it is ended. */
const GRACE_MS = 1000;
/** States that a thread keeps: a model of a fold is used for some batches, then never again. */
const STATES = 8;

export interface Listener {
  onMessage(message: Exclude<FromWorker, { type: 'done' }>): void;
}

/** A thread that runs components of the project. */
export class Member {
  readonly #worker: Worker;
  readonly #states = new Map<object, number>();
  #listener: Listener | undefined;
  #ended: ((message: FromWorker & { type: 'done' }) => void) | undefined;
  #lost: ((error: Error) => void) | undefined;
  #last = 0;
  alive = true;

  constructor(env: NodeJS.ProcessEnv) {
    this.#worker = new Worker(new URL('./worker.js', import.meta.url), {
      env,
      execArgv: ['--enable-source-maps'],
    });
    this.#worker.unref();
    this.#worker.on('message', (message: FromWorker) => {
      if (message.type === 'done') this.#ended?.(message);
      else this.#listener?.onMessage(message);
    });
    this.#worker.on('error', (error) => this.#lose(error));
    this.#worker.on('exit', () => this.#lose(new Error('it ended its thread')));
  }

  #lose(error: Error): void {
    this.alive = false;
    this.#lost?.(error);
  }

  send(message: ToWorker): void {
    this.#worker.postMessage(message);
  }

  /** The number under which the thread keeps a state, with the state itself where it has it not yet. */
  state(value: object | null): {
    state: { id: number; value?: unknown };
    forget: readonly number[];
  } {
    const known = value && this.#states.get(value);
    if (known) return { state: { id: known }, forget: [] };
    const id = ++this.#last;
    const forget: number[] = [];
    if (value) this.#states.set(value, id);
    for (const [old, number] of this.#states) {
      if (this.#states.size <= STATES) break;
      this.#states.delete(old);
      forget.push(number);
    }
    return { state: { id, value }, forget };
  }

  /** Sends a request and waits for its end; a thread that does not stop after `signal` is ended. */
  async serve(request: ToWorker, listener: Listener, signal: AbortSignal) {
    signal.throwIfAborted();
    let timer: NodeJS.Timeout | undefined;
    const abort = () => {
      this.send({ type: 'abort' });
      timer = setTimeout(() => void this.end(), GRACE_MS);
    };
    this.#listener = listener;
    this.#worker.ref();
    signal.addEventListener('abort', abort, { once: true });
    try {
      return await new Promise<FromWorker & { type: 'done' }>((resolve, reject) => {
        this.#ended = resolve;
        this.#lost = reject;
        try {
          this.send(request);
        } catch (error) {
          reject(cannotBeSent(error));
        }
      });
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', abort);
      this.#listener = undefined;
      this.#ended = undefined;
      this.#lost = undefined;
      this.#worker.unref();
    }
  }

  async end(): Promise<void> {
    this.alive = false;
    await this.#worker.terminate();
  }
}

const cannotBeSent = (error: unknown): ProblemError =>
  new ProblemError(
    problem('component/invalid', `a value cannot go to another thread: ${(error as Error).message}`, {
      hint: 'learned state and settings hold JSON values and typed arrays, no functions or classes',
    }),
  );

/** Threads that wait for the next call; a call has one to itself. */
export class Threads {
  readonly #idle: Member[] = [];

  async with<T>(work: (member: Member) => Promise<T>): Promise<T> {
    const member = this.#idle.pop() ?? new Member(plainEnv());
    try {
      return await work(member);
    } finally {
      if (member.alive) this.#idle.push(member);
    }
  }
}

/** The process's variables without its secrets. */
const plainEnv = (): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^TOOLBOX_(SECRET|AUDIT)_/.test(name)));
