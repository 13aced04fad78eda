import { element, faint, ink, type Markup, rule, text } from './svg.js';
import { fitted, textWidth } from './text.js';
import { tickLabels, ticks } from './ticks.js';

/** One direction of a panel. `from` lies left or at the bottom, `to` right or at the top; either may be larger. */
export interface Axis {
  readonly from: number;
  readonly to: number;
  /** With its unit: `time (ms)`. */
  readonly label?: string;
  /** Only whole numbers are marked. */
  readonly integers?: boolean;
  /** Marks with words of their own, in place of numbers. */
  readonly marks?: readonly { readonly at: number; readonly label: string }[];
}

/** A rectangle of the figure with an axis below and one to its left. Pixels. */
export interface Panel {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  readonly x: Axis;
  readonly y: Axis;
  readonly title?: string;
}

export const placeX = ({ left, width, x }: Panel, value: number): number =>
  left + (width * (value - x.from)) / (x.to - x.from);
export const placeY = ({ top, height, y }: Panel, value: number): number =>
  top + height - (height * (value - y.from)) / (y.to - y.from);

/** Marks of an axis of so many pixels, at least `apart` from one another and, where they stand side by side, not touching. */
function marksOf(axis: Axis, pixels: number, apart: number, sideBySide: boolean): NonNullable<Axis['marks']> {
  if (axis.marks) return axis.marks;
  const values = ticks(axis.from, axis.to, Math.max(2, Math.floor(pixels / apart)), axis.integers);
  const labels = tickLabels(values);
  const widest = Math.max(0, ...labels.map((label) => textWidth(label, 11)));
  const touch = sideBySide && widest + 10 > pixels / Math.max(1, values.length) && values.length > 2;
  return touch
    ? marksOf(axis, pixels, apart * 1.5, true)
    : values.map((at, i) => ({ at, label: labels[i]! }));
}

/** Left of a panel, for marks and a label. */
export const marginLeft = 66;
/** Below a panel. */
export const marginBottom = 44;

/**
 * Frame, marks, labels and title of a panel. `lines` draws the marks through, for reading values off; `labelWidth`
 * is the room for the words at the left, in pixels.
 */
export function axes(panel: Panel, options: { lines?: boolean; labelWidth?: number } = {}): Markup {
  const { left, top, width, height, x, y, title } = panel;
  const parts: Markup[] = [];
  for (const { at, label } of marksOf(x, width, 62, true)) {
    const px = placeX(panel, at);
    if (options.lines) parts.push(line(px, top, px, top + height, rule));
    parts.push(line(px, top + height, px, top + height + 4, ink));
    parts.push(text(px, top + height + 17, label, { size: 11, anchor: 'middle' }));
  }
  let widest = 0;
  for (const { at, label } of marksOf(y, height, 38, false)) {
    const py = placeY(panel, at);
    if (options.lines) parts.push(line(left, py, left + width, py, rule));
    parts.push(line(left - 4, py, left, py, ink));
    const shown = fitted(label, options.labelWidth ?? marginLeft - 22, 11);
    widest = Math.max(widest, textWidth(shown, 11));
    parts.push(text(left - 7, py + 4, shown, { size: 11, anchor: 'end' }));
  }
  parts.push(element('rect', { x: left, y: top, width, height, fill: 'none', stroke: ink }));
  const centre = left + width / 2;
  if (x.label) parts.push(text(centre, top + height + 36, x.label, { anchor: 'middle', fill: faint }));
  if (y.label) {
    const at = left - widest - 15;
    parts.push(text(at, top + height / 2, y.label, { anchor: 'middle', rotate: -90, fill: faint }));
  }
  if (title) parts.push(text(left, top - 8, fitted(title, width, 13), { size: 13, weight: 'bold' }));
  return parts.join('');
}

export const line = (x1: number, y1: number, x2: number, y2: number, stroke: string, width = 1): Markup =>
  element('line', { x1, y1, x2, y2, stroke, 'stroke-width': width === 1 ? undefined : width });
