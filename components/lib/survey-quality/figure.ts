import { cellCount, cellsOf, type LineGrid, lineAxis } from '../plot/cells.js';
import { classColours } from '../plot/colours.js';
import { mapFigure } from '../plot/map.js';
import type { Markup } from '../plot/svg.js';
import { worldOf } from '../plot/world.js';
import type { Grid, Positions } from './positions.js';
import { rules } from './rules.js';
import type { Finding } from './verdict.js';

export interface FlagsFigure {
  readonly title: string;
  readonly findings: readonly Finding[];
  /** By trace: place in `findings`, −1 for none. */
  readonly worst: Int32Array;
  readonly positions: Positions;
  readonly grid: Grid | undefined;
  readonly verdict: string;
}

/** Sound traces step back behind those that are not. */
const soundColour = '#dbe9f4';

/** Traces by line and place, each with the first rule that it breaks; in their order where no grid holds them. */
export function flagsFigure({ title, findings, worst, positions, grid, verdict }: FlagsFigure): Markup {
  const shown = findings.map((_, i) => i).filter((i) => worst.includes(i));
  const along = placesOf(positions, grid, worst.length);
  const lines: LineGrid = { inline: lineAxis(along.inline), crossline: lineAxis(along.crossline) };
  const cells = new Float64Array(cellCount(lines)).fill(Number.NaN);
  const at = cellsOf(lines, along.inline, along.crossline);
  const severity = (code: number) => (Number.isNaN(code) ? -1 : code === 0 ? 0 : shown.length + 1 - code);
  at.forEach((cell, row) => {
    const code = worst[row]! < 0 ? 0 : 1 + shown.indexOf(worst[row]!);
    // Of several traces in a cell the one with the earliest rule shows.
    if (cell >= 0 && severity(code) > severity(cells[cell]!)) cells[cell] = code;
  });
  const counts = shown.map((i) => worst.reduce((n, w) => n + (w === i ? 1 : 0), 0));
  const sound = worst.reduce((n, w) => n + (w < 0 ? 1 : 0), 0);
  const world =
    positions.x && positions.y && along.isGrid ? worldOf(along, positions.x, positions.y, lines) : {};
  const broken = findings.filter((f) => f.broken);
  return mapFigure({
    title,
    grid: lines,
    panels: [{ title: '', cells }],
    colouring: {
      kind: 'classes',
      labels: [`sound (${sound})`, ...shown.map((i, k) => `${findings[i]!.rule} (${counts[k]})`)],
      colours: [soundColour, ...classColours(shown.length)],
    },
    axisLabels: { inline: 'inline', crossline: along.label },
    ...(world.directions && { directions: world.directions }),
    ...(world.cellAspect !== undefined && { cellAspect: world.cellAspect }),
    notes: [
      `Verdict: ${verdict.toUpperCase()}.`,
      ...broken.map(({ rule, severity: how, message }) => `${rule} (${how}): ${message}.`),
      ...(broken.length === 0 ? [`None of ${Object.keys(rules).length} rules is broken.`] : []),
    ],
  });
}

function placesOf(
  { inline, crossline, along = 'crossline' }: Positions,
  grid: Grid | undefined,
  traces: number,
) {
  const zeros = new Float64Array(traces);
  if (!grid)
    return { inline: zeros, crossline: zeros.map((_, row) => row + 1), label: 'trace', isGrid: false };
  if (grid.inline.count > 1 && grid.crossline.count > 1)
    return { inline, crossline, label: along, isGrid: true };
  const single = grid.inline.count > 1 ? inline : crossline;
  return {
    inline: zeros,
    crossline: single,
    label: grid.inline.count > 1 ? 'inline' : along,
    isGrid: false,
  };
}
