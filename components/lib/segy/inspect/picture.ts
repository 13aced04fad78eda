import { cellCount, cellsOf, type LineGrid, lineAxis } from '../../plot/cells.js';
import { mapFigure } from '../../plot/map.js';
import { axes, marginBottom, marginLeft, type Panel, placeX, placeY } from '../../plot/panel.js';
import { amplitudeRange, sectionFigure } from '../../plot/section.js';
import { element, figure, type Markup, stacked, text } from '../../plot/svg.js';
import { worldOf } from '../../plot/world.js';
import type { Layout } from '../layout.js';
import type { LineSection } from './section.js';
import type { Positions, Survey } from './survey.js';

/** A section of the middle line above a map of fold, or of positions where there is no grid: SVG. */
export function inspectionFigure(layout: Layout, survey: Survey, section: LineSection, name: string): Markup {
  const above = sectionOf(layout, section, name);
  const below = survey.geometry.kind === '3d' ? foldMap(survey) : positions(survey);
  return below ? stacked(name, [above, below]) : above;
}

function sectionOf({ axis, trace }: Layout, section: LineSection, name: string): Markup {
  const along = lineAxis(section.numbers);
  const standing = new Int32Array(along.count).fill(-1);
  for (const [i, number] of section.numbers.entries())
    standing[Math.floor((number - along.first) / along.step + 0.5)] = i;
  const { from, to, signed } = amplitudeRange(section.samples, 0.99);
  const at = (sample: number) => axis.start + sample * axis.step;
  return sectionFigure({
    title: `${name}: ${section.title}`,
    along,
    alongLabel: section.along,
    traces: standing,
    samples: section.samples,
    width: section.width,
    vertical: {
      from: at(trace.window[0]),
      to: at(trace.window[1]),
      label: axis.unit === 'samples' ? 'sample' : `${axis.domain} (${axis.unit})`,
    },
    scale: { from, to, ramp: signed ? 'blue-red' : 'viridis', label: 'amplitude' },
  });
}

function foldMap({ headers, geometry }: Survey): Markup {
  const { inline, crossline, x, y } = headers;
  const grid: LineGrid = { inline: lineAxis(inline), crossline: lineAxis(crossline) };
  const cells = new Float64Array(cellCount(grid)).fill(Number.NaN);
  for (const cell of cellsOf(grid, inline, crossline)) if (cell >= 0) cells[cell] = (cells[cell] || 0) + 1;
  const places = { inline: Float64Array.from(inline), crossline: Float64Array.from(crossline) };
  return mapFigure({
    title: 'Traces at each place of the grid',
    grid,
    panels: [{ title: '', cells }],
    colouring: {
      kind: 'scale',
      scale: { from: 0, to: Math.max(1, geometry.fold[1]), ramp: 'viridis', label: 'traces' },
    },
    axisLabels: { inline: 'inline', crossline: 'crossline' },
    ...worldOf(places, x, y, grid),
  });
}

const mostPoints = 5000;

/** Where the traces lie on the ground, x and y alike; the first is marked. */
function positions({ headers, coordinates, x, y }: Survey): Markup | undefined {
  if (coordinates === 'none' || !x || !y) return undefined;
  const reach = Math.max(x.to - x.from, y.to - y.from) || 1;
  const about = (range: { from: number; to: number }) => {
    const middle = (range.from + range.to) / 2;
    return { from: middle - 0.55 * reach, to: middle + 0.55 * reach };
  };
  const panel: Panel = {
    left: marginLeft + 24,
    top: 44,
    width: 360,
    height: 360,
    x: { ...about(x), label: 'X' },
    y: { ...about(y), label: 'Y' },
  };
  const title = 'Where the traces lie';
  return figure(
    panel.left + panel.width + 40,
    panel.top + panel.height + marginBottom + 8,
    title,
    text(16, 24, title, { size: 14, weight: 'bold' }),
    axes(panel, { lines: true, labelWidth: 70 }),
    ...points(panel, headers),
  );
}

function points(panel: Panel, { x, y }: Positions): Markup[] {
  const every = Math.ceil(x.length / mostPoints);
  return Array.from(x.keys())
    .filter((i) => i % every === 0 && (x[i] !== 0 || y[i] !== 0))
    .map((i) =>
      element('circle', {
        cx: placeX(panel, x[i]!),
        cy: placeY(panel, y[i]!),
        r: i === 0 ? 5 : 2,
        fill: i === 0 ? '#d55e00' : '#0072b2',
      }),
    );
}
