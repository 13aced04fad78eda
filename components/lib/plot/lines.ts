import { type Panel, placeX, placeY } from './panel.js';
import { element, type Markup } from './svg.js';

/** Points of a line, from left to right. */
export interface Points {
  readonly x: Float64Array;
  readonly y: Float64Array;
}

const hundredth = (value: number) => Math.round(value * 100) / 100 + 0;

/** A path through the points; it breaks where a value is missing. */
export function lineTo(box: Panel, { x, y }: Points): string {
  let d = '';
  let open = false;
  for (const [i, value] of y.entries()) {
    if (Number.isFinite(value))
      d += `${open ? 'L' : 'M'}${hundredth(placeX(box, x[i]!))} ${hundredth(placeY(box, value))}`;
    open = Number.isFinite(value);
  }
  return d;
}

export const stroke = (box: Panel, points: Points, colour: string, width: number): Markup =>
  element('path', {
    d: lineTo(box, points),
    fill: 'none',
    stroke: colour,
    'stroke-width': width,
    'stroke-linejoin': 'round',
  });
