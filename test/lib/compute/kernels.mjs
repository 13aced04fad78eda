// Kernels that the pool's workers import by url, as they would a component's.
import { threadId } from 'node:worker_threads';
import { InputError } from '#dist/components/lib/errors.js';

const url = import.meta.url;
const kernel = (name, run, blocks = (args) => args.blocks) => ({ name, url, blocks, run });

const spin = (ms) => {
  for (const end = performance.now() + ms; performance.now() < end; );
};

/** Sums its 1,000 rows and writes each row's double to the shared output. */
export const sums = kernel(
  'sums',
  ({ input, output }, block) => {
    let sum = 0;
    const end = Math.min(input.length, (block + 1) * 1000);
    for (let i = block * 1000; i < end; i++) {
      sum += Math.sin(input[i]);
      output[i] = 2 * input[i];
    }
    return { block, sum };
  },
  ({ input }) => Math.ceil(input.length / 1000),
);

export const slow = kernel('slow', ({ started, ms }, block) => {
  Atomics.add(started, 0, 1);
  spin(ms);
  return block;
});

export const failing = kernel('failing', ({ from }, block) => {
  spin(1);
  if (block >= from) throw new InputError('one-class', `block ${block}`);
  return block;
});

export const typeError = kernel('typeError', () => {
  throw new TypeError('not a function');
});

/** Block 0 never ends; the others do. */
export const hung = kernel('hung', ({ started }, block) => {
  Atomics.add(started, 0, 1);
  while (block === 0) spin(1);
  return block;
});

export const dying = kernel('dying', () => process.exit(3));

export const unclonable = kernel('unclonable', () => () => 1);

/** Two blocks that wait for each other, so that two threads are needed. */
export const meeting = kernel('meeting', ({ arrived }) => {
  Atomics.add(arrived, 0, 1);
  Atomics.notify(arrived, 0);
  Atomics.wait(arrived, 0, 1, 20_000);
  return threadId;
});

export const threads = kernel('threads', () => {
  spin(5);
  return threadId;
});
