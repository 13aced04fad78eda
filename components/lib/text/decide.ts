import type { CellPlan, CellType } from './convert.js';
import type { ColumnProfile, Witness } from './profile.js';
import { Reading, Trait } from './readings.js';
import { type DateOrder, parseDate, parseNumber } from './values.js';

export interface DecideOptions {
  /** Types that the person gave, by column. */
  readonly types: ReadonlyMap<string, CellType>;
  /** Decimal mark that the person gave. */
  readonly numbers?: 'point' | 'comma';
  /** Texts for missing values outside of text columns. */
  readonly nulls: readonly string[];
  /** The same in text columns; the empty text always is one. */
  readonly textNulls: readonly string[];
}

/** What keeps a column from being read, or is worth saying about it. */
export interface Remark {
  readonly column: string;
  readonly kind: 'ambiguous' | 'values' | 'note';
  /** What was found, to follow upon `column "…": `. */
  readonly message: string;
  readonly hint: string;
  readonly line: number;
}

export interface Decision {
  readonly plans: readonly CellPlan[];
  readonly remarks: readonly Remark[];
}

/**
 * How to read each column: the type that all its cells allow. Marks in numbers and the order of dates are settled by
 * the cells of the column, then by what the other columns show, then by the person; otherwise they are ambiguous.
 */
export function decide(
  names: readonly string[],
  profiles: readonly ColumnProfile[],
  options: DecideOptions,
): Decision {
  const remarks: Remark[] = [];
  const shown = evidence(profiles.filter((_, i) => options.types.get(names[i]!) !== 'string'));
  const plans = profiles.map((profile, i): CellPlan => {
    const say = (kind: Remark['kind'], found: { message: string; hint: string; line: number }) =>
      remarks.push({ column: names[i]!, kind, ...found });
    const type = options.types.get(names[i]!);
    const plan = type ? declared(type, profile, options, shown, say) : inferred(profile, options, shown, say);
    return { ...plan, nulls: plan.type === 'string' ? options.textNulls : options.nulls };
  });
  return { plans, remarks };
}

type Say = (kind: Remark['kind'], found: { message: string; hint: string; line: number }) => unknown;
type Plan = Omit<CellPlan, 'nulls'>;

/** Readings that some column of the file can only have this way. */
interface Evidence {
  readonly numbers: 'point' | 'comma' | undefined;
  readonly dates: 'dmy' | 'mdy' | undefined;
}

function evidence(profiles: readonly ColumnProfile[]): Evidence {
  const only = (has: number, not: number) =>
    profiles.some((p) => p.cells > 0 && (p.common & has) !== 0 && (p.common & not) === 0);
  const one = <T>(a: boolean, b: boolean, x: T, y: T) => (a === b ? undefined : a ? x : y);
  return {
    numbers: one(
      only(Reading.point, Reading.comma),
      only(Reading.comma, Reading.point),
      'point' as const,
      'comma' as const,
    ),
    dates: one(
      only(Reading.dayFirst, Reading.monthFirst | Reading.yearFirst),
      only(Reading.monthFirst, Reading.dayFirst | Reading.yearFirst),
      'dmy' as const,
      'mdy' as const,
    ),
  };
}

const numeric = Reading.point | Reading.comma;
const dated = Reading.yearFirst | Reading.dayFirst | Reading.monthFirst | Reading.example;
const has = (profile: ColumnProfile, bits: number) => (profile.traits & bits) !== 0;

function inferred(profile: ColumnProfile, options: DecideOptions, shown: Evidence, say: Say): Plan {
  const { common, cells } = profile;
  if (cells === 0) return { type: 'float64' };
  if ((common & Reading.truth) !== 0) return { type: 'bool' };
  if ((common & Reading.example) !== 0) return inferredDate(profile, shown, say);
  if ((common & numeric) !== 0) {
    if (has(profile, Trait.leadingZero | Trait.plus | Trait.long)) return { type: 'string' };
    if (couldBeCodes(profile)) return codeOrNumber(profile, say);
    const comma = decimalComma(profile, options, shown, say);
    if (comma === undefined) return { type: 'string' };
    return { type: hasFraction(profile, comma) ? 'float64' : 'int64', comma };
  }
  if ((common & dated) !== 0) return inferredDate(profile, shown, say);
  const witness = witnessOf(profile, Reading.point) ?? witnessOf(profile, Reading.comma);
  const share = profile.numbers / cells;
  if (share >= 0.5 && witness)
    say('note', {
      message: `"${witness.text}" is no number, though ${Math.floor(share * 100)}% of the values are; the column is read as text`,
      hint: 'add such texts to "nulls" where they stand for missing values',
      line: witness.line,
    });
  return { type: 'string' };
}

const hasFraction = (profile: ColumnProfile, comma: boolean) =>
  has(profile, comma ? Trait.commaFraction : Trait.pointFraction);

const couldBeCodes = (profile: ColumnProfile) =>
  (profile.common & numeric) === numeric &&
  has(profile, Trait.wholePower) &&
  !has(profile, Trait.signedPower);

/** Where all is 1E5 and whole numbers, these may be article numbers; a fraction or a signed power anywhere settles it. */
function codeOrNumber(profile: ColumnProfile, say: Say): Plan {
  const witness = profile.witness[Trait.wholePower]!;
  const value = parseNumber(Buffer.from(witness.text), 0, witness.text.length, false);
  say('ambiguous', {
    message: `"${witness.text}" can be read as the number ${value} or as a text`,
    hint: 'say which, with columns: { …: { type: float64 } } or { type: string }',
    line: witness.line,
  });
  return { type: 'string' };
}

/** True for a decimal comma, false for a point, undefined where that is open (and said). */
function decimalComma(
  profile: ColumnProfile,
  options: DecideOptions,
  shown: Evidence,
  say: Say,
): boolean | undefined {
  const { common } = profile;
  const both = (common & numeric) === numeric;
  if (!both) {
    const comma = (common & Reading.comma) !== 0;
    if (!options.numbers || (options.numbers === 'comma') === comma) return comma;
    const witness = profile.witness[comma ? Reading.point : Reading.comma]!;
    say('note', {
      message: `"${witness.text}" is no number as the example writes them; the column is read as text`,
      hint: 'numbers: gives one way of writing for the whole file',
      line: witness.line,
    });
    return undefined;
  }
  const settled = options.numbers ?? shown.numbers;
  if (settled) return settled === 'comma';
  if (!has(profile, Trait.numbersDiffer)) return false;
  const witness = profile.witness[Trait.numbersDiffer]!;
  const bytes = Buffer.from(witness.text);
  const [a, b] = [false, true].map((comma) => parseNumber(bytes, 0, bytes.length, comma));
  say('ambiguous', {
    message: `"${witness.text}" can be read as ${a} or as ${b}`,
    hint: 'show which mark is the decimal one: numbers: "1,234.56" or numbers: "1.234,56"',
    line: witness.line,
  });
  return undefined;
}

function inferredDate(profile: ColumnProfile, shown: Evidence, say: Say): Plan {
  const type = has(profile, Trait.time) ? 'timestamp' : 'date';
  const order = dateOrder(profile, shown, say);
  return order ? { type, order } : { type: 'string' };
}

function dateOrder(profile: ColumnProfile, shown: Evidence, say: Say): DateOrder | 'example' | undefined {
  const { common } = profile;
  if ((common & Reading.example) !== 0) return 'example';
  if ((common & Reading.yearFirst) !== 0) return 'ymd';
  if ((common & Reading.monthFirst) === 0) return 'dmy';
  if ((common & Reading.dayFirst) === 0) return 'mdy';
  if (shown.dates) return shown.dates;
  if (!has(profile, Trait.datesDiffer)) return 'dmy';
  const witness = profile.witness[Trait.datesDiffer]!;
  const [a, b] = (['dmy', 'mdy'] as const).map((order) => iso(parseDate(witness.text, order).days));
  say('ambiguous', {
    message: `"${witness.text}" can be read as ${a} or as ${b}`,
    hint: 'show how dates are written, by one whose day is past 12: dates: "31/12/2024" or dates: "12/31/2024"',
    line: witness.line,
  });
  return undefined;
}

const iso = (days: number) => new Date(days * 86_400_000).toISOString().slice(0, 10);

const wanted = {
  float64: { bits: numeric, what: 'a number' },
  float32: { bits: numeric, what: 'a number' },
  int64: { bits: numeric, what: 'a whole number' },
  int32: { bits: numeric, what: 'a whole number' },
  bool: { bits: Reading.truthLike, what: 'true or false' },
  date: { bits: dated, what: 'a date' },
  timestamp: { bits: dated, what: 'a date and time' },
} as const;

function declared(
  type: CellType,
  profile: ColumnProfile,
  options: DecideOptions,
  shown: Evidence,
  say: Say,
): Plan {
  if (type === 'string' || profile.cells === 0) return { type };
  const { bits, what } = wanted[type];
  const wrong = (witness: Witness, message: string): Plan => {
    say('values', {
      message: `"${witness.text}" is not ${message}`,
      hint: 'add it to "nulls" if it stands for a missing value, or give the column another type',
      line: witness.line,
    });
    return { type };
  };
  if ((profile.common & bits) === 0) return wrong(lastWitness(profile, bits), what);
  if (type === 'bool') return { type };
  if (type === 'date' || type === 'timestamp') {
    const order = dateOrder(profile, shown, say);
    return { type, ...(order && { order }) };
  }
  const comma = decimalComma(
    profile,
    options,
    shown,
    (kind, found) => kind === 'ambiguous' && say(kind, found),
  );
  if (comma === undefined) {
    const unlike = witnessOf(profile, options.numbers === 'comma' ? Reading.comma : Reading.point);
    return options.numbers && unlike ? wrong(unlike, `a number written like the example`) : { type };
  }
  if (type === 'int64' || type === 'int32') {
    const fraction = comma ? Trait.commaFraction : Trait.pointFraction;
    if (has(profile, fraction)) return wrong(profile.witness[fraction]!, what);
    const range = type === 'int32' ? Trait.wide : Trait.long;
    if (has(profile, range)) return wrong(profile.witness[range]!, `within the range of ${type}`);
  }
  return { type, comma };
}

const witnessOf = (profile: ColumnProfile, bit: number): Witness | undefined => profile.witness[bit];

/** The cell at which the last of some readings was lost. */
function lastWitness(profile: ColumnProfile, bits: number): Witness {
  const lost: Witness[] = [];
  for (let bit = 1; bit <= bits; bit <<= 1) {
    const witness = (bits & bit) !== 0 ? profile.witness[bit] : undefined;
    if (witness) lost.push(witness);
  }
  return lost.reduce((a, b) => (b.line > a.line ? b : a));
}
