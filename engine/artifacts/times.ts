import { sharedF64, sharedI32 } from '../../components/lib/compute/shared.js';
import type { TimeKind } from '../../components/lib/forecast/grid.js';
import type { Column } from './column.js';
import { numbersOf } from './values.js';

/** A column of times as numbers, and how to write such numbers back as a column of the same kind. */
export interface Times {
  readonly kind: TimeKind;
  /** Days, microseconds, months since year 0, or plain numbers; NaN where null. */
  readonly values: Float64Array;
  readonly form: TimeForm;
}

/** The type that times are kept in, and for text how months are written. */
export type TimeForm =
  | 'date'
  | 'timestamp'
  | 'int64'
  | 'int32'
  | 'float64'
  | '2024-01'
  | '2024-Q1'
  | '2024Q1';

const texts: readonly { readonly form: TimeForm; readonly pattern: RegExp; readonly months: number }[] = [
  { form: '2024-01', pattern: /^(\d{4})-(0[1-9]|1[0-2])$/, months: 1 },
  { form: '2024-Q1', pattern: /^(\d{4})-Q([1-4])$/, months: 3 },
  { form: '2024Q1', pattern: /^(\d{4})Q([1-4])$/, months: 3 },
];

/** Undefined where the column holds no times: truth values, vectors, text that is not all months or all quarters. */
export function readTimes(column: Column): Times | undefined {
  switch (column.type) {
    case 'date':
    case 'timestamp':
      return { kind: column.type, values: numbersOf(column), form: column.type };
    case 'int64':
    case 'int32':
      return { kind: 'number', values: numbersOf(column), form: column.type };
    case 'float64':
    case 'float32':
      return { kind: 'number', values: numbersOf(column), form: 'float64' };
    case 'string':
      return readMonths(column.values, column.dictionary);
    default:
      return undefined;
  }
}

function readMonths(codes: Int32Array, dictionary: readonly string[]): Times | undefined {
  const used = new Set(codes);
  for (const { form, pattern, months } of texts) {
    const numbers = dictionary.map((text, code) => {
      const found = used.has(code) ? pattern.exec(text) : null;
      return found ? Number(found[1]) * 12 + (Number(found[2]) - 1) * months : Number.NaN;
    });
    if (dictionary.length > 0 && numbers.every((number, code) => !used.has(code) || !Number.isNaN(number)))
      return { kind: 'month', form, values: Float64Array.from(codes, (code) => numbers[code] ?? Number.NaN) };
  }
  return undefined;
}

/** Times, none of them null, as a column. */
export function writeTimes(form: TimeForm, values: Float64Array): Column {
  switch (form) {
    case 'date':
    case 'int32': {
      const out = sharedI32(values.length);
      out.set(values);
      return { type: form, values: out };
    }
    case 'timestamp':
    case 'int64':
    case 'float64': {
      const out = sharedF64(values.length);
      out.set(values);
      return { type: form, values: out };
    }
    default: {
      const codes = sharedI32(values.length);
      const dictionary: string[] = [];
      const known = new Map<number, number>();
      for (const [i, value] of values.entries()) {
        if (!known.has(value)) known.set(value, dictionary.push(timeText(form, value)) - 1);
        codes[i] = known.get(value)!;
      }
      return { type: 'string', values: codes, dictionary };
    }
  }
}

/** A time as people write it. */
export function timeText(form: TimeForm, value: number): string {
  const year = String(Math.floor(value / 12)).padStart(4, '0');
  switch (form) {
    case 'date':
      return new Date(value * 86_400_000).toISOString().slice(0, 10);
    case 'timestamp':
      return new Date(value / 1000).toISOString();
    case '2024-01':
      return `${year}-${String((value % 12) + 1).padStart(2, '0')}`;
    case '2024-Q1':
      return `${year}-Q${Math.floor((value % 12) / 3) + 1}`;
    case '2024Q1':
      return `${year}Q${Math.floor((value % 12) / 3) + 1}`;
    default:
      return String(value);
  }
}

/** Text columns hold months, every other form is a type of its own. */
export const typeOfForm = (
  form: TimeForm,
): 'date' | 'timestamp' | 'int64' | 'int32' | 'float64' | 'string' =>
  form === 'date' || form === 'timestamp' || form === 'int64' || form === 'int32' || form === 'float64'
    ? form
    : 'string';
