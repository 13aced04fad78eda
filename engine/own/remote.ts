import type { Compute } from '../../components/lib/compute/kernel.js';
import type { Frame } from '../artifacts/frame.js';
import type { TableSchema } from '../artifacts/schema.js';
import type { Table, TableWriter } from '../artifacts/table.js';
import type { AnyDefinition, ComponentInfo, Context } from '../component.js';
import { type Problem, ProblemError, problem } from '../problem.js';
import type { Field } from '../spec/field.js';
import { Packer } from './pack.js';
import { type Call, errorOf, type Fault, type FromWorker, faultOf } from './protocol.js';
import type { Member, Threads } from './threads.js';
import { secretsIn, Voice } from './voice.js';

type Ask = FromWorker & { readonly type: 'ask' };
type Method = Call['method'];

/** A project's component as the engine knows components: its methods that work on data run in a thread of their own. */
export function remote(
  definition: AnyDefinition,
  info: ComponentInfo,
  module: string,
  threads: Threads,
  source: (stack: string) => Problem['at'],
): AnyDefinition {
  const on =
    (method: Method, stateful = false) =>
    (context: Context, ...args: unknown[]) =>
      threads.with((member) => {
        const session = new Session(context, info, member, source);
        const state = stateful ? member.state(args[0] as object | null) : undefined;
        return session.call(method, module, stateful ? args.slice(1) : args, state);
      });
  const call = (method: Method, stateful?: boolean) =>
    method in definition ? { [method]: on(method, stateful) } : {};
  switch (definition.kind) {
    case 'component': {
      const run = on('run');
      return { ...definition, run: (context) => run(context, context.in) as never };
    }
    case 'transform':
      return { ...definition, ...call('fit'), ...call('apply', true), ...call('fitApply') } as AnyDefinition;
    case 'estimator':
      return {
        ...definition,
        ...call('fit'),
        ...call('predict', true),
        ...call('forecast', true),
      } as AnyDefinition;
  }
}

/** One call: lends the thread what the context has, and takes back what it made. */
class Session {
  readonly #voice: Voice;
  readonly #packer: Packer;
  readonly #tables: Table[] = [];
  readonly #writers: TableWriter[] = [];
  readonly #readers: AsyncIterator<Frame>[] = [];

  constructor(
    private readonly context: Context,
    private readonly info: ComponentInfo,
    private readonly member: Member,
    private readonly source: (stack: string) => Problem['at'],
  ) {
    this.#voice = new Voice(context, secretsIn(info.config as Field, context.config as never));
    this.#packer = new Packer(
      (table) => {
        const { schema, rows, manifest, digest } = table;
        return { id: this.#tables.push(table) - 1, facts: { schema, rows, manifest, digest } };
      },
      ({ id }) => this.#tables[id]!,
    );
  }

  async call(
    method: Method,
    module: string,
    args: readonly unknown[],
    state: ReturnType<Member['state']> | undefined,
  ) {
    const { config, seed, signal } = this.context;
    const request: Call = {
      type: 'call',
      module,
      method,
      config: config as never,
      seed,
      needs: this.info.needs,
      // What a learner is given to fit is large and holds no table.
      args: this.#packer.pack(args, method === 'apply' || method === 'fitApply'),
      ...state,
    };
    try {
      const done = await this.member.serve(
        request,
        { onMessage: (message) => this.#receive(message) },
        signal,
      );
      if (done.fault) throw this.#error(done.fault);
      return this.#packer.unpack(done.value);
    } catch (error) {
      if (signal.aborted || error instanceof ProblemError) throw error;
      throw this.#error(faultOf(error));
    } finally {
      this.#voice.end('stdout');
      this.#voice.end('stderr');
    }
  }

  #receive(message: Exclude<FromWorker, { type: 'done' }>): void {
    if (message.type === 'tell') {
      const voice = this.#voice as unknown as { [what: string]: (...args: readonly unknown[]) => void };
      voice[message.what]!(...message.args);
      return;
    }
    if (message.type === 'output') {
      this.#voice.write(message.stream, message.text);
      return;
    }
    const { id } = message;
    this.#answer(message).then(
      (value) => this.member.send({ type: 'answer', id, value: this.#packer.pack(value) }),
      (error: unknown) => this.member.send({ type: 'answer', id, fault: faultOf(error) }),
    );
  }

  async #answer({ id, what: [room, method = ''], args: packed }: Ask): Promise<unknown> {
    const { context } = this;
    const args = this.#packer.unpack(packed) as unknown[];
    switch (room) {
      case 'compute':
        return this.#compute(id, args);
      case 'file':
        return context.file(args[0] as Parameters<Context['file']>[0]);
      case 'table':
        return this.#read(method, args);
      case 'writer':
        return this.#write(method, args);
    }
    if (room !== 'tables' && !this.info.needs.includes(room as never))
      throw new Error(`${this.info.name} uses ctx.${room} without naming it in "needs"`);
    const door = (context as unknown as { [room: string]: { [method: string]: unknown } })[room!];
    const found = door?.[method];
    if (typeof found !== 'function') throw new Error(`ctx.${room} has no "${method}"`);
    return found.apply(door, args) as unknown;
  }

  #compute(id: number, [job, args]: unknown[]): Promise<unknown> {
    const { name, url, blocks } = job as { name: string; url: string; blocks: number };
    const run = () => {
      throw new Error('kernels of own components run on the pool');
    };
    const kernel: Parameters<Compute>[0] = { name, url, blocks: () => blocks, run };
    const progress = (done: number, total: number) => this.member.send({ type: 'tick', id, done, total });
    return this.context.compute(kernel, args, { progress });
  }

  async #read(method: string, [which, ...args]: unknown[]): Promise<unknown> {
    if (method === 'next') {
      const { value, done } = await this.#readers[which as number]!.next();
      return done ? undefined : value;
    }
    const table = this.#tables[which as number]!;
    if (method === 'column') return table.column(args[0] as string);
    if (method === 'frame') return table.frame(args[0] as readonly string[] | undefined);
    const batches = table.batches(args[0] as Parameters<Table['batches']>[0]);
    return this.#readers.push(batches[Symbol.asyncIterator]()) - 1;
  }

  async #write(method: string, [first, frame]: unknown[]): Promise<unknown> {
    if (method === 'open') return this.#writers.push(this.context.tables.writer(first as TableSchema)) - 1;
    const writer = this.#writers[first as number]!;
    return method === 'append' ? writer.append(frame as Frame) : writer.finish();
  }

  /** The fault as the step's own: `fail` at its place in the pipeline, what the code threw at its line. */
  #error(fault: Fault): Error {
    if (fault.kind === 'fail') {
      try {
        return this.#voice.fail(fault.code, fault.message, fault.at);
      } catch (error) {
        return error as Error;
      }
    }
    if (fault.kind !== 'thrown') return errorOf(fault);
    const at = this.source(fault.stack);
    return new ProblemError(
      problem('component/invalid', this.#voice.redact(`${this.info.name} threw: ${fault.message}`), {
        ...(at && { at }),
        hint: at ? 'the line of the component that threw' : this.#voice.redact(fault.stack),
      }),
    );
  }
}
