import { type Feature, type Truth, telling } from '../../components/lib/leakage/telling.js';
import { type Column, isNumber } from '../artifacts/column.js';
import { groupRows } from '../artifacts/groups.js';
import type { Field } from '../artifacts/schema.js';
import type { Table } from '../artifacts/table.js';
import { labelsOf, numbersOf } from '../artifacts/values.js';
import type { Context } from '../component.js';

type Door = Pick<Context, 'warn' | 'signal'>;

/** Rows, evenly apart, and features that are looked at for what they give away. */
const most = { rows: 4000, features: 1000 };
/** A feature that tells more than this alone is a doubt. */
const suspicious = 0.99;

/** Doubts about rows that were cut in two, which only their values can raise. */
export async function warnOfLeaks(
  door: Door,
  all: Table,
  train: Uint32Array,
  test: Uint32Array,
): Promise<void> {
  await repeatedRows(door, all, train, test);
  await tellingFeatures(door, all, train);
}

/**
 * Test rows that stand in training with the same features and target. Few different values make equal rows by chance, so
 * nothing is said where most rows have an equal; nor of tables of vectors, which are not compared.
 */
async function repeatedRows(door: Door, all: Table, train: Uint32Array, test: Uint32Array): Promise<void> {
  const { fields } = all.schema;
  const named = fields.filter(({ role }) => role === 'feature' || role === 'target');
  if (named.some(({ type }) => type === 'vector') || !named.some(({ role }) => role === 'feature')) return;
  const { codes, count } = groupRows(await Promise.all(named.map(({ name }) => all.column(name))));
  if (count < all.rows / 2) return;
  const learned = new Set<number>();
  for (const row of train) learned.add(codes[row]!);
  const repeated = test.reduce((sum, row) => sum + (learned.has(codes[row]!) ? 1 : 0), 0);
  if (repeated < 2 || repeated < test.length / 100) return;
  door.warn(
    `${repeated} of ${test.length} test rows stand in the training rows too, with the same features and target`,
    {
      code: 'leak/duplicate-rows',
      path: ['in'],
      hint: 'take rows that repeat out before the split (a contract with unique: finds them), or keep them together with by: group',
    },
  );
}

async function tellingFeatures(door: Door, all: Table, train: Uint32Array): Promise<void> {
  const { fields } = all.schema;
  const target = fields.find(({ role }) => role === 'target');
  if (!target || target.type === 'vector') return;
  const step = Math.ceil(train.length / most.rows);
  const known = keep(await all.column(target.name));
  const rows = train.filter((row, i) => i % step === 0 && known(row));
  const truth = truthOf(target, await all.column(target.name), rows);
  if (!truth) return;
  const features = fields.filter(({ role, type }) => role === 'feature' && type !== 'vector');
  for (const field of features.slice(0, most.features)) {
    door.signal.throwIfAborted();
    const found = telling(featureOf(field, await all.column(field.name), rows), truth);
    if (found && found.value > suspicious)
      door.warn(
        `the feature "${field.name}" tells "${target.name}" alone: ${found.measure} ${Math.floor(found.value * 1e4) / 1e4} on training rows`,
        {
          code: 'leak/telling-feature',
          path: ['with', 'target'],
          hint: 'is it known when the model is asked, and not made from the target? If not, give it the role key where it is read',
        },
      );
  }
}

const keep = (column: Column) => {
  const numbers = column.type === 'string' ? undefined : numbersOf(column);
  return (row: number): boolean => column.valid?.[row] !== 0 && !Number.isNaN(numbers?.[row]);
};

/** Whole numbers of few values are classes, as texts are; undefined where there is but one. */
function truthOf({ type }: Field, column: Column, rows: Uint32Array): Truth | undefined {
  const { codes } = labelsOf(column);
  const seen = new Map<number, number>();
  const classes = Int32Array.from(rows, (row) => {
    const code = codes[row]!;
    if (!seen.has(code)) seen.set(code, seen.size);
    return seen.get(code)!;
  });
  if (seen.size < 2) return undefined;
  const whole = type === 'int32' || type === 'int64';
  if (type === 'string' || type === 'bool' || (whole && seen.size <= 20))
    return seen.size > rows.length / 5 ? undefined : { kind: 'class', codes: classes, classes: seen.size };
  const values = numbersOf(column);
  return { kind: 'number', values: Float64Array.from(rows, (row) => values[row]!) };
}

function featureOf({ type }: Field, column: Column, rows: Uint32Array): Feature {
  if (isNumber(type) || type === 'date' || type === 'timestamp') {
    const values = numbersOf(column);
    return { kind: 'number', values: Float64Array.from(rows, (row) => values[row]!) };
  }
  const { codes } = labelsOf(column);
  return { kind: 'category', codes: Int32Array.from(rows, (row) => codes[row]!) };
}
