import { classColours } from './colours.js';
import { axes, line, marginBottom, marginLeft, type Panel, placeX, placeY } from './panel.js';
import { element, faint, figure, type Markup, text } from './svg.js';
import { boldWidth, fitted, textWidth } from './text.js';

export interface Curve {
  readonly label: string;
  readonly points: readonly (readonly [x: number, y: number])[];
}

/** As many as can be told apart; the eighth colour is black, which is lost on a dark page. */
export const mostCurves = 7;

/** ROC or precision–recall curves over the unit square, each named at its side; `diagonal` marks what chance reaches. */
export function rankingFigure(
  title: string,
  labels: { readonly x: string; readonly y: string },
  curves: readonly Curve[],
  diagonal: boolean,
): Markup {
  const panel: Panel = {
    left: marginLeft,
    top: 44,
    width: 330,
    height: 330,
    x: { from: 0, to: 1, label: labels.x },
    y: { from: 0, to: 1, label: labels.y },
  };
  const colours = classColours(curves.length);
  const legendLeft = panel.left + panel.width + 20;
  const legendWidth = Math.min(170, Math.max(...curves.map(({ label }) => textWidth(label, 11))));
  const at = ([x, y]: readonly [number, number]) =>
    `${placeX(panel, x).toFixed(1)} ${placeY(panel, y).toFixed(1)}`;
  return figure(
    Math.max(legendLeft + legendWidth + 40, boldWidth(title, 14) + 90),
    panel.top + panel.height + marginBottom + 8,
    title,
    text(marginLeft, 24, title, { size: 14, weight: 'bold' }),
    axes(panel, { lines: true }),
    diagonal ? line(placeX(panel, 0), placeY(panel, 0), placeX(panel, 1), placeY(panel, 1), faint) : '',
    ...curves.map(({ points }, i) =>
      element('path', {
        d: `M${points.map(at).join('L')}`,
        fill: 'none',
        stroke: colours[i],
        'stroke-width': 2,
        'stroke-dasharray': dashes[i % dashes.length],
      }),
    ),
    ...curves.map(({ label }, i) => {
      const y = panel.top + 8 + i * 20;
      return (
        element('path', {
          d: `M${legendLeft} ${y}h22`,
          stroke: colours[i],
          'stroke-width': 2.5,
          'stroke-dasharray': dashes[i % dashes.length],
        }) + text(legendLeft + 28, y + 4, fitted(label, legendWidth, 11), { size: 11 })
      );
    }),
  );
}

/** Told apart without colour too. */
const dashes = [undefined, '7 3', '2 3', '9 3 2 3'];
