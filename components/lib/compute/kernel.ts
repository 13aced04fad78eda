/**
 * A unit of parallel work: one function called for block 0 … blocks−1.
 *
 * Blocks are fixed by the data, never by the number of workers, and parts are handed back in block order, so
 * the bytes that come out are the same on 1 … N workers. `run` touches only its arguments and takes at most some
 * 20 ms a block, since cancellation is looked at between blocks. A `Part` that is a promise is awaited; other kernels
 * may run on the thread meanwhile.
 *
 * `Args` must be structured-cloneable. Large arrays live on SharedArrayBuffer: they are seen, not copied, by
 * every worker, and a block may write its own rows of a shared output.
 */
export interface Kernel<Args, Part = void> {
  /** Export name of this kernel in its module. */
  readonly name: string;
  /** `import.meta.url` of the module that exports it; workers import it from there. */
  readonly url: string;
  blocks(args: Args): number;
  run(args: Args, block: number): Part;
}

export interface ComputeOptions {
  readonly signal?: AbortSignal;
  /** Called with (blocks done, blocks in all). */
  readonly progress?: (done: number, total: number) => void;
}

/** Runs a kernel over all its blocks and resolves with the parts in block order. Rejects with `signal.reason` on abort. */
export interface Compute {
  <Args, Part>(kernel: Kernel<Args, Part>, args: Args, options?: ComputeOptions): Promise<Awaited<Part>[]>;
  /** Kernels may use the fast matrix product of `linalg/blas.ts`. Default false. */
  readonly blas?: boolean;
}

/** Runs every block on the calling thread: for tests, small inputs, and the insides of workers. */
export const computeHere: Compute = async (kernel, args, options) => {
  const total = kernel.blocks(args);
  const parts = new Array(total);
  for (let block = 0; block < total; block++) {
    options?.signal?.throwIfAborted();
    parts[block] = await kernel.run(args, block);
    options?.progress?.(block + 1, total);
  }
  return parts;
};
