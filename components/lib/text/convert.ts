import type { Kernel } from '../compute/kernel.js';
import { dateBy } from './examples.js';
import { Interner } from './intern.js';
import { missingTest, type TextBlocks } from './profile.js';
import { cutFields, type Fields, fieldText } from './records.js';
import { type DateOrder, microsOf, momentOf, parseDate, parseNumber, plainDays } from './values.js';

export type CellType = 'float64' | 'float32' | 'int64' | 'int32' | 'bool' | 'date' | 'timestamp' | 'string';

/** How a column is read: decided from its profile, so that every cell fits. */
export interface CellPlan {
  readonly type: CellType;
  /** Numbers with a decimal comma. */
  readonly comma?: boolean;
  readonly order?: DateOrder | 'example';
  /** Texts for missing values, in lower case; the empty text always is one. */
  readonly nulls: readonly string[];
}

export interface ConvertArgs extends TextBlocks {
  readonly plans: readonly CellPlan[];
  readonly example?: string;
  /** Row at which each block starts in the arrays. */
  readonly rowStart: readonly number[];
  /** By column, on shared memory: values as in engine/artifacts/column.ts, texts as codes of the block's own list. */
  readonly values: readonly (Float64Array | Float32Array | Int32Array | Uint8Array)[];
  readonly valid: readonly Uint8Array[];
}

/** By column the texts that the block's codes stand for; empty for columns that are no text. */
export type BlockTexts = readonly (readonly string[])[];

/** Turns the cells of blocks into values. */
export const convertText: Kernel<ConvertArgs, BlockTexts> = {
  name: 'convertText',
  url: import.meta.url,
  blocks: ({ cuts }) => cuts.length - 1,
  run(args, block) {
    const { bytes, cuts, columns, dialect, plans, rowStart } = args;
    const fields = cutFields(bytes, cuts[block]!, cuts[block + 1]!, columns, dialect);
    const first = rowStart[block]!;
    return plans.map((plan, f) => {
      const values = args.values[f]!.subarray(first, first + fields.rows);
      const valid = args.valid[f]!.subarray(first, first + fields.rows);
      if (plan.type === 'string')
        return texts(bytes, fields, f, columns, plan, dialect.quote, values as Int32Array, valid);
      numbers(bytes, fields, f, columns, plan, values, valid, args.example);
      return [];
    });
  },
};

function numbers(
  bytes: Uint8Array,
  fields: Fields,
  f: number,
  columns: number,
  plan: CellPlan,
  values: Float64Array | Float32Array | Int32Array | Uint8Array,
  valid: Uint8Array,
  example: string | undefined,
): void {
  const missing = missingTest(plan.nulls);
  const read = reader(plan, example);
  const none = plan.type === 'float64' || plan.type === 'float32' ? Number.NaN : 0;
  for (let row = 0; row < fields.rows; row++) {
    const from = fields.start[row * columns + f]!;
    const to = fields.end[row * columns + f]!;
    const absent = missing(bytes, from, to);
    valid[row] = absent ? 0 : 1;
    values[row] = absent ? none : read(bytes, from, to);
  }
}

type Read = (bytes: Uint8Array, from: number, to: number) => number;

function reader(plan: CellPlan, example: string | undefined): Read {
  const { type, comma = false, order = 'ymd' } = plan;
  if (type === 'bool')
    return (bytes, from, to) => (/^\s*[ty1]/i.test(fieldText(bytes, from, to, false, 0)) ? 1 : 0);
  if (type !== 'date' && type !== 'timestamp')
    return (bytes, from, to) => parseNumber(bytes, from, to, comma);
  const pattern = new RegExp(example ?? '');
  const parse = (text: string) =>
    order === 'example' ? (dateBy(pattern, text) ?? { days: Number.NaN, time: '' }) : parseDate(text, order);
  const scale = type === 'date' ? 1 : 86_400_000_000;
  return (bytes, from, to) => {
    if (order !== 'example') {
      const plain = plainDays(bytes, from, to, order);
      if (!Number.isNaN(plain)) return plain * scale;
    }
    const { days, time } = parse(fieldText(bytes, from, to, false, 0));
    // A time of day with an offset can lie on the day before or after.
    if (type === 'date') return days + (time === '' ? 0 : Math.floor(microsOf(time) / 86_400_000_000));
    return momentOf(days, time);
  };
}

function texts(
  bytes: Uint8Array,
  fields: Fields,
  f: number,
  columns: number,
  plan: CellPlan,
  quote: number,
  values: Int32Array,
  valid: Uint8Array,
): readonly string[] {
  const missing = plan.nulls.length > 0 ? missingTest(plan.nulls) : undefined;
  const interner = new Interner(bytes);
  for (let row = 0; row < fields.rows; row++) {
    const from = fields.start[row * columns + f]!;
    const to = fields.end[row * columns + f]!;
    const absent = from === to || missing?.(bytes, from, to) === true;
    valid[row] = absent ? 0 : 1;
    values[row] = absent
      ? -1
      : fields.doubled[row * columns + f] === 1
        ? interner.codeOf(fieldText(bytes, from, to, true, quote))
        : interner.code(from, to);
  }
  return interner.texts;
}
