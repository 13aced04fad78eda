import { readFileSync } from 'node:fs';
import { sharedF32 } from '#dist/components/lib/compute/shared.js';
import { random } from '#dist/components/lib/random.js';
import { sharedData } from './shared.js';

/** A CSV of plain cells, by column; an empty cell is ''. */
export function readColumns(path: string): Record<string, string[]> {
  const [head, ...lines] = readFileSync(`${sharedData}${path}`, 'utf8').trimEnd().split(/\r?\n/);
  const cells = lines.map((line) => line.split(','));
  return Object.fromEntries(head!.split(',').map((name, j) => [name, cells.map((row) => row[j]!)]));
}

/** One of the tabular reference sets, standard-scaled with the train table's stored mean and scale. */
export function readScaled(set: string) {
  const reference = JSON.parse(readFileSync(`${sharedData}tabular/${set}/reference.json`, 'utf8'));
  const { mean, scale } = reference.standard_scaler;
  const read = (part: 'train' | 'test') => {
    const columns = readColumns(`tabular/${set}/${part}.csv`);
    const names = Object.keys(columns).slice(0, -1);
    const rows = columns.target!.length;
    const x = sharedF32(rows * names.length);
    names.forEach((name, j) => {
      for (let i = 0; i < rows; i++) x[j * rows + i] = (Number(columns[name]![i]) - mean[j]) / scale[j];
    });
    return { x, rows, features: names.length, target: Int32Array.from(columns.target!, Number) };
  };
  return { reference, train: read('train'), test: read('test') };
}

/** Normal points of unit variance around normal centres whose coordinates have standard deviation `spread`. */
export function blobs(options: {
  rows: number;
  features: number;
  clusters: number;
  spread: number;
  seed: number;
}) {
  const { rows, features, clusters, spread, seed } = options;
  const draw = random(seed);
  const centres = Array.from({ length: clusters * features }, () => spread * draw.normal());
  const x = sharedF32(rows * features);
  for (let i = 0; i < rows; i++) {
    const c = draw.int(clusters);
    for (let j = 0; j < features; j++) x[j * rows + i] = centres[c * features + j]! + draw.normal();
  }
  return { x, rows, features };
}
