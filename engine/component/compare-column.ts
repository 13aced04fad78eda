import { sharedF64 } from '../../components/lib/compute/shared.js';
import { shareLabels } from '../../components/lib/plot/classes.js';
import { chiSquare } from '../../components/lib/statistics/chi-square.js';
import { compareCounts, compareKernel, type Difference } from '../../components/lib/statistics/compare.js';
import { type Column, isNumber, rowsOf } from '../artifacts/column.js';
import type { Field } from '../artifacts/schema.js';
import type { Table } from '../artifacts/table.js';
import { labelsOf, numbersOf } from '../artifacts/values.js';
import type { Context } from '../component.js';

/** A column that both tables have. */
export interface Pair {
  readonly name: string;
  readonly before: Field;
  readonly after: Field;
}

export interface Compared extends Difference {
  readonly name: string;
  /** Shares of rows without a value. */
  readonly missingBefore: number;
  readonly missing: number;
  /** χ² of missing against there; absent where nothing is missing. */
  readonly missingP?: number;
}

type Door = Pick<Context, 'compute' | 'warn' | 'signal'>;
type Numbers = { readonly suffix: string; readonly of: (column: Column) => Float64Array };

const microsecondsADay = 86_400e6;

const isOrdered = ({ type }: Field) => isNumber(type) || type === 'date' || type === 'timestamp';

/**
 * What two tables hold in a column: numbers and dates (in days) by their order, all else by classes, vectors by the mean
 * and the standard deviation of each. Nothing, and a warning, where the types do not fit or a side has no values.
 */
export async function compareColumn(
  door: Door,
  { name, before, after }: Pair,
  reference: Table,
  data: Table,
): Promise<Compared[]> {
  door.signal.throwIfAborted();
  const [a, b] = [await reference.column(name), await data.column(name)];
  const vectors = [before, after].filter(({ type }) => type === 'vector').length;
  if (vectors === 1 || (vectors === 0 && isOrdered(before) !== isOrdered(after))) {
    door.warn(
      `"${name}" is ${before.type} in the reference and ${after.type} in the other, so it is not compared`,
    );
    return [];
  }
  if (vectors === 0 && !isOrdered(before)) return classes(door, name, a, b);
  const measures: readonly Numbers[] =
    vectors === 2
      ? [
          { suffix: ' (mean)', of: (column) => ofVectors(column).means },
          { suffix: ' (sd)', of: (column) => ofVectors(column).sds },
        ]
      : [{ suffix: '', of: numbersInDays }];
  const found = await Promise.all(
    measures.map(({ suffix, of }) => numbers(door, name + suffix, of(a), of(b))),
  );
  return found.flat();
}

function numbersInDays(column: Column): Float64Array {
  const values = numbersOf(column);
  return column.type === 'timestamp' ? values.map((value) => value / microsecondsADay) : values;
}

/** Mean and standard deviation (n) of each vector; NaN where there is none or a sample is not finite. */
function ofVectors(column: Column): { means: Float64Array; sds: Float64Array } {
  const rows = rowsOf(column);
  const means = new Float64Array(rows);
  const sds = new Float64Array(rows);
  const width = column.type === 'vector' ? column.width : 1;
  for (let row = 0; row < rows; row++) {
    let sum = 0;
    let squares = 0;
    for (let i = row * width; i < (row + 1) * width; i++) sum += column.values[i]!;
    const mean = column.valid?.[row] === 0 ? Number.NaN : sum / width;
    for (let i = row * width; i < (row + 1) * width; i++) squares += (column.values[i]! - mean) ** 2;
    means[row] = mean;
    sds[row] = Math.sqrt(squares / width);
  }
  return { means, sds };
}

async function numbers(door: Door, name: string, a: Float64Array, b: Float64Array): Promise<Compared[]> {
  const [reference, sample] = [shared(a.filter(Number.isFinite)), shared(b.filter(Number.isFinite))];
  if (!bothHave(door, name, reference.length, sample.length)) return [];
  const [difference] = await door.compute(compareKernel, { reference, sample });
  return [{ name, ...difference!, ...gaps(a.length, reference.length, b.length, sample.length) }];
}

function shared(values: Float64Array): Float64Array {
  const copy = sharedF64(values.length);
  copy.set(values);
  return copy;
}

function classes(door: Door, name: string, a: Column, b: Column): Compared[] {
  const { codes, labels } = shareLabels([labelsOf(a), labelsOf(b)]);
  const counts = codes.map((of) => {
    const found = new Float64Array(labels.length);
    for (const code of of) if (code >= 0) found[code]!++;
    return found;
  });
  const [there, here] = counts.map((of) => of.reduce((sum, count) => sum + count, 0));
  if (!bothHave(door, name, there!, here!)) return [];
  return [{ name, ...compareCounts(counts[0]!, counts[1]!), ...gaps(rowsOf(a), there!, rowsOf(b), here!) }];
}

function bothHave(door: Door, name: string, reference: number, sample: number): boolean {
  if (reference > 0 && sample > 0) return true;
  door.warn(
    `"${name}" has no values in ${reference > 0 ? 'the other table' : 'the reference'}, so it is not compared`,
  );
  return false;
}

function gaps(rowsBefore: number, before: number, rows: number, now: number) {
  const table = [
    [before, rowsBefore - before],
    [now, rows - now],
  ];
  const some = before < rowsBefore || now < rows;
  return {
    missingBefore: 1 - before / rowsBefore,
    missing: 1 - now / rows,
    ...(some && { missingP: chiSquare(table).p }),
  };
}
