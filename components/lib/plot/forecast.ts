import { classColours } from './colours.js';
import { legend } from './legend.js';
import { lineTo, type Points, stroke } from './lines.js';
import { axes, type Panel } from './panel.js';
import { element, figure, type Markup, text } from './svg.js';

export interface ForecastPanel {
  readonly title: string;
  readonly history: Points;
  /** Forecasts from points in the past. */
  readonly backtest: readonly Points[];
  readonly ahead: Points;
  /** From the widest interval to the narrowest. */
  readonly fan: readonly {
    readonly label: string;
    readonly lower: Float64Array;
    readonly upper: Float64Array;
  }[];
  readonly marks: readonly { readonly at: number; readonly label: string }[];
}

const panelWidth = 620;
const panelHeight = 190;
const apart = 78;

/** History, what was forecast in the past, and the fan of intervals ahead; a panel a series, below each other. */
export function forecastFigure(title: string, yLabel: string, panels: readonly ForecastPanel[]): Markup {
  const [blue, orange] = classColours(2) as [string, string];
  const height = 56 + panels.length * (panelHeight + apart);
  const parts = panels.map((panel, i) => {
    const box = boxOf(panel, 62 + i * (panelHeight + apart), yLabel);
    const fan = panel.fan.map(({ lower, upper }) =>
      element('path', {
        d: `${lineTo(box, { x: panel.ahead.x, y: upper })}L${lineTo(box, reversed({ x: panel.ahead.x, y: lower })).slice(1)}Z`,
        fill: blue,
        'fill-opacity': '0.2',
      }),
    );
    const past = panel.backtest.map((points) => stroke(box, points, orange, 1));
    return [
      axes(box, { lines: true }),
      ...fan,
      stroke(box, panel.history, '#222222', 1.4),
      ...past,
      stroke(box, panel.ahead, blue, 2),
    ].join('');
  });
  const levels = panels[0]?.fan.map(({ label }) => label).join(' and ') ?? '';
  return figure(
    panelWidth + 270,
    height,
    title,
    text(16, 24, title, { size: 14, weight: 'bold' }),
    ...parts,
    legend(panelWidth + 100, 62, panelHeight, [
      { colour: '#222222', label: 'history' },
      ...(panels.some(({ backtest }) => backtest.length > 0)
        ? [{ colour: orange, label: 'tried on the past' }]
        : []),
      { colour: blue, label: 'forecast' },
      ...(levels === '' ? [] : [{ colour: '#cce3f0', label: `intervals ${levels}` }]),
    ]),
  );
}

function boxOf(
  { title, history, backtest, ahead, fan, marks }: ForecastPanel,
  top: number,
  yLabel: string,
): Panel {
  const xs = [history, ahead].flatMap(({ x }) => [...x]);
  const ys = [
    ...[history, ahead, ...backtest].flatMap(({ y }) => [...y]),
    ...fan.flatMap(({ lower, upper }) => [...lower, ...upper]),
  ].filter(Number.isFinite);
  const [low, high] = [Math.min(...ys), Math.max(...ys)];
  const room = 0.05 * (high - low) || 0.05 * Math.abs(high) || 1;
  const [first, last] = [Math.min(...xs), Math.max(...xs)];
  return {
    left: 76,
    top,
    width: panelWidth,
    height: panelHeight,
    title,
    x: { from: first, to: last > first ? last : first + 1, marks },
    y: { from: low - room, to: high + room, label: yLabel },
  };
}

const reversed = ({ x, y }: Points): Points => ({ x: x.toReversed(), y: y.toReversed() });
