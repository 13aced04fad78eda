import { spawnSync } from 'node:child_process';
import { afterAll, describe, expect, it } from 'vitest';
import { computeHere, type Kernel } from '#dist/components/lib/compute/kernel.js';
import { createPool, type Pool } from '#dist/components/lib/compute/pool.js';
import { sharedF64, sharedI32 } from '#dist/components/lib/compute/shared.js';
import { InputError } from '#dist/components/lib/errors.js';

const url = new URL('./kernels.mjs', import.meta.url).href;
const kernels = (await import(url)) as Record<Name, Kernel<unknown, unknown>>;
type Name =
  | 'sums'
  | 'slow'
  | 'failing'
  | 'typeError'
  | 'hung'
  | 'dying'
  | 'unclonable'
  | 'threads'
  | 'meeting';
const { sums, slow, failing, typeError, hung, dying, unclonable, threads, meeting } = kernels;

const pool = createPool({ workers: 2 });
afterAll(() => pool.close());

const problem = () => {
  const input = sharedF64(25_500);
  for (let i = 0; i < input.length; i++) input[i] = i / 7;
  return { input, output: sharedF64(input.length) };
};

/** How many threads take part in a call of two blocks that wait for each other. */
const crew = async ({ compute }: Pool) =>
  new Set(await compute(meeting, { blocks: 2, arrived: sharedI32(1) })).size;

const started = async (counter: Int32Array, count = 1) => {
  while (Atomics.load(counter, 0) < count) await new Promise((resolve) => setTimeout(resolve, 2));
};

describe('compute pool', () => {
  it.each([1, 2, 3, 7])(
    'gives the same parts and shared output on %i workers as on none',
    async (workers) => {
      const here = problem();
      const parts = await computeHere(sums, here);
      expect(parts).toHaveLength(26);
      const there = problem();
      const several = createPool({ workers });
      try {
        expect(await several.compute(sums, there)).toEqual(parts);
        expect(there.output).toEqual(here.output);
      } finally {
        await several.close();
      }
    },
  );

  it('keeps the calling thread free and uses every worker', async () => {
    let turns = 0;
    const timer = setInterval(() => turns++, 1);
    expect(await pool.compute(threads, { blocks: 40 })).not.toContain(0);
    clearInterval(timer);
    expect(turns).toBeGreaterThan(5);
    expect(await crew(pool)).toBe(2);
  });

  it('reports progress up to the total', async () => {
    const seen: number[] = [];
    await pool.compute(threads, { blocks: 9 }, { progress: (done, total) => seen.push(done * 100 + total) });
    expect(seen.at(-1)).toBe(909);
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
  });

  it('resolves a call without blocks and rejects what progress throws', async () => {
    expect(await pool.compute(threads, { blocks: 0 })).toEqual([]);
    const broken = () => {
      throw new Error('broken bar');
    };
    await expect(pool.compute(threads, { blocks: 4 }, { progress: broken })).rejects.toThrow('broken bar');
  });

  it('stops at the next block on abort and rejects with its reason', async () => {
    const counter = sharedI32(1);
    const abort = new AbortController();
    const reason = new Error('cancelled by the user');
    const call = pool.compute(slow, { blocks: 10_000, started: counter, ms: 5 }, { signal: abort.signal });
    await started(counter, 4);
    abort.abort(reason);
    await expect(call).rejects.toBe(reason);
    const ran = counter[0]!;
    expect(ran).toBeLessThan(1000);
    expect(await pool.compute(threads, { blocks: 6 })).toHaveLength(6);
    expect(counter[0]).toBe(ran);
    await expect(pool.compute(threads, { blocks: 1 }, { signal: abort.signal })).rejects.toBe(reason);
  });

  it('rejects with the error of the first block that throws, its class and code kept', async () => {
    for (let repeat = 0; repeat < 5; repeat++) {
      const error = await pool.compute(failing, { blocks: 64, from: 3 }).catch((e: unknown) => e);
      expect(error).toBeInstanceOf(InputError);
      expect(error).toMatchObject({ code: 'one-class', message: 'block 3', name: 'InputError' });
    }
    await expect(pool.compute(typeError, { blocks: 2 })).rejects.toThrow(new TypeError('not a function'));
    await expect(pool.compute(unclonable, { blocks: 2 })).rejects.toThrow(/could not be cloned/);
    await expect(pool.compute(threads, { blocks: 1, f: () => 1 })).rejects.toThrow(/could not be cloned/);
    const absent = { ...threads, name: 'absent' } as Kernel<unknown, unknown>;
    await expect(pool.compute(absent, { blocks: 1 })).rejects.toThrow(/exports no kernel named "absent"/);
    expect(await pool.compute(threads, { blocks: 6 })).toHaveLength(6);
  });

  it('lets one of several calls fail without harm to the others', async () => {
    const expected = await computeHere(sums, problem());
    const results = await Promise.allSettled([
      pool.compute(sums, problem()),
      pool.compute(failing, { blocks: 20, from: 0 }),
      pool.compute(threads, { blocks: 20 }),
      pool.compute(sums, problem()),
    ]);
    expect(results.map((result) => result.status)).toEqual([
      'fulfilled',
      'rejected',
      'fulfilled',
      'fulfilled',
    ]);
    for (const i of [0, 3]) expect(results[i]).toHaveProperty('value', expected);
  });

  it('starts a thread for a small call while another is held up', async () => {
    const own = createPool({ workers: 2 });
    const counter = sharedI32(1);
    const held = own.compute(hung, { blocks: 1, started: counter });
    const rejected = expect(held).rejects.toThrow('was closed');
    await started(counter);
    expect(await own.compute(threads, { blocks: 1 })).toHaveLength(1);
    await own.close();
    await rejected;
  });

  it('ends a worker that hangs in an aborted call and goes on with a new one, other calls unharmed', async () => {
    const counter = sharedI32(1);
    const abort = new AbortController();
    const call = pool.compute(hung, { blocks: 4, started: counter }, { signal: abort.signal });
    await started(counter, 4);
    const beside = pool.compute(threads, { blocks: 10 });
    abort.abort(new Error('enough'));
    await expect(call).rejects.toThrow('enough');
    expect(await beside).toHaveLength(10);
    expect(await crew(pool)).toBe(2);
  });

  it('rejects the call in which a worker dies', async () => {
    await expect(pool.compute(dying, { blocks: 4 })).rejects.toThrow(/thread ended with code 3/);
    expect(await crew(pool)).toBe(2);
  });

  it('rejects running and later calls once closed', async () => {
    const own = createPool({ workers: 1 });
    const counter = sharedI32(1);
    const call = own.compute(hung, { blocks: 1, started: counter });
    const rejected = expect(call).rejects.toThrow('was closed');
    await started(counter);
    await own.close();
    await rejected;
    await expect(own.compute(threads, { blocks: 1 })).rejects.toThrow('is closed');
    expect(() => createPool({ workers: 0 })).toThrow(RangeError);
  });

  it('does not keep the process alive when idle, and does while it works', () => {
    const script = `
      import { createPool } from '#dist/components/lib/compute/pool.js';
      import { threads } from ${JSON.stringify(url)};
      const pool = createPool({ workers: 2 });
      pool.compute(threads, { blocks: 30 }).then((parts) => console.log(parts.length));
    `;
    const child = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
      encoding: 'utf8',
      timeout: 20_000,
    });
    expect(child).toMatchObject({ status: 0, stdout: '30\n', stderr: '' });
  });

  it('closes right after a call, while threads still take their leave', () => {
    const script = `
      import { createPool } from '#dist/components/lib/compute/pool.js';
      import { sharedF64 } from '#dist/components/lib/compute/shared.js';
      import { sums } from ${JSON.stringify(url)};
      for (let i = 0; i < 8; i++) {
        const pool = createPool({ workers: 2 });
        await pool.compute(sums, { input: sharedF64(8000), output: sharedF64(8000) });
        await pool.close();
      }
      console.log('closed');
    `;
    const child = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
      encoding: 'utf8',
      timeout: 20_000,
    });
    expect(child).toMatchObject({ status: 0, stdout: 'closed\n', stderr: '' });
  });
});
