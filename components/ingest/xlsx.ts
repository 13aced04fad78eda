import { basename } from 'node:path';
import { columnFrom } from '../../engine/artifacts/build.js';
import type { Column } from '../../engine/artifacts/column.js';
import { Frame } from '../../engine/artifacts/frame.js';
import { overridden, unknownColumns } from '../../engine/artifacts/overrides.js';
import type { Field } from '../../engine/artifacts/schema.js';
import { type Context, defineComponent, table, type Where } from '../../engine/component.js';
import { ColumnOverrides, Config, OneOf, Path, RoleName, Type } from '../../engine/schema.js';
import { InputError } from '../lib/errors.js';
import { cellName } from '../lib/spreadsheet/address.js';
import { type Grid, gridOf } from '../lib/spreadsheet/layout.js';
import type { Sheet } from '../lib/spreadsheet/sheet.js';
import { type TypedColumn, typedColumn } from '../lib/spreadsheet/typed.js';
import { numbersBy } from '../lib/text/examples.js';

const config = Config({
  path: Path({ description: 'the workbook: xlsx, xlsm, xlsb, xls or ods' }),
  sheet: Type.Optional(
    Type.Union([Type.String({ minLength: 1 }), Type.Integer({ minimum: 1 })], {
      description: 'name of the sheet, or its number from 1; the only one if absent',
    }),
  ),
  header_row: Type.Optional(
    Type.Integer({
      minimum: 1,
      description: 'row of the sheet that names the columns; the first that is not empty if absent',
    }),
  ),
  header_rows: Type.Integer({
    default: 1,
    minimum: 1,
    maximum: 10,
    description: 'rows that the header takes; the words of the upper ones come first in the names',
  }),
  merged: Type.Optional(
    OneOf(['repeat', 'first'], {
      description: 'what merged cells among the rows mean: each of them has the value, or only the first',
    }),
  ),
  numbers: Type.Optional(
    Type.String({
      description:
        'how texts in columns of mixed cells write numbers, by example; number cells are put so too',
      examples: ['1.234,56', '1,234.56'],
    }),
  ),
  row_column: Type.Optional(
    Type.String({
      minLength: 1,
      description: 'name of a column that says in which row of the sheet a row stands',
    }),
  ),
  columns: Type.Optional(ColumnOverrides({ description: 'type, role and unit of columns, by name' })),
  roles: Type.Optional(Type.Record(Type.String(), RoleName(), { description: 'roles alone, by name' })),
});

/** What to write where a person has to say what is meant, by the code of what was found. */
const advice: { readonly [code: string]: { readonly key: string; readonly hint: string } } = {
  'which-sheet': { key: 'path', hint: 'name the one to read: sheet: …' },
  'no-sheet': { key: 'sheet', hint: 'sheets are called as their tabs are, or numbered from 1' },
  header: { key: 'header_row', hint: 'say which row names the columns: header_row: 4' },
  'header-names': {
    key: 'header_row',
    hint: 'rename one in the file, or take two rows of names: header_rows: 2',
  },
  merged: {
    key: 'merged',
    hint: 'say what that means: merged: repeat (each row has the value) or merged: first',
  },
};

/** One sheet of a workbook. Types are those of the cells, not of their looks. */
export default defineComponent({
  name: 'ingest.xlsx',
  version: '1',
  summary: 'Read a sheet of an Excel or OpenDocument workbook',
  config,
  inputs: {},
  outputs: { out: table('the rows of the sheet') },
  metrics: {
    rows: { description: 'rows read', type: 'integer' },
    columns: { description: 'columns read', type: 'integer' },
  },
  needs: ['files'],
  determinism: 'pure',
  example:
    'use: ingest.xlsx\nwith: { path: data/quotes.xlsx, sheet: Quotes, header_row: 4, roles: { part: key } }',
  async run(ctx) {
    const { config } = ctx;
    const input = await ctx.files.input(config.path);
    const { sheetKernel } = await import('../lib/spreadsheet/sheet.js');
    const name = basename(input.path);
    const mark = told(ctx, 'numbers', () =>
      config.numbers === undefined ? 'point' : numbersBy(config.numbers),
    );
    const request = { path: input.path, ...(config.sheet !== undefined && { sheet: config.sheet }) };
    const [sheet] = (await told(ctx, 'path', () =>
      ctx.compute(sheetKernel, request, { signal: ctx.signal }),
    )) as [Sheet];
    const grid = told(ctx, 'path', () =>
      gridOf(sheet, {
        headerRows: config.header_rows,
        ...(config.header_row !== undefined && { headerRow: config.header_row }),
        ...(config.merged && { merged: config.merged }),
      }),
    );
    for (const unknown of unknownColumns(grid.names, config))
      ctx.fail('spec/column', `${name} ${unknown.what}`, unknown);
    const fields: Field[] = [];
    const columns = new Map<string, Column>();
    for (const [i, column] of grid.names.entries()) {
      const typed = columnOf(ctx, grid, i, mark, name);
      fields.push(overridden(fieldOf(column, typed), config));
      columns.set(column, columnFrom(fields.at(-1)!.type as TypedColumn['type'], typed.values));
    }
    if (config.row_column !== undefined) {
      if (columns.has(config.row_column))
        ctx.fail('spec/value', `the sheet has a column "${config.row_column}" already`, {
          path: ['with', 'row_column'],
        });
      fields.push({ name: config.row_column, type: 'int32', role: 'key', nullable: false });
      columns.set(
        config.row_column,
        columnFrom(
          'int32',
          grid.rows.map((row) => row + 1),
        ),
      );
    }
    ctx.metric('rows', grid.rows.length);
    ctx.metric('columns', grid.names.length);
    return { out: await ctx.tables.create(new Frame({ fields }, columns, grid.rows.length)) };
  },
});

const fieldOf = (name: string, { type, values }: TypedColumn): Field => ({
  name,
  type,
  role: 'feature',
  nullable: values.includes(undefined),
});

const numeric = ['float64', 'float32', 'int64', 'int32'];

function columnOf(
  ctx: Context<typeof config>,
  grid: Grid,
  i: number,
  mark: 'point' | 'comma',
  file: string,
): TypedColumn {
  const name = grid.names[i]!;
  const cells = grid.columns[i]!;
  const asked = ctx.config.columns?.[name]?.type;
  const typed = typedColumn(cells, asked === 'string', mark);
  const where = { path: ['with', 'path'] };
  if (typed.errors > 0) {
    const first = cells.findIndex((cell) => cell?.kind === 'error');
    const cellsOf = typed.errors === 1 ? 'a cell' : `${typed.errors} cells`;
    const message = `${file}: column "${name}" has ${cellsOf} without a value: ${place(grid, i, first)}`;
    ctx.warn(message, {
      ...where,
      hint: 'taken as missing; mend the formula, or save the file anew in a spreadsheet program',
    });
  }
  const fits =
    asked === undefined || asked === typed.type || (numeric.includes(asked) && numeric.includes(typed.type));
  if (!fits) {
    const first = cells.findIndex((cell) => cell && cell.kind !== 'error' && !isOf(cell.kind, asked));
    ctx.fail(
      'data/values',
      `${file}: column "${name}" is said to be ${asked}, and ${place(grid, i, first)}`,
      {
        path: ['with', 'columns', name, 'type'],
        hint: 'leave the type out and let prep.parse read it: rows that do not fit are then listed',
      },
    );
  }
  if (typed.mixed) {
    const { others, texts, example } = typed.mixed;
    ctx.warn(
      `${file}: column "${name}" mixes numbers or dates (${others}) with texts (${texts}) such as "${example.slice(0, 40)}": it is read as text`,
      { ...where, hint: 'prep.parse makes numbers of it, and lists the rows that it cannot use' },
    );
  }
  return asked && asked !== typed.type ? { ...typed, type: asked as TypedColumn['type'] } : typed;
}

const isOf = (kind: string, type: string): boolean =>
  kind === 'number'
    ? numeric.includes(type)
    : kind === 'date'
      ? type === 'date' || type === 'timestamp'
      : kind === type;

const place = (grid: Grid, column: number, row: number): string => {
  const cell = grid.columns[column]![row];
  const value = cell && (cell.kind === 'number' ? cell.shown : String(cell.value));
  return `${cellName(grid.rows[row]!, grid.at[column]!)} holds ${JSON.stringify(value?.slice(0, 40))}`;
};

/** What a person has to mend or say, as a problem at the setting that says it. */
function told<T>(ctx: Context, key: string, work: () => T): T {
  const refuse = (error: unknown): never => {
    if (!(error instanceof InputError)) throw error;
    const known = advice[error.code];
    const path: Where = ['with', known && Object.hasOwn(ctx.config, known.key) ? known.key : key];
    const code = key === 'numbers' ? 'spec/value' : 'data/format';
    return ctx.fail(code, error.message, { path, ...(known && { hint: known.hint }) });
  };
  try {
    const result = work();
    return result instanceof Promise ? (result.catch(refuse) as T) : result;
  } catch (error) {
    return refuse(error);
  }
}
