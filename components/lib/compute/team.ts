/**
 * Several threads inside one kernel call. Block 0 leads: it does the work in order and cuts long steps into chunks;
 * the other blocks help with the chunks while they find any. The leader takes chunks too, so the work gets done on
 * any number of threads, also when no helper ever comes. What a chunk computes must not depend on who does it.
 */
const NEXT = 0;
const LIMIT = 1;
const DONE = 2;
const FIRST = 3;
const TASK = 4;
const OVER = 5;
/** Places for the numbers a task needs, from here on. */
export const taskNumbers = 6;
export const controlSize = 16;

/**
 * Looks before a thread goes to sleep, some 50 µs: what the leader does alone between two steps is shorter, and to be
 * woken takes longer.
 */
const spins = 10_000;

export type Work = (task: number, chunk: number) => void;

/** Runs all chunks of a task with whoever helps, and returns when they are done. Only the leader calls this. */
export function lead(control: Int32Array, work: Work, task: number, chunks: number): void {
  const first = Atomics.load(control, LIMIT);
  const limit = first + chunks;
  Atomics.store(control, TASK, task);
  Atomics.store(control, FIRST, first);
  Atomics.store(control, LIMIT, limit);
  Atomics.notify(control, LIMIT);
  while (takeOne(control, work));
  let looks = 0;
  for (let done = Atomics.load(control, DONE); done < limit; done = Atomics.load(control, DONE))
    if (++looks > spins) Atomics.wait(control, DONE, done, 1);
}

/** Ends the help. */
export function dismiss(control: Int32Array): void {
  Atomics.store(control, OVER, 1);
  Atomics.notify(control, LIMIT);
}

/** Helps until the leader has ended. */
export function help(control: Int32Array, work: Work): void {
  let idle = 0;
  while (Atomics.load(control, OVER) === 0) {
    if (takeOne(control, work)) idle = 0;
    else if (++idle > spins) {
      const limit = Atomics.load(control, LIMIT);
      if (Atomics.load(control, NEXT) >= limit && Atomics.load(control, OVER) === 0)
        Atomics.wait(control, LIMIT, limit, 10);
    }
  }
}

/** Claims and does one chunk; false when none is free. A claim below the limit keeps the leader in this task. */
function takeOne(control: Int32Array, work: Work): boolean {
  const next = Atomics.load(control, NEXT);
  if (next >= Atomics.load(control, LIMIT)) return false;
  if (Atomics.compareExchange(control, NEXT, next, next + 1) !== next) return true;
  work(Atomics.load(control, TASK), next - Atomics.load(control, FIRST));
  if (Atomics.add(control, DONE, 1) + 1 === Atomics.load(control, LIMIT)) Atomics.notify(control, DONE);
  return true;
}
