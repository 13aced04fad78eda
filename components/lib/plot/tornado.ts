import { classColours } from './colours.js';
import { axes, line, type Panel, placeX, placeY } from './panel.js';
import { element, faint, figure, ink, type Markup, text } from './svg.js';
import { boldWidth, fitted, shortNumber, textWidth } from './text.js';

/** What a total becomes when one driver is lower and when it is higher. */
export interface Swing {
  readonly label: string;
  readonly low: number;
  readonly high: number;
}

/** Bars about the present total, the widest on top (Eschenbach 1992): which driver is worth talking about. */
export function tornadoFigure(
  title: string,
  axisLabel: string,
  total: number,
  swings: readonly Swing[],
  names: { readonly low: string; readonly high: string },
): Markup {
  const span = ({ low, high }: Swing) => Math.abs(high - low);
  const ordered = [...swings].sort((a, b) => span(b) - span(a)).slice(0, 20);
  const labelWidth = Math.min(190, Math.max(40, ...ordered.map(({ label }) => textWidth(label, 11))));
  const ends = [total, ...ordered.flatMap(({ low, high }) => [low, high])];
  const [least, most] = [Math.min(...ends), Math.max(...ends)];
  const room = (most - least || Math.abs(total) || 1) * 0.06;
  const panel: Panel = {
    left: labelWidth + 24,
    top: 66,
    width: 400,
    height: Math.max(1, ordered.length) * 28 + 8,
    x: { from: least - room, to: most + room, label: axisLabel },
    y: {
      from: Math.max(1, ordered.length),
      to: 0,
      marks: ordered.map(({ label }, i) => ({ at: i + 0.5, label: fitted(label, labelWidth, 11) })),
    },
  };
  const [blue, orange] = classColours(2);
  const bar = (to: number, i: number, fill: string | undefined) => {
    const [a, b] = [placeX(panel, total), placeX(panel, to)];
    return element('rect', {
      x: Math.min(a, b),
      y: placeY(panel, i + 0.5) - 9,
      width: Math.abs(a - b),
      height: 18,
      fill,
    });
  };
  const key = (x: number, fill: string | undefined, words: string) =>
    element('rect', { x, y: 38, width: 11, height: 11, fill }) +
    text(x + 16, 48, words, { size: 11, fill: faint });
  return figure(
    Math.max(panel.left + panel.width + 90, boldWidth(title, 14) + 44),
    panel.top + panel.height + 50,
    title,
    text(16, 24, title, { size: 14, weight: 'bold' }),
    key(panel.left, blue, names.low),
    key(panel.left + 40 + textWidth(names.low, 11), orange, names.high),
    ...ordered.map((swing, i) => bar(swing.low, i, blue) + bar(swing.high, i, orange)),
    ...ordered.map((swing, i) =>
      text(
        panel.left + panel.width + 8,
        placeY(panel, i + 0.5) + 4,
        `±${shortNumber(Number((span(swing) / 2).toPrecision(3)))}`,
        { size: 11 },
      ),
    ),
    line(placeX(panel, total), panel.top, placeX(panel, total), panel.top + panel.height, ink, 1.5),
    axes(panel, { labelWidth }),
  );
}
