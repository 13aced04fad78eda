/**
 * SEG-Y file (IBM float, 462 samples) to the eight trace features: ours on two workers against segyio with vectorised
 * NumPy on two threads, in turn, each run in a process of its own, medians. Times are without the start of the
 * interpreter and its imports, with the file in the cache of the disk. `whole` reads the survey and then computes by blocks;
 * `blocks` reads by blocks too. Memory is the peak of the process; an idle one has 45 MB (Node) and 50 MB (Python with
 * NumPy). The sums of the columns must agree.
 * Run: npm run build && node dist/bench/segy-features.js [traces …]
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { median } from './support/peer-session.js';
import { writeSurvey } from './support/survey.js';

const sizes = process.argv.length > 2 ? process.argv.slice(2).map(Number) : [20_000, 200_000, 1_000_000];
const rounds = 5;
const python = process.env.TOOLBOX_PEERS ?? '.peers/venv/bin/python';
const program = `
import json, resource, sys, time
from concurrent.futures import ThreadPoolExecutor
import numpy as np, segyio

def features(x):
    x = x.astype(np.float64)
    n = x.shape[1]
    energy = np.einsum("ij,ij->i", x, x)
    power = np.abs(np.fft.rfft(x)[:, 1 : n // 2]) ** 2
    signs = np.signbit(x)
    return np.stack([x.mean(1), x.std(1), x.min(1), x.max(1), np.sqrt(energy / n), energy,
                     (signs[:, 1:] != signs[:, :-1]).sum(1), (power.argmax(1) + 1) / n])

path, whole = sys.argv[1], sys.argv[2] == "whole"
start = time.perf_counter()
with segyio.open(path, ignore_geometry=True) as f, ThreadPoolExecutor(2) as threads:
    size = 5000
    blocks = range(0, f.tracecount, size)
    if whole:
        raw = f.trace.raw[:]
        parts = list(threads.map(lambda b: features(raw[b : b + size]), blocks))
    else:
        parts = [None] * len(blocks)
        pending = []
        for i, b in enumerate(blocks):
            pending.append((i, threads.submit(features, f.trace.raw[b : b + size])))
            if len(pending) > 2:
                k, job = pending.pop(0)
                parts[k] = job.result()
        for k, job in pending:
            parts[k] = job.result()
    out = np.concatenate(parts, axis=1)
ms = (time.perf_counter() - start) * 1000
print(json.dumps(dict(ms=ms, mb=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, sums=out.sum(1).tolist())))
`;

interface Run {
  ms: number;
  mb: number;
  sums: number[];
}

const run = (command: string, args: string[]): Run =>
  JSON.parse(execFileSync(command, args, { encoding: 'utf8' }));
const ourRun = fileURLToPath(new URL('./support/segy-features-run.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'bench-segy-'));
const row = (...cells: string[]) => console.log(cells.map((cell) => cell.padStart(14)).join(''));
try {
  row('traces', 'who', 'ms', 'traces/s', 'peak MB', '× our time', '× our memory');
  for (const traces of sizes) {
    const path = join(folder, `${traces}.sgy`);
    await writeSurvey(path, traces);
    const who: [string, () => Run][] = [
      ['ours', () => run(process.execPath, [ourRun, path])],
      ['whole', () => run(python, ['-c', program, path, 'whole'])],
      ['blocks', () => run(python, ['-c', program, path, 'blocks'])],
    ];
    for (const [, go] of who) go();
    const runs = new Map<string, Run[]>(who.map(([name]) => [name, []]));
    for (let round = 0; round < rounds; round++) for (const [name, go] of who) runs.get(name)!.push(go());
    const ours = runs.get('ours')!;
    for (const [name, all] of runs) {
      const [ms, mb] = [median(all.map((r) => r.ms)), median(all.map((r) => r.mb))];
      const off = all[0].sums.map((sum, f) => Math.abs(sum / ours[0].sums[f] - 1));
      if (Math.max(...off) > 1e-9) throw new Error(`${name} disagrees: ${all[0].sums} and ${ours[0].sums}`);
      row(
        String(traces),
        name,
        ms.toFixed(0),
        ((1000 * traces) / ms).toFixed(0),
        mb.toFixed(0),
        (ms / median(ours.map((r) => r.ms))).toFixed(2),
        (mb / median(ours.map((r) => r.mb))).toFixed(1),
      );
    }
    rmSync(path);
  }
} finally {
  rmSync(folder, { recursive: true });
}
