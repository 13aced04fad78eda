import { endsOf, type LineAxis, type LineGrid } from './cells.js';
import { type Colour, classColours, missingColour, ramp } from './colours.js';
import { compass, compassSize, type Directions } from './compass.js';
import { colourBar, type LegendEntry, legend, legendWidth, type Scale, scaleWidth } from './legend.js';
import { outline } from './outline.js';
import { axes, marginBottom, marginLeft, type Panel } from './panel.js';
import { picture } from './raster.js';
import { faint, figure, type Markup, text } from './svg.js';
import { fitted, wrapped } from './text.js';

/** What the colours of a map mean: classes by number, or a scale of numbers. */
export type Colouring =
  | { readonly kind: 'classes'; readonly labels: readonly string[]; readonly colours?: readonly Colour[] }
  | { readonly kind: 'scale'; readonly scale: Scale };

export interface MapPanel {
  readonly title: string;
  /** One a cell, crosslines fastest, from the lowest inline on: code of the class, or number; NaN where missing. */
  readonly cells: Float64Array;
}

export interface MapFigure {
  readonly title: string;
  readonly grid: LineGrid;
  readonly panels: readonly MapPanel[];
  readonly colouring: Colouring;
  readonly axisLabels: { readonly inline: string; readonly crossline: string };
  /** Cells to outline, 1 a cell, and what they are. */
  readonly outlined?: { readonly cells: Uint8Array; readonly label: string };
  /** Where north and east lie, in steps of (crossline, inline) cells. */
  readonly directions?: Directions;
  /** Height of a cell over its width on the ground; 1 where it is not known. */
  readonly cellAspect?: number;
  /** Sentences below the map. */
  readonly notes?: readonly string[];
}

const levels = 255;

/** Maps of the same cells side by side (one line of cells: strips below one another) with one legend. */
export function mapFigure(map: MapFigure): Markup {
  const strip = map.grid.inline.count === 1;
  const size = strip ? { width: 640, height: 56 } : panelSize(map);
  const top = map.panels.some(({ title }) => title) ? 64 : 44;
  const step = strip
    ? { x: 0, y: size.height + marginBottom + 30 }
    : { x: size.width + marginLeft + 22, y: 0 };
  const panels = map.panels.map((panel, i) => layOut(map, panel, i, size, top, step));
  const last = panels.at(-1)!;
  const legendLeft = last.left + last.width + 24;
  const missing = map.panels.some(({ cells }) => cells.some(Number.isNaN));
  const entries = legendEntries(map, missing);
  const isScale = map.colouring.kind === 'scale';
  const bottom = last.top + last.height;
  const northHeight = map.directions && !strip ? compassSize : 0;
  const barHeight = isScale ? Math.min(220, Math.max(60, bottom - top - northHeight - 60)) : 0;
  const room = Math.max(120, bottom - top - northHeight);
  const legendHeight = isScale ? barHeight + 16 + entries.length * 20 : Math.min(room, entries.length * 20);
  const notesTop = Math.max(bottom + marginBottom, top + legendHeight + northHeight) + 22;
  const width = legendLeft + Math.max(legendWidth(entries), isScale ? scaleWidth : 0, compassSize) + 16;
  const notes = (map.notes ?? []).flatMap((note) => wrapped(note, width - marginLeft - 16));
  return figure(
    width,
    notesTop + notes.length * 17 - (notes.length > 0 ? 4 : 14),
    map.title,
    text(marginLeft, 26, fitted(map.title, width - marginLeft - 16, 16), { size: 16, weight: 'bold' }),
    ...panels.map((panel, i) => drawPanel(map, panel, map.panels[i]!, !strip || i === panels.length - 1)),
    map.colouring.kind === 'scale' ? colourBar(legendLeft, top, barHeight, map.colouring.scale) : '',
    legend(legendLeft, isScale ? top + barHeight + 16 : top, room, entries),
    map.directions && !strip
      ? compass(legendLeft, top + legendHeight + 8, scaled(map.directions, last, map.grid))
      : '',
    ...notes.map((note, i) => text(marginLeft, notesTop + i * 17, note, { fill: faint })),
  );
}

/** Width and height of a panel: true to the ground as far as that stays readable. */
function panelSize({ grid, cellAspect = 1, panels }: MapFigure) {
  const shape = (grid.inline.count * cellAspect) / grid.crossline.count;
  const ratio = Math.min(1.7, Math.max(0.4, shape));
  const width = Math.min(panels.length > 1 ? 360 : 520, 480 / ratio);
  return { width, height: width * ratio };
}

function layOut(
  map: MapFigure,
  { title }: MapPanel,
  index: number,
  size: { width: number; height: number },
  top: number,
  step: { x: number; y: number },
): Panel {
  const { inline, crossline } = map.grid;
  const strip = inline.count === 1;
  const axis = (lines: LineAxis, label: string) => {
    const [from, to] = endsOf(lines);
    // One line alone is marked by its number.
    const marks = lines.count === 1 ? { marks: [{ at: lines.first, label: String(lines.first) }] } : {};
    return { from, to, label, integers: Number.isInteger(lines.step), ...marks };
  };
  return {
    left: marginLeft + index * step.x,
    top: top + index * step.y,
    ...size,
    title,
    x: axis(crossline, map.axisLabels.crossline),
    y: strip ? { from: 0, to: 1, marks: [] } : axis(inline, index === 0 ? map.axisLabels.inline : ''),
  };
}

function drawPanel(map: MapFigure, panel: Panel, { cells }: MapPanel, withLabel: boolean): Markup {
  const { inline, crossline } = map.grid;
  const palette = coloursOf(map.colouring);
  const pixels = new Uint8Array(cells.length);
  for (let row = 0; row < inline.count; row++)
    for (let column = 0; column < crossline.count; column++)
      // The lowest inline lies at the bottom.
      pixels[(inline.count - 1 - row) * crossline.count + column] = indexOf(
        map.colouring,
        cells[row * crossline.count + column]!,
      );
  const shown = withLabel ? panel : { ...panel, x: { ...panel.x, label: '' } };
  return [
    picture(panel, { width: crossline.count, height: inline.count, pixels, palette }),
    map.outlined ? outline(panel, map.outlined.cells, crossline.count, inline.count) : '',
    axes(shown),
  ].join('');
}

/** Colour 0 is for missing cells. Beyond 255 classes, neighbours share a colour. */
const coloursOf = (colouring: Colouring): readonly Colour[] => [
  missingColour,
  ...(colouring.kind === 'classes'
    ? (colouring.colours ?? classColours(Math.min(levels, colouring.labels.length)))
    : ramp(colouring.scale.ramp, levels)),
];

function indexOf(colouring: Colouring, value: number): number {
  if (Number.isNaN(value)) return 0;
  if (colouring.kind === 'classes')
    return 1 + Math.floor(value / Math.max(1, colouring.labels.length / levels));
  const { from, to } = colouring.scale;
  const share = to > from ? (value - from) / (to - from) : 0.5;
  return 1 + Math.min(levels - 1, Math.max(0, Math.floor(share * levels)));
}

function legendEntries({ colouring, outlined }: MapFigure, missing: boolean): readonly LegendEntry[] {
  const colours = coloursOf(colouring);
  return [
    ...(outlined ? [{ colour: 'none', label: outlined.label, outline: true as const }] : []),
    ...(missing ? [{ colour: missingColour, label: 'no trace' }] : []),
    ...(colouring.kind === 'classes'
      ? colouring.labels.map((label, code) => ({ colour: colours[indexOf(colouring, code)]!, label }))
      : []),
  ];
}

/** Directions in cells as directions in the picture. */
function scaled(
  { north, east }: Directions,
  { width, height }: Panel,
  { inline, crossline }: LineGrid,
): Directions {
  const toPixels = ([crosslines, inlines]: readonly [number, number]) =>
    [(crosslines * width) / crossline.count, (-inlines * height) / inline.count] as const;
  return { north: toPixels(north), east: toPixels(east) };
}
