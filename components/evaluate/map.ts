import { type Column, isNumber } from '../../engine/artifacts/column.js';
import { Frame } from '../../engine/artifacts/frame.js';
import { type Field, fieldOf, withRole } from '../../engine/artifacts/schema.js';
import type { Table } from '../../engine/artifacts/table.js';
import { labelsOf, numbersOf } from '../../engine/artifacts/values.js';
import { type Context, defineComponent, file, metrics, table } from '../../engine/component.js';
import { ColumnName, Config, OneOf, Type } from '../../engine/schema.js';
import { sharedF64, sharedI32 } from '../lib/compute/shared.js';
import {
  cellCount,
  cellsOf,
  compareCells,
  type LineGrid,
  lineAxis,
  meanOf,
  mostFrequent,
} from '../lib/plot/cells.js';
import { shareLabels } from '../lib/plot/classes.js';
import { type RampName, rampNames } from '../lib/plot/colours.js';
import { type Colouring, mapFigure } from '../lib/plot/map.js';
import { percent, shortNumber } from '../lib/plot/text.js';
import { toPng } from '../lib/plot/to-png.js';
import { type LinePlaces, towards, worldOf } from '../lib/plot/world.js';
import { quantileSorted } from '../lib/statistics/order.js';

const config = Config({
  value: Type.Optional(
    ColumnName({ port: 'predicted', description: 'column to draw; `predicted` or `cluster` where absent' }),
  ),
  truth: Type.Optional(
    Type.String({ minLength: 1, description: 'column with the truth; the target or `facies` where absent' }),
  ),
  inline: Type.String({ default: 'inline', minLength: 1, description: 'column with the inline number' }),
  crossline: Type.String({
    default: 'crossline',
    minLength: 1,
    description: 'column with the crossline number',
  }),
  title: Type.Optional(Type.String({ minLength: 1, maxLength: 200, description: 'above the map' })),
  colours: OneOf(rampNames, { default: 'viridis', description: 'scale for numbers' }),
});
type MapContext = Context<typeof config>;

/** A column that is drawn, and the input that its table came by. */
interface Layer {
  readonly panel: 'Predicted' | 'Truth';
  readonly port: 'predicted' | 'truth';
  readonly table: Table;
  readonly field: Field;
}

/** Names of the columns that say where a row lies; a strip without `inline`, in order of the rows without both. */
interface Lines {
  readonly inline?: string;
  readonly crossline?: string;
}

/**
 * A map of what was predicted, by inline and crossline, beside the truth, test rows outlined; a single line, or rows
 * without line numbers, become a strip. Several rows of one cell show their most frequent class or their mean.
 */
export default defineComponent({
  name: 'evaluate.map',
  version: '1',
  summary: 'Draw predictions as a map beside the truth, with the test rows outlined',
  config,
  inputs: {
    predicted: table('rows with line numbers and the column to draw'),
    truth: table('rows with line numbers and the truth', { optional: true }),
    test: table('test rows, to outline', { optional: true }),
  },
  outputs: { figure: file('the map'), metrics: metrics('cells and agreement') },
  metrics: {
    cells: { description: 'cells with a predicted value', type: 'integer' },
    empty: { description: 'cells of the rectangle of lines without one', type: 'integer' },
    agreement: { description: 'share of cells where predicted and true class are equal', better: 'higher' },
    test_agreement: { description: 'the same, of the cells with test rows', better: 'higher' },
    difference: { description: 'mean |predicted − true| of numbers', better: 'lower' },
    test_difference: { description: 'the same, of the cells with test rows', better: 'lower' },
  },
  determinism: 'pure',
  example:
    'use: evaluate.map\nin: { predicted: facies, truth: labels, test: split.test }\nsave: { figure: results/facies-map.png }',
  async run(ctx) {
    const { predicted, truth, test } = ctx.in;
    if (predicted.rows === 0)
      ctx.fail('data/rows', 'there are no rows to draw', { path: ['in', 'predicted'] });
    const layers = layersOf(ctx, predicted, truth);
    const lines = await linesOf(ctx, predicted);
    const places: LinePlaces[] = [];
    for (const layer of layers) places.push(await placesOf(ctx, layer.table, layer.port, lines));
    const grid = {
      inline: lineAxis(...places.map((place) => place.inline)),
      crossline: lineAxis(...places.map((place) => place.crossline)),
    };
    const rowCells = places.map(({ inline, crossline }) => cellsOf(grid, inline, crossline));
    const { cells, colouring } = await drawn(layers, rowCells, cellCount(grid), ctx.config.colours);
    const tested = test && (await testCells(ctx, test, lines, grid));
    const measured = compared(colouring.kind === 'classes', cells, tested);
    const world = await worldOfRows(predicted, places[0]!, grid);
    const svg = mapFigure({
      title: ctx.config.title ?? titleOf(layers),
      grid,
      panels: layers.map(({ panel }, i) => ({ title: layers.length > 1 ? panel : '', cells: cells[i]! })),
      colouring,
      axisLabels: { inline: lines.inline ?? '', crossline: lines.crossline ?? 'row' },
      ...(tested?.includes(1) && { outlined: { cells: tested, label: 'test rows' } }),
      ...world,
      notes: [
        ...layers.flatMap(({ field: { name, description, type } }) =>
          description !== undefined && type.startsWith('float') ? [`${name}: ${description}.`] : [],
        ),
        ...measured.notes,
        ...(grid.inline.count === 1 && world.line !== undefined
          ? [`The line runs ${towards(world.line)}.`]
          : []),
      ],
    });
    const png = await toPng(svg, ctx.compute);
    return {
      figure: await ctx.file({
        name: 'map.svg',
        media: 'image/svg+xml',
        bytes: new TextEncoder().encode(svg),
        also: { png },
        data: await ctx.tables.create(cellTable(grid, lines, cells, colouring, tested)),
      }),
      metrics: { kind: 'metrics', values: measured.values, details: {} },
    };
  },
});

function layersOf(ctx: MapContext, predicted: Table, truth: Table | undefined): readonly Layer[] {
  const { value } = ctx.config;
  const candidates = value === undefined ? ['predicted', 'cluster', 'anomaly_score'] : [value];
  const field = candidates.map((name) => drawable(predicted, name)).find((found) => found !== undefined);
  if (!field)
    return ctx.fail('data/column', `there is no column "${candidates[0]}" to draw`, {
      path: value === undefined ? ['in', 'predicted'] : ['with', 'value'],
      hint: `value: takes one of ${drawableNames(predicted)}`,
    });
  const layer = { panel: 'Predicted', port: 'predicted', table: predicted, field } as const;
  const source = truth ?? predicted;
  const target = withRole(source.schema, 'target')[0]?.name;
  const named =
    ctx.config.truth ?? target ?? (truth && ['facies', field.name].find((n) => drawable(truth, n)));
  const trueField = named === undefined ? undefined : drawable(source, named);
  if (trueField && !(source === predicted && trueField === field))
    return [layer, { panel: 'Truth', port: truth ? 'truth' : 'predicted', table: source, field: trueField }];
  if (!truth && ctx.config.truth === undefined) return [layer];
  return ctx.fail('data/column', named ? `there is no column "${named}"` : 'no column holds the truth', {
    path: named ? ['with', 'truth'] : ['in', 'truth'],
    hint: `truth: takes one of ${drawableNames(source)}`,
  });
}

const drawable = (rows: Table, name: string): Field | undefined => {
  const field = fieldOf(rows.schema, name);
  return field?.type === 'vector' ? undefined : field;
};
const drawableNames = ({ schema }: Table): string =>
  schema.fields
    .filter((field) => field.type !== 'vector')
    .map((field) => field.name)
    .join(', ');

/** Inline and crossline where both vary, else the one column that rows lie along. */
async function linesOf({ config: { inline, crossline } }: MapContext, predicted: Table): Promise<Lines> {
  const { schema } = predicted;
  if ((await varies(predicted, inline)) && (await varies(predicted, crossline))) return { inline, crossline };
  const others = (['order', 'position', 'key'] as const)
    .flatMap((role) => withRole(schema, role))
    .map((field) => field.name)
    .filter((name) => name !== 'cdp_x' && name !== 'cdp_y');
  for (const name of [crossline, inline, 'cdp', ...others])
    if (await varies(predicted, name)) return { crossline: name };
  return fieldOf(schema, inline) && fieldOf(schema, crossline) ? { inline, crossline } : {};
}

async function varies(rows: Table, name: string): Promise<boolean> {
  const field = fieldOf(rows.schema, name);
  if (!field || !isNumber(field.type)) return false;
  const values = numbersOf(await rows.column(name)).filter(Number.isFinite);
  return values.some((value) => value !== values[0]);
}

async function placesOf(ctx: MapContext, rows: Table, port: string, lines: Lines): Promise<LinePlaces> {
  const read = async (name: string) => {
    const field = fieldOf(rows.schema, name);
    if (field && isNumber(field.type)) return numbersOf(await rows.column(name));
    return ctx.fail('data/column', `there is no column of numbers "${name}", which says where rows lie`, {
      path: ['in', port],
      hint: `the table has ${drawableNames(rows)}`,
    });
  };
  if (lines.crossline === undefined && port !== 'predicted')
    ctx.fail('data/column', 'without line numbers, rows of two tables cannot be laid beside each other', {
      path: ['in', port],
      hint: 'name the columns that say where rows lie: inline:, crossline:',
    });
  return {
    inline: lines.inline === undefined ? new Float64Array(rows.rows) : await read(lines.inline),
    crossline:
      lines.crossline === undefined
        ? Float64Array.from({ length: rows.rows }, (_, row) => row)
        : await read(lines.crossline),
  };
}

async function testCells(ctx: MapContext, test: Table, lines: Lines, grid: LineGrid): Promise<Uint8Array> {
  const { inline, crossline } = await placesOf(ctx, test, 'test', lines);
  const cells = new Uint8Array(cellCount(grid));
  for (const at of cellsOf(grid, inline, crossline)) if (at >= 0) cells[at] = 1;
  return cells;
}

/** Most whole numbers that are taken for classes where nobody calls them anything else. */
const mostClasses = 24;

/** Values of the cells of each layer, and their common colours. */
async function drawn(
  layers: readonly Layer[],
  rowCells: readonly Int32Array[],
  count: number,
  rampName: RampName,
): Promise<{ cells: readonly Float64Array[]; colouring: Colouring }> {
  const columns: Column[] = [];
  for (const { table: rows, field } of layers) columns.push(await rows.column(field.name));
  const { type, name, unit } = layers[0]!.field;
  const shared = () => shareLabels(columns.map(labelsOf));
  const isFloat = type === 'float64' || type === 'float32' || type === 'timestamp' || type === 'date';
  if (!isFloat) {
    const { codes, labels } = shared();
    const isClass =
      type === 'string' || type === 'bool' || name === 'cluster' || labels.length <= mostClasses;
    if (isClass)
      return {
        cells: rowCells.map((rows, i) => mostFrequent(rows, codes[i]!, count)),
        colouring: {
          kind: 'classes',
          labels: name === 'cluster' ? labels.map((label) => `cluster ${label}`) : labels,
        },
      };
  }
  const cells = rowCells.map((rows, i) => meanOf(rows, numbersOf(columns[i]!), count));
  const values = Float64Array.from(cells.flatMap((list) => Array.from(list.filter(Number.isFinite)))).sort();
  // A few outliers must not wash out the rest.
  const end = (share: number) => (values.length > 0 ? quantileSorted(values, share) : 0);
  const ends = values.length > 100 ? [end(0.01), end(0.99)] : [end(0), end(1)];
  const most = Math.max(...ends.map(Math.abs));
  // White stands for 0 where colours part there.
  const [from, to] =
    rampName === 'blue-red' && ends[0]! < 0 && ends[1]! > 0 ? [-most, most] : (ends as [number, number]);
  return {
    cells,
    colouring: {
      kind: 'scale',
      scale: { ramp: rampName, from, to, label: unit === undefined ? name : `${name} (${unit})` },
    },
  };
}

function compared(isClass: boolean, cells: readonly Float64Array[], tested: Uint8Array | undefined) {
  const [predicted, truth] = cells as [Float64Array, Float64Array | undefined];
  const filled = predicted.reduce((sum, value) => sum + (Number.isNaN(value) ? 0 : 1), 0);
  const values: { [name: string]: number } = { cells: filled, empty: predicted.length - filled };
  const notes: string[] = [];
  const add = (prefix: string, where: string, only?: Uint8Array) => {
    const { cells: both, equal, difference } = compareCells(predicted, truth!, only);
    if (both === 0) return;
    values[`${prefix}${isClass ? 'agreement' : 'difference'}`] = isClass ? equal : difference;
    notes.push(
      isClass
        ? `Prediction and truth agree in ${percent(equal)} of ${both} ${where}.`
        : `Prediction and truth differ by ${shortNumber(difference)} on average in ${both} ${where}.`,
    );
  };
  if (truth) {
    add('', 'cells');
    if (tested) add('test_', 'cells with test rows', tested);
  }
  return { values, notes };
}

function titleOf([{ field }, truth]: readonly Layer[]): string {
  if (field.name === 'cluster') return 'Clusters';
  if (field.name === 'predicted') return truth ? `Predicted ${truth.field.name}` : 'Predictions';
  return field.name;
}

async function worldOfRows(rows: Table, places: LinePlaces, grid: LineGrid) {
  const names = ['cdp_x', 'cdp_y'];
  if (!names.every((name) => isNumber(fieldOf(rows.schema, name)?.type ?? 'string'))) return {};
  const [x, y] = [numbersOf(await rows.column('cdp_x')), numbersOf(await rows.column('cdp_y'))];
  return worldOf(places, x, y, grid);
}

/** A row a cell that holds anything: its lines, and what is drawn. */
function cellTable(
  { inline, crossline }: LineGrid,
  lines: Lines,
  layers: readonly Float64Array[],
  colouring: Colouring,
  tested: Uint8Array | undefined,
): Frame {
  const kept = Uint32Array.from(layers[0]!.keys()).filter((at) => layers.some((l) => !Number.isNaN(l[at]!)));
  const number = (name: string, value: (at: number) => number) =>
    [
      { name, type: 'float64', role: 'position', nullable: false } as Field,
      { type: 'float64' as const, values: sharedF64(kept.length).map((_, i) => value(kept[i]!)) },
    ] as const;
  const columns = [
    ...(lines.inline === undefined
      ? []
      : [number(lines.inline, (at) => inline.first + Math.floor(at / crossline.count) * inline.step)]),
    number(lines.crossline ?? 'row', (at) => crossline.first + (at % crossline.count) * crossline.step),
    ...layers.map((cells, i) => drawnColumn(i === 0 ? 'predicted' : 'truth', cells, kept, colouring)),
    ...(tested ? [number('test', (at) => tested[at]!)] : []),
  ];
  return new Frame(
    { fields: columns.map(([field]) => field) },
    new Map(columns.map(([field, column]) => [field.name, column])),
    kept.length,
  );
}

function drawnColumn(name: string, cells: Float64Array, kept: Uint32Array, colouring: Colouring) {
  const valid = Uint8Array.from(kept, (at) => (Number.isNaN(cells[at]!) ? 0 : 1));
  const nullable = valid.includes(0);
  const nulls = nullable ? { valid } : {};
  const field = (type: Field['type']): Field => ({ name, type, role: 'prediction', nullable });
  if (colouring.kind === 'scale')
    return [
      field('float64'),
      { type: 'float64' as const, values: sharedF64(kept.length).map((_, i) => cells[kept[i]!]!), ...nulls },
    ] as const;
  const values = sharedI32(kept.length).map((_, i) => (valid[i] === 1 ? cells[kept[i]!]! : -1));
  return [
    field('string'),
    { type: 'string' as const, values, dictionary: colouring.labels, ...nulls },
  ] as const;
}
