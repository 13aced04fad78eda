import { classColours } from './colours.js';
import { axes, line, marginBottom, marginLeft, type Panel, placeX, placeY } from './panel.js';
import { element, faint, figure, type Markup, text } from './svg.js';
import { boldWidth } from './text.js';

export interface CalibrationPoint {
  /** Mean probability that was given, and share of rows where it came true. */
  readonly predicted: number;
  readonly observed: number;
  /** Rows. */
  readonly weight: number;
}

/** How often a prediction was right by how sure it was; on the diagonal, words and deeds agree. Areas show the rows. */
export function calibrationFigure(title: string, points: readonly CalibrationPoint[]): Markup {
  const panel: Panel = {
    left: marginLeft,
    top: 44,
    width: 330,
    height: 330,
    x: { from: 0, to: 1, label: 'probability given to the predicted class' },
    y: { from: 0, to: 1, label: 'share that was right' },
  };
  const [blue] = classColours(1);
  const most = Math.max(...points.map(({ weight }) => weight));
  const at = ({ predicted, observed }: CalibrationPoint) =>
    `${placeX(panel, predicted).toFixed(1)} ${placeY(panel, observed).toFixed(1)}`;
  return figure(
    Math.max(panel.left + panel.width + 24, boldWidth(title, 14) + 90),
    panel.top + panel.height + marginBottom + 30,
    title,
    text(marginLeft, 24, title, { size: 14, weight: 'bold' }),
    axes(panel, { lines: true }),
    line(placeX(panel, 0), placeY(panel, 0), placeX(panel, 1), placeY(panel, 1), faint),
    element('path', { d: `M${points.map(at).join('L')}`, fill: 'none', stroke: blue, 'stroke-width': 2 }),
    ...points.map((point) =>
      element('circle', {
        cx: placeX(panel, point.predicted),
        cy: placeY(panel, point.observed),
        r: 2.5 + 7.5 * Math.sqrt(point.weight / most),
        fill: blue,
        'fill-opacity': 0.75,
        stroke: '#ffffff',
      }),
    ),
    text(
      marginLeft,
      panel.top + panel.height + marginBottom + 16,
      'Circles grow with the rows they stand for.',
      {
        size: 11,
        fill: faint,
      },
    ),
  );
}
