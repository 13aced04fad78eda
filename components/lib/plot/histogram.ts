import { classColours } from './colours.js';
import { axes, line, marginBottom, type Panel, placeX, placeY } from './panel.js';
import { element, faint, figure, ink, type Markup, text } from './svg.js';
import { fitted, textWidth, wrapped } from './text.js';

export interface HistogramFigure {
  readonly title: string;
  readonly xLabel: string;
  /** Ends of the bars, one more than bars. */
  readonly edges: Float64Array;
  readonly counts: Float64Array;
  readonly marks: readonly { readonly at: number; readonly label: string }[];
  readonly notes?: readonly string[];
}

const left = 82;
const width = 620;
const height = 280;

/** Bars of counts on a logarithmic scale, on which one odd value shows as well as the bulk; marks are drawn through. */
export function histogramFigure({
  title,
  xLabel,
  edges,
  counts,
  marks,
  notes = [],
}: HistogramFigure): Markup {
  const most = counts.reduce((a, b) => Math.max(a, b), 1);
  const decades = Math.max(1, Math.ceil(Math.log10(most)));
  // A count of 1 stands a little above the axis, a count of 0 does not.
  const low = -0.3;
  const panel: Panel = {
    left,
    top: 72,
    width,
    height,
    x: { from: edges[0]!, to: edges.at(-1)!, label: xLabel },
    y: {
      from: low,
      to: decades,
      label: 'samples (logarithmic)',
      marks: Array.from({ length: decades + 1 }, (_, d) => ({
        at: d,
        label: d < 4 ? String(10 ** d) : `1e${d}`,
      })),
    },
  };
  const [blue] = classColours(1);
  const bars = Array.from(counts, (count, i) => {
    if (count === 0) return '';
    const [from, to] = [placeX(panel, edges[i]!), placeX(panel, edges[i + 1]!)];
    const y = placeY(panel, Math.log10(count));
    return element('rect', { x: from, y, width: Math.max(0.6, to - from), height: panel.top + height - y });
  });
  const lines = notes.flatMap((note) => wrapped(note, width));
  const bottom = panel.top + height + marginBottom;
  return figure(
    left + width + 24,
    bottom + 12 + lines.length * 17,
    title,
    text(left, 26, fitted(title, width, 15), { size: 15, weight: 'bold' }),
    element('g', { fill: blue, 'shape-rendering': 'crispEdges' }, ...bars),
    axes(panel),
    ...markLines(panel, marks),
    ...lines.map((note, i) => text(left, bottom + 14 + i * 17, note, { fill: faint })),
  );
}

/** Labels that would touch stand on the second row. */
function markLines(panel: Panel, marks: HistogramFigure['marks']): Markup[] {
  const ends = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY];
  return marks.map(({ at, label }) => {
    const x = placeX(panel, at);
    const half = textWidth(label, 11) / 2 + 4;
    const row = x - half > ends[0]! ? 0 : 1;
    ends[row] = x + half;
    const y = panel.top - 8 - row * 15;
    return (
      line(x, y + 3, x, panel.top + panel.height, ink, 0.8) +
      text(x, y, label, { size: 11, anchor: 'middle', fill: faint })
    );
  });
}
