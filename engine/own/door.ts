import type { Compute, Kernel } from '../../components/lib/compute/kernel.js';
import { random } from '../../components/lib/random.js';
import type { Frame } from '../artifacts/frame.js';
import type { TableSchema } from '../artifacts/schema.js';
import type { Table, Tables, TableWriter } from '../artifacts/table.js';
import type { Context } from '../component.js';
import { type LentTable, Packer } from './pack.js';
import { type At, type Call, errorOf, Failed, type FromWorker, type ToWorker } from './protocol.js';

interface Open {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
  readonly tick?: (done: number, total: number) => void;
}

/** What a component of another thread sees of its step: the same `ctx`, whose work the main thread does. */
export class WorkerDoor {
  readonly packer: Packer;
  readonly #abort = new AbortController();
  readonly #asked = new Map<number, Open>();
  readonly #pending = new Set<Promise<unknown>>();
  #last = 0;

  constructor(
    private readonly send: (message: FromWorker) => void,
    private readonly call: Call,
  ) {
    this.packer = new Packer(
      (table) => ({ id: (table as RemoteTable).id }),
      (lent) => new RemoteTable(lent, (what, args) => this.ask(what, args)),
    );
  }

  abort(): void {
    this.#abort.abort(new Error('cancelled'));
  }

  receive(message: ToWorker & { readonly type: 'answer' | 'tick' }): void {
    const asked = this.#asked.get(message.id);
    if (!asked) return;
    if (message.type === 'tick') {
      asked.tick?.(message.done, message.total);
      return;
    }
    this.#asked.delete(message.id);
    if (message.fault) asked.reject(errorOf(message.fault));
    else asked.resolve(this.packer.unpack(message.value));
  }

  /** Resolves when everything that was asked for, waited for or not, has been done. */
  async settled(): Promise<void> {
    await Promise.all(this.#pending);
  }

  ask(
    what: readonly string[],
    args: readonly unknown[] = [],
    tick?: (done: number, total: number) => void,
  ): Promise<unknown> {
    const id = ++this.#last;
    const answer = new Promise<unknown>((resolve, reject) => {
      this.#asked.set(id, { resolve, reject, ...(tick && { tick }) });
      this.send({ type: 'ask', id, what, args: this.packer.pack(args) });
    });
    this.#pending.add(answer);
    answer.finally(() => this.#pending.delete(answer)).catch(() => {});
    return answer;
  }

  context(): Context {
    const { config, seed } = this.call;
    const told =
      (what: 'progress' | 'metric' | 'print' | 'warn') =>
      (...args: readonly unknown[]) =>
        this.send({ type: 'tell', what, args });
    return {
      config: config as Context['config'],
      signal: this.#abort.signal,
      seed,
      random: (stream = 0) => random(seed, stream),
      progress: told('progress'),
      metric: told('metric'),
      print: told('print'),
      warn: told('warn'),
      fail: (code, message, at: At = {}) => {
        throw new Failed(code, message, at);
      },
      compute: this.#compute,
      tables: this.#tables(),
      file: (request) => this.ask(['file'], [request]) as ReturnType<Context['file']>,
    };
  }

  /** Those that the component names in `needs`. */
  capabilities(needs: readonly string[]): { readonly [need: string]: unknown } {
    const remote = (need: string) =>
      new Proxy(
        {},
        {
          get: (_, method) =>
            typeof method === 'string' && method !== 'then'
              ? (...args: unknown[]) => this.ask([need, method], args)
              : undefined,
        },
      );
    const network = {
      fetch: (url: string, init?: RequestInit) => fetch(url, { ...init, signal: this.#abort.signal }),
    };
    return Object.fromEntries(needs.map((need) => [need, need === 'network' ? network : remote(need)]));
  }

  /** On the engine's pool: the kernel is found there by its module and name, so the component's file exports it. */
  readonly #compute: Compute = (async (kernel: Kernel<never, unknown>, args: unknown, options = {}) => {
    const { name, url } = kernel;
    const job = { name, url, blocks: kernel.blocks(args as never) };
    return this.ask(['compute'], [job, args], options.progress);
  }) as Compute;

  #tables(): Tables {
    const remote =
      (method: string) =>
      (...args: unknown[]) =>
        this.ask(['tables', method], args) as Promise<Table>;
    return {
      create: remote('create'),
      external: remote('external'),
      pick: remote('pick'),
      with: remote('with'),
      select: remote('select'),
      retype: remote('retype'),
      concat: remote('concat'),
      writer: (schema) => this.#writer(schema),
    };
  }

  #writer(schema: TableSchema): TableWriter {
    const id = this.ask(['writer', 'open'], [schema]);
    return {
      append: async (frame: Frame) => void (await this.ask(['writer', 'append'], [await id, frame])),
      finish: async () => (await this.ask(['writer', 'finish'], [await id])) as Table,
    };
  }
}

type AskTable = (what: readonly string[], args: readonly unknown[]) => Promise<unknown>;

/** A table of the main thread, read when asked for. */
class RemoteTable implements Table {
  readonly kind = 'table';
  readonly id: number;
  readonly schema: Table['schema'];
  readonly rows: number;
  readonly manifest: Table['manifest'];
  readonly digest: string;
  readonly #ask: AskTable;

  constructor({ id, facts }: LentTable, ask: AskTable) {
    if (!facts) throw new Error(`table ${id} came without its facts`);
    this.id = id;
    this.schema = facts.schema;
    this.rows = facts.rows;
    this.manifest = facts.manifest;
    this.digest = facts.digest;
    this.#ask = ask;
  }

  column(name: string): ReturnType<Table['column']> {
    return this.#ask(['table', 'column'], [this.id, name]) as ReturnType<Table['column']>;
  }

  frame(names?: readonly string[]): Promise<Frame> {
    return this.#ask(['table', 'frame'], [this.id, ...(names ? [names] : [])]) as Promise<Frame>;
  }

  async *batches(options: Parameters<Table['batches']>[0] = {}): AsyncIterable<Frame> {
    const reader = await this.#ask(['table', 'batches'], [this.id, options]);
    for (;;) {
      const frame = (await this.#ask(['table', 'next'], [reader])) as Frame | undefined;
      if (!frame) return;
      yield frame;
    }
  }
}
