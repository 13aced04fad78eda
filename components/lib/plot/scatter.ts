import { classColours } from './colours.js';
import { axes, line, marginBottom, marginLeft, type Panel, placeX, placeY } from './panel.js';
import { element, faint, figure, type Markup, text } from './svg.js';
import { textWidth } from './text.js';

/** Predictions over the truth; on the diagonal, both are equal. `points`: pairs of truth and prediction. */
export function scatterFigure(
  title: string,
  label: string,
  points: readonly (readonly [truth: number, predicted: number])[],
): Markup {
  const values = points.flat();
  const low = values.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  const high = values.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  const room = (high - low || Math.abs(high) || 1) * 0.04;
  const ends = { from: low - room, to: high + room };
  const panel: Panel = {
    left: marginLeft + 10,
    top: 44,
    width: 340,
    height: 340,
    x: { ...ends, label: `true ${label}` },
    y: { ...ends, label: `predicted ${label}` },
  };
  const [blue] = classColours(1);
  const opacity = points.length > 300 ? 0.35 : 0.7;
  return figure(
    Math.max(panel.left + panel.width + 24, textWidth(title, 14) + 90),
    panel.top + panel.height + marginBottom + 8,
    title,
    text(16, 24, title, { size: 14, weight: 'bold' }),
    axes(panel, { lines: true }),
    line(
      placeX(panel, ends.from),
      placeY(panel, ends.from),
      placeX(panel, ends.to),
      placeY(panel, ends.to),
      faint,
    ),
    element(
      'g',
      { fill: blue, 'fill-opacity': opacity },
      ...points.map(([truth, predicted]) =>
        element('circle', { cx: placeX(panel, truth), cy: placeY(panel, predicted), r: 3 }),
      ),
    ),
  );
}
