import { writeFileSync } from 'node:fs';
import { sharedF32 } from '../../components/lib/compute/shared.js';
import { random } from '../../components/lib/random.js';
import { rowsOf } from './peer.js';

export interface Labelled {
  readonly x: Float32Array;
  readonly y: Uint8Array;
  readonly rows: number;
  readonly features: number;
}

/**
 * Two classes as scikit-learn's make_classification draws them: a cluster at each corner of a hypercube of ten
 * informative features, mixed linearly, five redundant combinations, the rest noise, 5 % of labels flipped.
 */
export function makeClasses(rows: number, features: number, stream: number): Labelled {
  // The same problem for every stream, other rows.
  const shape = random(7);
  const [informative, redundant, clusters] = [10, 5, 4];
  const corners = Array.from({ length: 2 * clusters }, () =>
    Float64Array.from({ length: informative }, () => (shape.uniform() < 0.5 ? -0.8 : 0.8)),
  );
  const mixing = corners.map(() =>
    Float64Array.from({ length: informative * informative }, () => 2 * shape.uniform() - 1),
  );
  const combined = Float64Array.from({ length: informative * redundant }, () => 2 * shape.uniform() - 1);
  const order = shape.permutation(features);
  const draw = random(8, stream);
  const x = sharedF32(rows * features);
  const y = new Uint8Array(rows);
  const z = new Float64Array(informative);
  const own = new Float64Array(features);
  for (let i = 0; i < rows; i++) {
    const cluster = draw.int(2 * clusters);
    for (let k = 0; k < informative; k++) z[k] = draw.normal();
    for (let k = 0; k < features; k++) own[k] = k < informative + redundant ? 0 : draw.normal();
    for (let k = 0; k < informative; k++) {
      let sum = corners[cluster]![k]!;
      for (let m = 0; m < informative; m++) sum += z[m]! * mixing[cluster]![m * informative + k]!;
      own[k] = sum;
    }
    for (let k = 0; k < redundant; k++)
      for (let m = 0; m < informative; m++) own[informative + k]! += own[m]! * combined[m * redundant + k]!;
    for (let k = 0; k < features; k++) x[order[k]! * rows + i] = own[k]!;
    y[i] = draw.uniform() < 0.05 ? draw.int(2) : cluster & 1;
  }
  return { x, y, rows, features };
}

/** Share of rows whose likelier class is theirs, and the mean log-loss. */
export function quality(probability: Float64Array, y: Uint8Array): { accuracy: number; logLoss: number } {
  let hits = 0;
  let loss = 0;
  for (let i = 0; i < y.length; i++) {
    const p = probability[2 * i + 1]!;
    hits += (p > 0.5 ? 1 : 0) === y[i] ? 1 : 0;
    loss -= Math.log(Math.max(1e-15, y[i] ? p : 1 - p));
  }
  return { accuracy: hits / y.length, logLoss: loss / y.length };
}

/** Writes a table where `readClasses` of a Python program finds it. */
export function saveClasses(file: string, data: Labelled): void {
  writeFileSync(file, rowsOf(data));
  writeFileSync(`${file}.y`, data.y);
}

/** Python: `table(file, features)` gives x (rows × features, float32) and y; imports numpy as np and time. */
export const readClasses = `
import time, warnings
import numpy as np
warnings.filterwarnings("ignore")
def table(file, features):
    return np.fromfile(file, np.float32).reshape(-1, features), np.fromfile(file + ".y", np.uint8).astype(np.int32)
`;

/** Seconds of processor that all our threads took since `from`. */
export const cpuSeconds = (from: NodeJS.CpuUsage): number => {
  const { user, system } = process.cpuUsage(from);
  return (user + system) / 1e6;
};
