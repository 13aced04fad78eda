import { type Colour, classColours } from './colours.js';
import { legend, legendWidth } from './legend.js';
import { type Points, stroke } from './lines.js';
import { axes, line, marginBottom, type Panel, placeX } from './panel.js';
import { faint, figure, ink, type Markup, text } from './svg.js';
import { fitted, wrapped } from './text.js';

export interface Curve {
  readonly label: string;
  readonly points: Points;
}

export interface CurvesFigure {
  readonly title: string;
  readonly xLabel: string;
  readonly yLabel: string;
  /** The first stands out in black. */
  readonly curves: readonly Curve[];
  /** Ends of the axes; either end of `y` may cut curves off. */
  readonly x: readonly [from: number, to: number];
  readonly y: readonly [from: number, to: number];
  readonly marks?: readonly { readonly at: number; readonly label: string }[];
  readonly notes?: readonly string[];
}

const left = 82;
const width = 560;
const height = 300;

/** Lines over one another in a panel, with a legend at the right and sentences below. */
export function curvesFigure({
  title,
  xLabel,
  yLabel,
  curves,
  x,
  y,
  marks = [],
  notes = [],
}: CurvesFigure): Markup {
  const top = 62;
  const panel: Panel = {
    left,
    top,
    width,
    height,
    x: { from: x[0], to: x[1], label: xLabel },
    y: { from: y[0], to: y[1], label: yLabel },
  };
  const colours: readonly Colour[] = [ink, ...classColours(Math.max(0, curves.length - 1))];
  const entries = curves.map(({ label }, i) => ({ colour: colours[i]!, label }));
  const right = left + width + 24;
  const bottom = top + height + marginBottom;
  const lines = notes.flatMap((note) => wrapped(note, width));
  return figure(
    right + legendWidth(entries) + 16,
    bottom + 12 + lines.length * 17,
    title,
    text(left, 26, fitted(title, width, 15), { size: 15, weight: 'bold' }),
    axes(panel, { lines: true }),
    // The first is drawn last, over the others.
    ...curves
      .map(({ points }, i) => stroke(panel, within(points, y), colours[i]!, i === 0 ? 2.2 : 1.4))
      .toReversed(),
    ...marks.map(({ at, label }) => {
      const px = placeX(panel, at);
      return (
        line(px, top - 4, px, top + height, faint) +
        text(px, top - 8, label, { size: 11, anchor: 'middle', fill: faint })
      );
    }),
    legend(right, top, height, entries),
    ...lines.map((note, i) => text(left, bottom + 14 + i * 17, note, { fill: faint })),
  );
}

/** Values beyond the ends of the axis lie on them. */
const within = ({ x, y }: Points, [low, high]: readonly [number, number]): Points => ({
  x,
  y: y.map((value) => Math.min(high, Math.max(low, value))),
});
