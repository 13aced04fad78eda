import { columnFrom } from '../../engine/artifacts/build.js';
import { type Column, cell } from '../../engine/artifacts/column.js';
import { Frame } from '../../engine/artifacts/frame.js';
import { type Field, fieldOf, type PlannedField } from '../../engine/artifacts/schema.js';
import { type Context, defineComponent, table } from '../../engine/component.js';
import { ColumnName, Config, OneOf, type Static, Type } from '../../engine/schema.js';
import { InputError } from '../lib/errors.js';
import {
  type Mark,
  type Money,
  type Parsed,
  parseDate,
  parseMoney,
  parseNumber,
  parsePer,
} from '../lib/text/clean.js';
import { datesBy, numbersBy } from '../lib/text/examples.js';
import { missingTexts } from '../lib/text/missing.js';

const example = (what: string, examples: string[]) =>
  Type.Optional(Type.String({ description: `how ${what} are written, by example`, examples }));

const columnConfig = Type.Object(
  {
    as: OneOf(['number', 'money', 'date'], { description: 'what the texts are' }),
    currency: Type.Optional(
      Type.String({
        pattern: '^[A-Z]{3}$',
        description: 'of all amounts (money); one with the sign or code of another is not used',
      }),
    ),
    currency_column: Type.Optional(
      Type.String({ minLength: 1, description: 'new column for the currency of each amount (money)' }),
    ),
    per: Type.Optional(
      ColumnName({ description: 'column that says for how many pieces a price is: 100, per 1000, each' }),
    ),
    negative: OneOf(['keep', 'set_aside'], {
      default: 'keep',
      description: 'what becomes of rows with a value below 0, corrections and credit notes',
    }),
    missing: OneOf(['keep', 'set_aside'], {
      default: 'keep',
      description: 'what becomes of rows without a value',
    }),
  },
  { additionalProperties: false },
);

const config = Config({
  columns: Type.Record(Type.String(), columnConfig, { description: 'the columns to read, by name' }),
  numbers: example('numbers', ['1.234,56', '1,234.56']),
  dates: example('dates', ['31.12.2024', '12/31/2024']),
  unreadable: OneOf(['set_aside', 'missing', 'stop'], {
    default: 'set_aside',
    description:
      'what becomes of rows with a value that cannot be read: set_aside lists them in that output, missing goes on without the value, stop ends the step',
  }),
});
type Settings = Static<typeof config>;
type ColumnSettings = Settings['columns'][string];

const REASON = 'set_aside_reason';

/** Texts that people typed into numbers, amounts and dates; nothing that can be read in two ways is guessed. */
export default defineComponent({
  name: 'prep.parse',
  version: '1',
  summary: 'Read numbers, money and dates out of text, and list the rows that cannot be used',
  config,
  inputs: { in: table('rows as they were typed') },
  outputs: {
    out: table('the rows that can be used'),
    set_aside: table(`the other rows as they were, with the column ${REASON}`),
  },
  metrics: {
    rows: { description: 'rows that can be used', type: 'integer' },
    set_aside: { description: 'rows set aside', type: 'integer', better: 'lower' },
  },
  determinism: 'pure',
  example:
    'use: prep.parse\nin: quotes\nwith:\n  numbers: "1.234,56"\n  dates: "31.12.2024"\n  columns:\n    price: { as: money, currency: EUR, per: price_unit }\n    ordered: { as: date }',
  columns(config, inputs, planning) {
    const schema = inputs['in'] ?? { fields: [], open: true };
    const fields = new Map(schema.fields.map((field) => [field.name, field]));
    for (const [name, said] of Object.entries(config.columns)) {
      if (!fields.has(name) && !schema.open)
        planning.report('spec/column', `there is no column "${name}" here`, {
          path: ['with', 'columns', name],
          hint: `its columns: ${[...fields.keys()].join(', ')}`,
        });
      fields.set(name, parsedField(fields.get(name) ?? { name }, said));
      if (said.currency_column !== undefined)
        fields.set(said.currency_column, { name: said.currency_column });
    }
    return {
      out: { ...schema, fields: [...fields.values()] },
      set_aside: { ...schema, fields: [...schema.fields, { name: REASON, type: 'string' }] },
    };
  },
  async run(ctx) {
    const data = ctx.in.in;
    const { columns, unreadable } = ctx.config;
    const formats = formatsOf(ctx);
    const reasons = new Map<number, string[]>();
    const found: { field: Field; column: Column }[] = [];
    for (const [name, said] of Object.entries(columns)) {
      const field = fieldOf(data.schema, name);
      const per = said.per === undefined ? undefined : fieldOf(data.schema, said.per);
      if (!field || (said.per !== undefined && !per))
        return ctx.fail('data/column', `there is no column "${field ? said.per : name}"`, {
          path: ['with', 'columns', name],
        });
      const column = await data.column(name);
      const read = readColumn(column, said, formats, per && (await data.column(per.name)));
      for (const [row, { text, unread }] of read.reasons)
        if (!unread || unreadable !== 'missing')
          reasons.set(row, [...(reasons.get(row) ?? []), `${name}: ${text}`]);
      if (unreadable === 'missing') tellMissing(ctx, name, read.reasons);
      const nullable = read.values.includes(undefined);
      const type = said.as === 'date' ? 'date' : 'float64';
      found.push({
        field: { ...parsedField(field, said), type, nullable } as Field,
        column: columnFrom(type, read.values),
      });
      if (said.currency_column !== undefined)
        found.push({
          field: { name: said.currency_column, type: 'string', role: 'feature', nullable: true },
          column: columnFrom('string', read.currencies),
        });
    }
    const parsed = new Frame(
      { fields: found.map(({ field }) => field) },
      new Map(found.map(({ field, column }) => [field.name, column])),
      data.rows,
    );
    const whole = await ctx.tables.with(data, parsed);
    tell(ctx, reasons, data.rows);
    const rows = (aside: boolean) =>
      Uint32Array.from(
        Array.from({ length: data.rows }, (_, row) => row).filter((row) => reasons.has(row) === aside),
      );
    const aside = rows(true);
    ctx.metric('rows', data.rows - aside.length);
    ctx.metric('set_aside', aside.length);
    const reason = new Frame(
      { fields: [{ name: REASON, type: 'string', role: 'feature', nullable: false }] },
      new Map([
        [
          REASON,
          columnFrom(
            'string',
            [...aside].map((row) => reasons.get(row)!.join('; ')),
          ),
        ],
      ]),
      aside.length,
    );
    return {
      out: aside.length === 0 ? whole : await ctx.tables.pick(whole, rows(false)),
      set_aside: await ctx.tables.with(await ctx.tables.pick(data, aside), reason),
    };
  },
});

function parsedField<F extends PlannedField>(field: F, { as, currency }: ColumnSettings): F {
  const { currency: _, ...rest } = field;
  const type = as === 'date' ? 'date' : 'float64';
  return { ...(rest as F), type, ...(as === 'money' && currency !== undefined && { currency }) };
}

interface Formats {
  readonly mark: Mark;
  readonly date: RegExp | undefined;
}

function formatsOf(ctx: Context<typeof config>): Formats {
  const { numbers, dates } = ctx.config;
  const by = <T>(key: 'numbers' | 'dates', parse: () => T): T => {
    try {
      return parse();
    } catch (error) {
      if (error instanceof InputError) ctx.fail('spec/value', error.message, { path: ['with', key] });
      throw error;
    }
  };
  return {
    mark: by('numbers', () => (numbers === undefined ? undefined : numbersBy(numbers))),
    date: by('dates', () => (dates === undefined ? undefined : new RegExp(datesBy(dates).pattern))),
  };
}

interface Reason {
  readonly text: string;
  /** The value cannot be read, rather than not be used. */
  readonly unread: boolean;
}

interface ReadColumn {
  readonly values: readonly (number | undefined)[];
  readonly currencies: readonly (string | undefined)[];
  readonly reasons: ReadonlyMap<number, Reason>;
}

function readColumn(
  column: Column,
  said: ColumnSettings,
  { mark, date }: Formats,
  per: Column | undefined,
): ReadColumn {
  const rows = column.values.length;
  const read = reader(column, (text): Parsed<Money> => {
    if (said.as === 'money') return parseMoney(text, mark, said.currency);
    const value = said.as === 'date' ? parseDate(text, date) : parseNumber(text, mark);
    return 'reason' in value ? value : { value: { amount: value.value, currency: undefined } };
  });
  const pieces = per && reader(per, (text) => parsePer(text, mark));
  const values = new Array<number | undefined>(rows);
  const currencies = new Array<string | undefined>(rows);
  const reasons = new Map<number, Reason>();
  for (let row = 0; row < rows; row++) {
    const found = read(row);
    const count = pieces?.(row);
    if (found === undefined) {
      if (said.missing === 'set_aside') reasons.set(row, { text: 'no value', unread: false });
    } else if ('reason' in found) reasons.set(row, { text: found.reason, unread: true });
    else if (pieces && count === undefined)
      reasons.set(row, { text: `no value in ${said.per}`, unread: true });
    else if (count && 'reason' in count)
      reasons.set(row, { text: `${said.per}: ${count.reason}`, unread: true });
    else {
      const { amount, currency } =
        typeof found.value === 'number' ? { amount: found.value, currency: undefined } : found.value;
      if (amount < 0 && said.negative === 'set_aside')
        reasons.set(row, { text: `${amount} is below 0`, unread: false });
      values[row] = count ? amount / Number(count.value) : amount;
      currencies[row] = currency ?? said.currency;
    }
  }
  return { values, currencies, reasons };
}

/** Reads a column row by row, each of its different texts once; undefined where missing. Numbers pass as they are. */
function reader<T>(column: Column, parse: (text: string) => Parsed<T>) {
  const quoted = (text: string): Parsed<T> => {
    const parsed = parse(text);
    return 'reason' in parsed ? { reason: `${JSON.stringify(text.slice(0, 60))}: ${parsed.reason}` } : parsed;
  };
  if (column.type !== 'string')
    return (row: number): Parsed<T | number> | undefined => {
      const value = cell(column, row);
      if (value === null) return undefined;
      if (typeof value === 'number' || column.type === 'date') return { value: Number(column.values[row]) };
      return quoted(String(value));
    };
  const parsed = column.dictionary.map((text) =>
    missingTexts.includes(text.trim().toLowerCase()) || text.trim() === '' ? undefined : quoted(text),
  );
  return (row: number) => (column.valid?.[row] === 0 ? undefined : parsed[column.values[row]!]);
}

/** What was set aside, with an example of each kind of reason; ends the step where it may not be. */
function tell(
  ctx: Context<typeof config>,
  reasons: ReadonlyMap<number, readonly string[]>,
  rows: number,
): void {
  if (reasons.size === 0) return;
  const shown = [...reasons]
    .sort(([a], [b]) => a - b)
    .slice(0, 5)
    .map(([row, texts]) => `row ${row + 1}: ${texts.join('; ')}`);
  const more = reasons.size > 5 ? [`… and ${reasons.size - 5} more`] : [];
  const stop = ctx.config.unreadable === 'stop';
  const count = reasons.size === 1 ? '1 row' : `${reasons.size} rows`;
  const message = [`${count} of ${rows} cannot be used`, ...shown, ...more].join('\n');
  if (stop)
    ctx.fail('data/values', message, {
      path: ['with', 'columns'],
      hint: 'unreadable: set_aside goes on without them, and lists them',
    });
  ctx.warn(message, {
    path: ['with', 'columns'],
    hint: 'the output set_aside lists them all: save: { set_aside: results/set-aside.csv }',
  });
}

function tellMissing(ctx: Context<typeof config>, name: string, reasons: ReadonlyMap<number, Reason>): void {
  const unread = [...reasons].filter(([, reason]) => reason.unread);
  const first = unread[0];
  if (!first) return;
  ctx.warn(
    `${name}: ${unread.length} values cannot be read and are missing now, in row ${first[0] + 1} ${first[1].text}`,
    {
      path: ['with', 'columns', name],
    },
  );
}
