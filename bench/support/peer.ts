import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Python with scikit-learn and numpy, to run beside: `$TOOLBOX_PEERS`, or .peers/venv in the repository. */
const python = process.env.TOOLBOX_PEERS ?? '.peers/venv/bin/python';

/** Rows × features as float32, row by row, which is numpy's order. */
export function rowsOf({
  x,
  rows,
  features,
}: {
  x: Float32Array;
  rows: number;
  features: number;
}): Float32Array {
  const out = new Float32Array(rows * features);
  for (let j = 0; j < features; j++) for (let i = 0; i < rows; i++) out[i * features + j] = x[j * rows + i]!;
  return out;
}

/**
 * Runs a Python program that gets the table as `x` (rows × features, float32) and prints JSON as its last line.
 * Both sides of a benchmark see the same bytes.
 */
export function askPeer<T>(
  program: string,
  table: { x: Float32Array; rows: number; features: number },
): T | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'bench-'));
  try {
    const file = join(folder, 'x.bin');
    writeFileSync(file, rowsOf(table));
    const head = `import json, time, warnings\nimport numpy as np\nwarnings.filterwarnings("ignore")\nx = np.fromfile(${JSON.stringify(file)}, np.float32).reshape(${table.rows}, ${table.features})\n`;
    const result = spawnSync(python, ['-c', head + program], {
      encoding: 'utf8',
      env: { ...process.env, OMP_NUM_THREADS: '2' },
    });
    if (result.error || result.status !== 0) {
      console.error(`no peer: ${result.error?.message ?? result.stderr}`);
      return undefined;
    }
    return JSON.parse(result.stdout.trim().split('\n').at(-1)!) as T;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A line of a table: cells of fixed width. */
export const line = (...cells: (string | number)[]) =>
  console.log(cells.map((cell) => String(cell).padStart(15)).join(''));
