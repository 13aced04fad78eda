import { classColours } from './colours.js';
import { axes, line, type Panel, placeX, placeY } from './panel.js';
import { element, figure, ink, type Markup, text } from './svg.js';
import { boldWidth, fitted, shortNumber, textWidth } from './text.js';

export interface Bar {
  readonly label: string;
  readonly value: number;
  readonly lower?: number;
  readonly upper?: number;
  /** The one that the others are there for. */
  readonly main?: true;
}

/** One number for several contenders, as bars from zero with intervals, best told apart by length. */
export function comparisonFigure(title: string, axisLabel: string, bars: readonly Bar[]): Markup {
  const labelWidth = Math.min(190, Math.max(40, ...bars.map(({ label }) => textWidth(label, 11))));
  const ends = bars.flatMap(({ value, lower = value, upper = value }) => [lower, upper]);
  const [low, high] = [Math.min(0, ...ends), Math.max(0, ...ends)];
  const span = high - low || 1;
  const panel: Panel = {
    left: labelWidth + 24,
    top: 42,
    width: 380,
    height: bars.length * 32 + 8,
    x: {
      from: low < 0 ? low - span * 0.04 : 0,
      to: high > 0 ? high + span * 0.04 : 0,
      label: fitted(axisLabel, 380 + Math.min(labelWidth, 60)),
    },
    y: {
      from: bars.length,
      to: 0,
      marks: bars.map(({ label }, i) => ({ at: i + 0.5, label: fitted(label, labelWidth, 11) })),
    },
  };
  const [blue] = classColours(1);
  const zero = placeX(panel, 0);
  return figure(
    Math.max(panel.left + panel.width + 74, boldWidth(title, 14) + 44),
    panel.top + panel.height + 50,
    title,
    text(16, 24, title, { size: 14, weight: 'bold' }),
    ...bars.map(({ value, lower, upper, main }, i) => {
      const [x, y] = [placeX(panel, value), placeY(panel, i + 0.5)];
      const interval =
        lower === undefined || upper === undefined
          ? ''
          : [
              line(placeX(panel, lower), y, placeX(panel, upper), y, ink, 1.5),
              ...[lower, upper].map((end) =>
                line(placeX(panel, end), y - 5, placeX(panel, end), y + 5, ink, 1.5),
              ),
            ].join('');
      return [
        element('rect', {
          x: Math.min(x, zero),
          y: y - 9,
          width: Math.abs(x - zero),
          height: 18,
          fill: main ? blue : '#b8b8b8',
        }),
        interval,
        text(panel.left + panel.width + 8, y + 4, shortNumber(Number(value.toPrecision(3))), {
          size: 11,
          ...(main && { weight: 'bold' }),
        }),
      ].join('');
    }),
    axes(panel, { labelWidth }),
  );
}
