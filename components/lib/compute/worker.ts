import { setImmediate } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import type { Kernel } from './kernel.js';
import { type Failure, type Join, NEXT, packed, type Report, STOP } from './protocol.js';
import { countReceived } from './shared.js';

/** The entry point of a pool's worker: joins calls, runs blocks, reports parts. */
const port = parentPort!;
/** [0]: the call whose block runs now, 0 for none. The pool reads it to know which worker hangs in which call. */
const running = workerData as Int32Array;
/** Blocks run this long between reports, so that short blocks cost no message each and calls take turns. */
const SLICE_MS = 5;

const report = (message: Report) => port.postMessage(message);

async function load({ url, name }: Join): Promise<Kernel<unknown, unknown>> {
  const module = (await import(url)) as Record<string, Kernel<unknown, unknown>>;
  const kernel = module[name];
  if (!kernel) throw new Error(`${url} exports no kernel named "${name}"`);
  return kernel;
}

port.on('message', async (join: Join) => {
  const { call, args, fresh, blocks, control } = join;
  countReceived(fresh);
  let parts: [number, unknown][] = [];
  let block = -1;
  let failure: Failure | undefined;
  /** Runs blocks for one slice of time; false when none is left. */
  const slice = async (kernel: Kernel<unknown, unknown>) => {
    const end = performance.now() + SLICE_MS;
    do {
      // A block once taken is always run, so of several that throw the first one's error is always known.
      if (Atomics.load(control, STOP)) return false;
      block = Atomics.add(control, NEXT, 1);
      if (block >= blocks) return false;
      const part = kernel.run(args, block);
      parts.push([block, part instanceof Promise ? await part : part]);
    } while (performance.now() < end);
    return true;
  };
  try {
    const kernel = await load(join);
    for (let more = true; more; ) {
      Atomics.store(running, 0, call);
      more = await slice(kernel);
      Atomics.store(running, 0, 0);
      if (!more) break;
      report({ call, parts, left: false });
      parts = [];
      await setImmediate();
    }
    report({ call, parts, left: true });
    return;
  } catch (error) {
    Atomics.store(control, STOP, 1);
    failure = packed(error, block);
  }
  Atomics.store(running, 0, 0);
  report({ call, parts: [], failure, left: true });
});
