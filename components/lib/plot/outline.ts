import type { Panel } from './panel.js';
import { element, type Markup } from './svg.js';

/**
 * The border between cells that are marked and those that are not, in black on white so that it is seen on every
 * colour. `cells`: row by row from the bottom. Runs of borders are one stroke.
 */
export function outline(panel: Panel, cells: Uint8Array, columns: number, rows: number): Markup {
  const at = (column: number, row: number) =>
    column >= 0 && column < columns && row >= 0 && row < rows && cells[row * columns + column] === 1;
  const x = (column: number) => (panel.left + (panel.width * column) / columns).toFixed(1);
  const y = (row: number) => (panel.top + panel.height - (panel.height * row) / rows).toFixed(1);
  const strokes: string[] = [];
  for (let row = 0; row <= rows; row++)
    for (const [from, to] of runs(columns, (column) => at(column, row) !== at(column, row - 1)))
      strokes.push(`M${x(from)} ${y(row)}H${x(to)}`);
  for (let column = 0; column <= columns; column++)
    for (const [from, to] of runs(rows, (row) => at(column, row) !== at(column - 1, row)))
      strokes.push(`M${x(column)} ${y(from)}V${y(to)}`);
  const d = strokes.join('');
  const path = (stroke: string, width: number) =>
    element('path', { d, fill: 'none', stroke, 'stroke-width': width, 'stroke-linecap': 'square' });
  return d ? path('#ffffff', 3.2) + path('#000000', 1.4) : '';
}

/** Stretches [from, to) of 0 … length−1 in which the test holds. */
function* runs(length: number, holds: (index: number) => boolean): Generator<readonly [number, number]> {
  let from = -1;
  for (let i = 0; i <= length; i++) {
    const inside = i < length && holds(i);
    if (inside && from < 0) from = i;
    if (!inside && from >= 0) {
      yield [from, i];
      from = -1;
    }
  }
}
