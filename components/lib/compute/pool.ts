import { Worker } from 'node:worker_threads';
import type { Compute, ComputeOptions, Kernel } from './kernel.js';
import { type Join, type Report, STOP, unpacked } from './protocol.js';
import { firstHanded, sharedI32 } from './shared.js';

export interface Pool {
  readonly compute: Compute;
  readonly workers: number;
  /** Ends the workers. Calls that still run, and later ones, reject. */
  close(): Promise<void>;
}

/** How long a worker may go on with a block after its call was stopped, before it is ended and replaced. */
const HANG_MS = 2000;

interface Member {
  readonly worker: Worker;
  readonly running: Int32Array;
  readonly calls: Map<number, Call>;
}

interface Call {
  readonly join: Join;
  readonly members: Set<Member>;
  readonly parts: unknown[];
  readonly progress: ComputeOptions['progress'];
  done: number;
  /** Why the call ends badly; of several blocks that throw, the first in block order decides. */
  failure?: { readonly block: number; readonly reason: unknown };
  timer?: NodeJS.Timeout;
  settle(): void;
}

/**
 * Kernels on `workers` threads (≥ 1), none of them the caller's. Threads start when first needed and keep the
 * process alive only while they work. Calls may overlap; they take turns on every thread.
 *
 * An aborted call rejects with `signal.reason` as soon as the blocks that run at that moment end. A call whose
 * kernel throws rejects with that error (the first block's, whatever the number of workers).
 *
 * With `blas` kernels may use the fast matrix product of `linalg/blas.ts`, which must be installed (default false).
 */
export function createPool({ workers, blas = false }: { workers: number; blas?: boolean }): Pool {
  if (!Number.isInteger(workers) || workers < 1)
    throw new RangeError(`workers: ${workers}, expected 1 or more`);
  const members = new Set<Member>();
  let lastCall = 0;
  let closed = false;

  /** Ends a call badly once no worker runs a block of it any more. */
  function stop(call: Call, block: number, reason: unknown) {
    if (!call.failure || block < call.failure.block) call.failure = { block, reason };
    Atomics.store(call.join.control, STOP, 1);
    if (call.members.size === 0) return call.settle();
    call.timer ??= setTimeout(() => {
      for (const member of [...call.members]) {
        if (Atomics.load(member.running, 0) === call.join.call) void member.worker.terminate();
        else leave(member, call);
      }
    }, HANG_MS);
  }

  function leave(member: Member, call: Call) {
    call.members.delete(member);
    member.calls.delete(call.join.call);
    // A thread that is being ended must keep the process alive until it has: `close` waits for it.
    if (member.calls.size === 0 && !closed) member.worker.unref();
    if (call.members.size === 0) call.settle();
  }

  function receive(member: Member, report: Report) {
    const call = member.calls.get(report.call);
    if (!call) return;
    for (const [block, part] of report.parts) call.parts[block] = part;
    call.done += report.parts.length;
    if (report.failure) stop(call, report.failure.block, unpacked(report.failure));
    if (report.parts.length > 0) {
      try {
        call.progress?.(call.done, call.join.blocks);
      } catch (error) {
        stop(call, -1, error);
      }
    }
    if (report.left) leave(member, call);
    if (call.done === call.join.blocks && !call.failure) call.settle();
  }

  /** A thread ended by itself or was ended: the call it hung in is lost, the others go on with a new thread. */
  function lose(member: Member, error: Error) {
    if (!members.delete(member)) return;
    const running = Atomics.load(member.running, 0);
    let heir: Member | undefined;
    for (const call of [...member.calls.values()]) {
      if (!call.failure && call.done < call.join.blocks) {
        if (running === 0 || running === call.join.call) stop(call, Number.POSITIVE_INFINITY, error);
        else {
          heir ??= start();
          add(heir, call);
        }
      }
      leave(member, call);
    }
  }

  function start(): Member {
    const running = sharedI32(1);
    // Flags of the parent, such as --input-type, would keep a thread from starting.
    const worker = new Worker(new URL('./worker.js', import.meta.url), { workerData: running, execArgv: [] });
    const member: Member = { worker, running, calls: new Map() };
    members.add(member);
    worker.unref();
    worker.on('message', (report: Report) => receive(member, report));
    worker.on('error', (error) => lose(member, error));
    worker.on('exit', (code) => lose(member, new Error(`a compute thread ended with code ${code}`)));
    return member;
  }

  function add(member: Member, call: Call) {
    member.worker.postMessage(call.join);
    member.worker.ref();
    member.calls.set(call.join.call, call);
    call.members.add(member);
  }

  /** The `count` least busy threads; more are started where idle ones do not suffice. */
  function crew(count: number): Member[] {
    const idle = [...members].filter((member) => member.calls.size === 0).length;
    for (let n = idle; n < count && members.size < workers; n++) start();
    return [...members].sort((a, b) => a.calls.size - b.calls.size).slice(0, count);
  }

  function run(kernel: Kernel<never, unknown>, args: unknown, options: ComputeOptions): Promise<unknown[]> {
    if (closed) throw new Error('the compute pool is closed');
    const { signal, progress } = options;
    signal?.throwIfAborted();
    const blocks = kernel.blocks(args as never);
    if (blocks === 0) return Promise.resolve([]);
    return new Promise((resolve, reject) => {
      const { url, name } = kernel;
      const fresh = firstHanded(args);
      const join = { call: ++lastCall, url, name, args, fresh, blocks, control: sharedI32(2) };
      const abort = () => stop(call, Number.NEGATIVE_INFINITY, signal!.reason);
      const call: Call = {
        join,
        members: new Set(),
        parts: new Array(blocks),
        progress,
        done: 0,
        settle() {
          clearTimeout(call.timer);
          signal?.removeEventListener('abort', abort);
          if (call.failure) reject(call.failure.reason);
          else resolve(call.parts);
        },
      };
      for (const member of crew(Math.min(workers, blocks))) add(member, call);
      signal?.addEventListener('abort', abort, { once: true });
    });
  }

  const compute = async (kernel: Kernel<never, unknown>, args: unknown, options: ComputeOptions = {}) =>
    run(kernel, args, options);
  return {
    workers,
    compute: Object.assign(compute, { blas }) as Compute,
    async close() {
      closed = true;
      const reason = new Error('the compute pool was closed');
      for (const member of members) for (const call of member.calls.values()) stop(call, -1, reason);
      await Promise.all([...members].map((member) => member.worker.terminate()));
    },
  };
}
