import { InputError } from '../errors.js';
import { quantileSorted, sorted } from '../statistics/order.js';
import type { Cells } from './rows.js';

/** What a summary is asked for beside counts and moments; each costs memory by row or by value. */
export interface Wanted {
  readonly quantiles?: boolean;
  readonly values?: boolean;
}

const day = 86_400_000;
const isTime = (type: string): boolean => type === 'date' || type === 'timestamp';
const isNumeric = (type: string): boolean => /^(float|int|bool)/.test(type);

/** Date or time of a cell as a person writes it. */
export const timeText = (value: number, type: string): string =>
  type === 'date'
    ? new Date(value * day).toISOString().slice(0, 10)
    : new Date(value / 1000).toISOString().replace(/\.000Z$/, 'Z');

/**
 * What the values of a column come to, taken in row by row, so that it does not depend on batches: moments of finite
 * numbers (of vectors, of all samples; Welford 1962), how often each value occurs, the newest date.
 */
export class ColumnSummary {
  rows = 0;
  /** Nulls, and NaN in numbers. */
  missing = 0;
  /** Finite numbers or samples. */
  count = 0;
  #mean = 0;
  #m2 = 0;
  #newest = Number.NEGATIVE_INFINITY;
  readonly #all: number[] = [];
  readonly #counts = new Map<string, number>();

  constructor(
    readonly type: string,
    private readonly wanted: Wanted = {},
  ) {}

  add(cells: Cells): void {
    const { values, valid, type, width = 1 } = cells;
    const float = type === 'float64' || type === 'float32';
    const rows = values.length / width;
    const numeric = isNumeric(type) || type === 'vector';
    for (let row = 0; row < rows; row++) {
      this.rows++;
      if (valid?.[row] === 0 || (float && Number.isNaN(values[row]!))) {
        this.missing++;
        continue;
      }
      if (numeric)
        for (let i = row * width; i < (row + 1) * width; i++)
          if (Number.isFinite(values[i])) this.#moments(values[i]!);
      if (isTime(type)) this.#newest = Math.max(this.#newest, values[row]!);
      if (this.wanted.quantiles && numeric && width === 1 && Number.isFinite(values[row]))
        this.#all.push(values[row]!);
      if (this.wanted.values && type !== 'vector') {
        const text = valueText(cells, row);
        this.#counts.set(text, (this.#counts.get(text) ?? 0) + 1);
      }
    }
  }

  #moments(value: number): void {
    this.count++;
    const gap = value - this.#mean;
    this.#mean += gap / this.count;
    this.#m2 += gap * (value - this.#mean);
  }

  /** Throws InputError `rule` where the type has none; undefined where there is no value. */
  get mean(): number | undefined {
    if (!isNumeric(this.type) && this.type !== 'vector')
      throw new InputError('rule', `a column of ${this.type} has no mean and no spread`);
    return this.count === 0 ? undefined : this.#mean;
  }

  /** Of a sample (n − 1); 0 of one value. */
  get sd(): number | undefined {
    return this.mean === undefined ? undefined : Math.sqrt(this.#m2 / Math.max(1, this.count - 1));
  }

  /** By linear interpolation (numpy.quantile). */
  quantile(at: number): number | undefined {
    if (!isNumeric(this.type)) throw new InputError('rule', `a column of ${this.type} has no quantiles`);
    return this.#all.length === 0 ? undefined : quantileSorted(this.#ascending(), at);
  }

  #sorted: Float64Array | undefined;
  #ascending(): Float64Array {
    if (this.#sorted?.length !== this.#all.length) this.#sorted = sorted(this.#all);
    return this.#sorted;
  }

  /** How often each value occurs, by its text. */
  get counts(): ReadonlyMap<string, number> {
    if (this.type === 'vector') throw new InputError('rule', 'a column of vectors has no classes');
    return this.#counts;
  }

  /** Of the values that are there. */
  share(of: string): number | undefined {
    const there = this.rows - this.missing;
    return there === 0 ? undefined : (this.counts.get(of) ?? 0) / there;
  }

  /** Entropy of the classes over that of equal shares, H / log₂(k); 0 of one class. */
  get balance(): number | undefined {
    const there = this.rows - this.missing;
    if (there === 0) return undefined;
    const classes = [...this.counts.values()];
    if (classes.length === 1) return 0;
    const entropy = classes.reduce((sum, count) => sum - (count / there) * Math.log(count / there), 0);
    return entropy / Math.log(classes.length);
  }

  /** Milliseconds since 1970; undefined where there is no date. */
  get newest(): { readonly ms: number; readonly text: string } | undefined {
    if (!isTime(this.type)) throw new InputError('rule', `a column of ${this.type} holds no dates`);
    if (this.#newest === Number.NEGATIVE_INFINITY) return undefined;
    const ms = this.type === 'date' ? this.#newest * day : this.#newest / 1000;
    return { ms, text: timeText(this.#newest, this.type) };
  }
}

function valueText({ type, values, dictionary }: Cells, row: number): string {
  if (type === 'string') return dictionary![values[row]!]!;
  if (type === 'bool') return values[row] === 1 ? 'true' : 'false';
  return isTime(type) ? timeText(values[row]!, type) : String(values[row]);
}
