/** What is known of a column, as `engine/artifacts/facts.ts` finds it. */
export interface Facts {
  readonly name: string;
  readonly type: string;
  readonly rows: number;
  readonly missing: number;
  readonly distinct: number;
  readonly smallest?: string | number | boolean;
  readonly largest?: string | number | boolean;
  readonly values?: readonly (string | number | boolean)[];
  readonly whole: boolean;
  readonly infinite: number;
  /** Of all texts, by `commonShape`. */
  readonly shape?: string;
  readonly width?: number;
  readonly unit?: string;
}

type Rules = { [rule: string]: unknown };

/** Fewer rows than these show no range, no list of values and no key. */
const enough = 30;

/**
 * A contract that the data keep which it is inferred from, as plain data in the form that `readContract` reads. Facts of
 * structure (type, missing values, keys) are of high severity; ranges and lists of values, which good data may outgrow, are
 * of medium. Ranges are the values found and a tenth of their width on each side, and never cross 0.
 */
export function inferContract(name: string, columns: readonly Facts[]): { readonly [key: string]: unknown } {
  const rows = columns[0]?.rows ?? 0;
  return {
    version: 1,
    name,
    severity: 'high',
    rows: { min: Math.max(1, Math.floor(rows / 2)), severity: 'medium' },
    columns: Object.fromEntries(columns.map((column) => [column.name, rulesOf(column)])),
    other_columns: 'allow',
  };
}

function rulesOf(facts: Facts): Rules {
  const { type, rows, missing, distinct, unit, width } = facts;
  const numeric = /^(float|int)/.test(type);
  const rules: Rules = { type: type.startsWith('int') ? 'integer' : numeric ? 'number' : type };
  if (unit !== undefined) rules['unit'] = unit;
  if (width !== undefined) rules['width'] = width;
  rules['nulls'] =
    missing === 0 ? 'none' : `${Math.min(100, Math.ceil(((1.5 * missing) / Math.max(1, rows)) * 20) * 5)}%`;
  if ((numeric || type === 'vector') && facts.infinite === 0 && !facts.whole) rules['finite'] = true;
  const key = distinct === rows && rows >= enough && missing === 0 && (type === 'string' || facts.whole);
  if (key) rules['unique'] = true;
  if (key && facts.shape?.includes('[0-9]'))
    rules['pattern'] = { is: `^${facts.shape}$`, severity: 'medium' };
  if (rows < enough || distinct === 0) return rules;
  if (type === 'string' && facts.values && distinct <= 20 && distinct * 10 <= rows)
    rules['values'] = { is: [...facts.values], severity: 'medium' };
  if (numeric && !key) Object.assign(rules, rangeOf(facts));
  return rules;
}

function rangeOf({ smallest, largest, whole }: Facts): Rules {
  const [low, high] = [Number(smallest), Number(largest)];
  if (!Number.isFinite(low) || !Number.isFinite(high)) return {};
  const slack = (high - low) / 10;
  const round = (value: number, way: 'floor' | 'ceil') =>
    whole ? Math[way](value) : Number(value.toPrecision(3));
  const min = low >= 0 && low - slack < 0 ? 0 : round(low - slack, 'floor');
  const max = high <= 0 && high + slack > 0 ? 0 : round(high + slack, 'ceil');
  const medium = (is: number) => ({ is, severity: 'medium' });
  return { min: medium(Math.min(min, low)), max: medium(Math.max(max, high)) };
}

/** What all texts of a column look like, as a regular expression: `C[0-9]{4}`. Undefined where they differ. */
export function commonShape(texts: Iterable<string>): string | undefined {
  let shape: string | undefined;
  for (const text of texts) {
    const own = shapeOf(text);
    if (shape !== undefined && own !== shape) return undefined;
    shape = own;
  }
  return shape;
}

const shapeOf = (text: string): string =>
  text.replace(/[0-9]+|[^0-9]+/g, (run) =>
    /^[0-9]/.test(run) ? `[0-9]{${run.length}}` : run.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&'),
  );
