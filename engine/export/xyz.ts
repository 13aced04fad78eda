import { shareLabels } from '../../components/lib/plot/classes.js';
import { isNumber } from '../artifacts/column.js';
import { type Field, fieldOf } from '../artifacts/schema.js';
import type { Table } from '../artifacts/table.js';
import { labelsOf, numbersOf } from '../artifacts/values.js';
import { ProblemError, problem } from '../problem.js';

/** Lines of one string. */
const linesAtOnce = 4096;

/**
 * Plain text `x y value`, a line a row, for mapping programs: coordinates in the first two columns (line numbers where the
 * table has none, else CDP or row number and 0), then the first prediction, else the last column of numbers. Lines that begin with # say what stands
 * there; a class is written as its number, in the order that they list. Rows without place or value are left out.
 */
export async function* xyzOf(table: Table): AsyncIterable<string> {
  const value = fieldToWrite(table);
  const { label, x, y } = await placeOf(table);
  const column = await table.column(value.name);
  const classes = isNumber(value.type) ? undefined : shareLabels([labelsOf(column)]);
  const values = classes
    ? Float64Array.from(classes.codes[0]!, (c) => (c < 0 ? Number.NaN : c))
    : numbersOf(column);
  yield `# ${label} ${value.name}${value.unit ? ` (${value.unit})` : ''}\n`;
  if (classes)
    yield `# ${classes.labels.map((label, code) => `${code} ${label.replace(/\s+/g, ' ')}`).join(', ')}\n`;
  let out = '';
  for (let row = 0; row < table.rows; row++) {
    if (Number.isFinite(x[row]! + y[row]! + values[row]!)) out += `${x[row]} ${y[row]} ${values[row]}\n`;
    if ((row + 1) % linesAtOnce === 0 || row + 1 === table.rows) {
      yield out;
      out = '';
    }
  }
}

function fieldToWrite({ schema }: Table): Field {
  const { fields } = schema;
  const found =
    fields.find(({ role, type }) => role === 'prediction' && type !== 'vector') ??
    fields.findLast(({ role, type }) => role === 'feature' && isNumber(type));
  if (found) return found;
  throw new ProblemError(
    problem('data/column', 'the table has no prediction and no feature of numbers to save as xyz', {
      hint: 'prep.select chooses columns',
    }),
  );
}

interface Place {
  readonly label: string;
  readonly x: Float64Array;
  readonly y: Float64Array;
}

/** Coordinates, else line numbers; traces without either stand one beside the other, by their CDPs or in their order. */
async function placeOf(table: Table): Promise<Place> {
  const read = async (name: string) => {
    if (!isNumber(fieldOf(table.schema, name)?.type ?? 'string')) return undefined;
    const numbers = numbersOf(await table.column(name));
    return numbers.some((number) => number !== 0 && Number.isFinite(number)) ? numbers : undefined;
  };
  const none = new Float64Array(table.rows);
  for (const [a, b] of [
    ['cdp_x', 'cdp_y'],
    ['crossline', 'inline'],
  ] as const) {
    const [x, y] = [await read(a), await read(b)];
    if (x || y) return { label: `${a} ${b}`, x: x ?? none, y: y ?? none };
  }
  const cdp = await read('cdp');
  return cdp
    ? { label: 'cdp 0', x: cdp, y: none }
    : { label: 'row 0', x: none.map((_, row) => row + 1), y: none };
}
