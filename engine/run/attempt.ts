import { type Place, ProblemError, problem } from '../problem.js';

/** How long a cancelled step has to stop by itself before the run goes on without it. */
const graceMs = 2000;

/**
 * Runs `work` with a signal that fires on cancellation or after `timeout` seconds. A component that does not stop
 * in time is left behind: its compute is terminated with the pool, its result never committed.
 */
export async function attempt<T>(
  work: (signal: AbortSignal) => Promise<T>,
  options: { cancel: AbortSignal; timeout?: number; at: Place },
): Promise<T> {
  options.cancel.throwIfAborted();
  const limit = new AbortController();
  const timer =
    options.timeout === undefined
      ? undefined
      : setTimeout(
          () =>
            limit.abort(
              new ProblemError(
                problem('run/timeout', `took longer than its timeout of ${options.timeout} s`, {
                  at: options.at,
                }),
              ),
            ),
          options.timeout * 1000,
        );
  const signal = AbortSignal.any([options.cancel, limit.signal]);
  let grace: NodeJS.Timeout | undefined;
  const stopped = new Promise<never>((_, reject) => {
    signal.addEventListener(
      'abort',
      () => {
        grace = setTimeout(() => reject(signal.reason), graceMs);
      },
      { once: true },
    );
  });
  stopped.catch(() => {});
  try {
    return await Promise.race([work(signal), stopped]);
  } catch (error) {
    // An aborted kernel rejects with the reason; a component may wrap it, the reason is what a person should read.
    if (signal.aborted) throw signal.reason;
    throw error;
  } finally {
    clearTimeout(timer);
    clearTimeout(grace);
  }
}

/** Resolves after `seconds`, rejects at once when cancelled. */
export function pause(seconds: number, cancel: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const abort = () => {
      clearTimeout(timer);
      reject(cancel.reason);
    };
    const timer = setTimeout(() => {
      cancel.removeEventListener('abort', abort);
      resolve();
    }, seconds * 1000);
    cancel.addEventListener('abort', abort, { once: true });
  });
}
