import { type Colour, type RampName, ramp } from './colours.js';
import { line, placeY } from './panel.js';
import { picture } from './raster.js';
import { element, faint, ink, type Markup, text } from './svg.js';
import { fitted, textWidth } from './text.js';
import { tickLabels, ticks } from './ticks.js';

export interface LegendEntry {
  readonly colour: Colour;
  readonly label: string;
  /** Stands for an outline, not for an area. */
  readonly outline?: true;
}

const entryHeight = 20;
const widest = 190;

export const legendWidth = (entries: readonly LegendEntry[]): number =>
  22 + Math.min(widest, Math.max(0, ...entries.map(({ label }) => textWidth(label))));

/** Squares of colour with their words, as many as fit below `top` within `height`; how many more is said. */
export function legend(left: number, top: number, height: number, entries: readonly LegendEntry[]): Markup {
  const room = Math.max(1, Math.floor(height / entryHeight));
  const shown = entries.length <= room ? entries : entries.slice(0, room - 1);
  const rows = shown.map(({ colour, label, outline }, i) => {
    const y = top + i * entryHeight;
    const stroke = outline ? 1.6 : 0.5;
    return [
      element('rect', {
        x: left,
        y,
        width: 14,
        height: 14,
        fill: colour,
        stroke: ink,
        'stroke-width': stroke,
      }),
      text(left + 21, y + 11.5, fitted(label, widest)),
    ].join('');
  });
  if (shown.length < entries.length) {
    const more = `and ${entries.length - shown.length} more`;
    rows.push(text(left, top + shown.length * entryHeight + 11.5, more, { fill: faint }));
  }
  return rows.join('');
}

export interface Scale {
  readonly ramp: RampName;
  readonly from: number;
  readonly to: number;
  /** With its unit. */
  readonly label: string;
}

export const scaleWidth = 84;

/** A bar of the ramp's colours with numbers at its right, low at the bottom. */
export function colourBar(left: number, top: number, height: number, scale: Scale): Markup {
  const bar = { left, top, width: 14, height, x: { from: 0, to: 1 }, y: { from: scale.from, to: scale.to } };
  const pixels = Uint8Array.from({ length: 64 }, (_, i) => 63 - i);
  const values = ticks(scale.from, scale.to, Math.max(2, Math.floor(height / 40)));
  const labels = tickLabels(values);
  const beside = left + 38 + Math.max(0, ...labels.map((label) => textWidth(label, 11)));
  return [
    picture(bar, { width: 1, height: 64, pixels, palette: ramp(scale.ramp, 64) }),
    element('rect', { x: left, y: top, width: 14, height, fill: 'none', stroke: ink, 'stroke-width': 0.5 }),
    ...values.map((value, i) => {
      const y = scale.from === scale.to ? top + height / 2 : placeY(bar, value);
      return line(left + 14, y, left + 18, y, ink) + text(left + 21, y + 4, labels[i]!, { size: 11 });
    }),
    text(beside, top + height / 2, scale.label, { anchor: 'middle', rotate: -90, fill: faint }),
  ].join('');
}
