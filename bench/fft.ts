/**
 * Real FFTs of 200,000 traces, float64 in and out, against numpy.fft.rfft (pocketfft; two threads, into a given array)
 * and scipy.fft.rfft (pocketfft with SIMD; workers=2), two cores each, in turns of 20,000 traces; times are ten times the
 * best turn. Error: the largest distance from numpy's longdouble transform over the largest bin.
 *
 * Where the time goes, µs a trace of 462 samples on one thread: passes 0.77, vectors in and bins out 0.13, copies between
 * the shared arrays and the kernel's memory 0.3, and 0.75 more (1,024: 1.1) once the arrays are larger than the caches. numpy,
 * which transforms two rows a vector too, reads and writes its arrays without the copies, and is ahead: in three runs its
 * time over ours was 0.89 … 1.00 for 462 and 0.85 … 0.95 for 1,024. A WebAssembly kernel sees its own memory alone.
 *
 * Additions seem to bound the radix-4 pass: it has no spills, and takes about the 11 cycles of 22 additions, two a cycle. 462 = 2·(11·21) takes 6,800
 * additions and 5,100 multiplications; as a complex transform of 231 points it took 8,200 and 5,600. Tried and not there:
 * the split radix for real numbers (a sixth fewer additions, but more memory: 512 points at 0.9 of the speed, 1,024 at 1.0),
 * the first pass straight from rows (its loads fall into one set of the cache), twiddles stored for both lanes (0.96 … 1.0).
 * Run: npm run build && node dist/bench/fft.js [length …]
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createPool } from '../components/lib/compute/pool.js';
import { sharedF64 } from '../components/lib/compute/shared.js';
import { random } from '../components/lib/random.js';
import { type FftArgs, fftKernel } from './support/fft-kernel.js';
import { peerSession } from './support/peer-session.js';

const lengths = process.argv.length > 2 ? process.argv.slice(2).map(Number) : [462, 1024, 751, 1001, 1501];
const held = 20_000;
const turns = 40;

const program = `
import time
from concurrent.futures import ThreadPoolExecutor
import numpy as np, scipy, scipy.fft

threads = ThreadPoolExecutor(2)

def load(path, n):
    global x, out
    x = np.fromfile(path).reshape(-1, n)
    out = np.empty((len(x), n // 2 + 1), np.complex128)
    return [np.__version__, scipy.__version__]

def timed(once):
    start = time.perf_counter()
    once()
    return (time.perf_counter() - start) * 1000

def run_numpy():
    half = len(x) // 2
    parts = [slice(0, half), slice(half, None)]
    return timed(lambda: list(threads.map(lambda part: np.fft.rfft(x[part], out=out[part]), parts)))

def run_scipy():
    return timed(lambda: scipy.fft.rfft(x, workers=2))

def errors(path):
    rows = 500
    exact = np.fft.rfft(x[:rows].astype(np.longdouble))
    ours = np.fromfile(path, np.complex128).reshape(rows, -1)
    of = lambda bins: float(np.abs(bins - exact).max() / np.abs(exact).max())
    return [of(ours), of(np.fft.rfft(x[:rows])), of(scipy.fft.rfft(x[:rows]))]
`;

const pool = createPool({ workers: 2 });
const peer = peerSession(program);
const folder = mkdtempSync(join(tmpdir(), 'bench-fft-'));
const cell = (value: string) => value.padStart(12);
try {
  console.log(
    ['length', 'ours ms', 'numpy ms', 'scipy ms', '÷ numpy', '÷ scipy', 'our error', 'numpy', 'scipy']
      .map(cell)
      .join(''),
  );
  for (const n of lengths) {
    const x = sharedF64(held * n);
    const draw = random(n);
    for (let i = 0; i < x.length; i++) x[i] = draw.normal();
    const bins = Math.floor(n / 2) + 1;
    const args: FftArgs = { x, n, out: sharedF64(held * bins * 2) };
    const path = join(folder, 'x.bin');
    writeFileSync(path, x);
    await peer.ask('load', path, n);
    const ours = async () => {
      const start = performance.now();
      await pool.compute(fftKernel, args);
      return performance.now() - start;
    };
    await ours();
    await peer.ask('run_numpy');
    await peer.ask('run_scipy');
    const times: number[][] = [[], [], []];
    for (let turn = 0; turn < turns; turn++) {
      times[0].push(await ours());
      times[1].push(await peer.ask<number>('run_numpy'));
      times[2].push(await peer.ask<number>('run_scipy'));
    }
    writeFileSync(path, args.out.subarray(0, 500 * bins * 2));
    const errors = await peer.ask<number[]>('errors', path);
    const [own, numpy, scipy] = times.map((all) => 10 * Math.min(...all));
    console.log(
      [
        String(n),
        ...[own, numpy, scipy].map((ms) => ms.toFixed(0)),
        `${(numpy / own).toFixed(2)}×`,
        `${(scipy / own).toFixed(2)}×`,
        ...errors.map((e) => e.toExponential(1)),
      ]
        .map(cell)
        .join(''),
    );
  }
} finally {
  peer.close();
  await pool.close();
  rmSync(folder, { recursive: true });
}
