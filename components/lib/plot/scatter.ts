import { classColours } from './colours.js';
import { type Axis, axes, marginBottom, marginLeft, type Panel, placeX, placeY } from './panel.js';
import { element, faint, figure, type Markup, text } from './svg.js';
import { boldWidth } from './text.js';

type Points = readonly (readonly [truth: number, predicted: number])[];

/** Predictions over the truth; on the diagonal, both are equal. `points`: pairs of truth and prediction. */
export function scatterFigure(title: string, label: string, points: Points): Markup {
  const ends = endsOf(points.flat());
  const x = { ...ends, label: `true ${label}` };
  const y = { ...ends, label: `predicted ${label}` };
  return cloud(title, x, y, points, [
    [ends.from, ends.from],
    [ends.to, ends.to],
  ]);
}

/** What predictions miss the truth by, over the prediction: a slope, a funnel or a bend is something not yet learned. */
export function residualFigure(title: string, label: string, points: Points): Markup {
  const residuals = points.map(([truth, predicted]) => [predicted, truth - predicted] as const);
  const x = { ...endsOf(residuals.map(([at]) => at)), label: `predicted ${label}` };
  // Zero lies in the middle, so that one sees at once to which side it errs.
  const { to } = endsOf(residuals.flatMap(([, miss]) => [miss, -miss]));
  const y = { from: -to, to, label: `truth − predicted ${label}` };
  return cloud(title, x, y, residuals, [
    [x.from, 0],
    [x.to, 0],
  ]);
}

function endsOf(values: readonly number[]): { from: number; to: number } {
  const low = values.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  const high = values.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  const room = (high - low || Math.abs(high) || 1) * 0.04;
  return { from: low - room, to: high + room };
}

function cloud(title: string, x: Axis, y: Axis, points: Points, guide: Points): Markup {
  const panel: Panel = { left: marginLeft + 10, top: 44, width: 340, height: 340, x, y };
  const [blue] = classColours(1);
  const at = ([px, py]: readonly [number, number]) =>
    `${placeX(panel, px).toFixed(1)} ${placeY(panel, py).toFixed(1)}`;
  const opacity = points.length > 300 ? 0.35 : 0.7;
  return figure(
    Math.max(panel.left + panel.width + 24, boldWidth(title, 14) + 90),
    panel.top + panel.height + marginBottom + 8,
    title,
    text(16, 24, title, { size: 14, weight: 'bold' }),
    axes(panel, { lines: true }),
    element('path', { d: `M${guide.map(at).join('L')}`, stroke: faint, fill: 'none' }),
    element(
      'g',
      { fill: blue, 'fill-opacity': opacity },
      ...points.map(([px, py]) => element('circle', { cx: placeX(panel, px), cy: placeY(panel, py), r: 3 })),
    ),
  );
}
