import { readFileSync } from 'node:fs';
import { sharedData } from './shared.js';

/** A stored data set: features by columns, the target (the last column) apart, and its reference results. */
export function tabular(name: string) {
  const folder = `${sharedData}tabular/${name}/`;
  const read = (file: string) => {
    const [, ...lines] = readFileSync(`${folder}${file}`, 'utf8').trim().split('\n');
    const cells = lines.map((line) => line.split(',').map(Number));
    const rows = cells.length;
    const features = cells[0]!.length - 1;
    const data = new Float64Array(rows * features);
    for (let i = 0; i < rows; i++) for (let j = 0; j < features; j++) data[j * rows + i] = cells[i]![j]!;
    return { data, rows, features, y: Float64Array.from(cells, (row) => row[features]!) };
  };
  return {
    train: read('train.csv'),
    test: read('test.csv'),
    reference: JSON.parse(readFileSync(`${folder}reference.json`, 'utf8')),
  };
}
