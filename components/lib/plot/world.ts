import { fitGrid } from '../segy/grid.js';
import type { LineGrid } from './cells.js';
import { type Directions, directionsOf } from './compass.js';

/** Line numbers a row. */
export interface LinePlaces {
  readonly inline: Float64Array;
  readonly crossline: Float64Array;
}

/** How a grid of lines lies on the ground, as far as coordinates tell. */
export interface World {
  readonly directions?: Directions;
  /** Height of a cell over its width. */
  readonly cellAspect?: number;
  /** Of a single line: degrees clockwise from north, from its first to its last trace. */
  readonly line?: number;
}

/** x to the east and y to the north, one a row; rows where both are 0 have none. O(rows). */
export function worldOf(places: LinePlaces, x: Float64Array, y: Float64Array, grid: LineGrid): World {
  if (grid.inline.count === 1) return lineDirection(places.crossline, x, y);
  const fit = fitGrid({ ...places, x, y });
  if (!fit) return {};
  const { inlineStep, crosslineStep, residual } = fit;
  const [high, wide] = [
    Math.hypot(...inlineStep) * grid.inline.step,
    Math.hypot(...crosslineStep) * grid.crossline.step,
  ];
  // Coordinates that miss the lines by a whole cell say nothing of their direction.
  if (!(residual.rms < Math.min(high, wide))) return {};
  const directions = directionsOf(
    [inlineStep[0] * grid.inline.step, inlineStep[1] * grid.inline.step],
    [crosslineStep[0] * grid.crossline.step, crosslineStep[1] * grid.crossline.step],
  );
  return { ...(directions && { directions }), cellAspect: high / wide };
}

function lineDirection(along: Float64Array, x: Float64Array, y: Float64Array): World {
  let first = -1;
  let last = -1;
  for (let i = 0; i < along.length; i++) {
    if (!Number.isFinite(along[i]!) || !Number.isFinite(x[i]! + y[i]!) || (x[i] === 0 && y[i] === 0))
      continue;
    if (first < 0 || along[i]! < along[first]!) first = i;
    if (last < 0 || along[i]! > along[last]!) last = i;
  }
  const [dx, dy] = [x[last]! - x[first]!, y[last]! - y[first]!];
  if (first < 0 || (dx === 0 && dy === 0)) return {};
  return { line: (Math.atan2(dx, dy) * (180 / Math.PI) + 360) % 360 };
}

const winds = ['north', 'north-east', 'east', 'south-east', 'south', 'south-west', 'west', 'north-west'];

/** `towards the south-east (134°)` */
export const towards = (azimuth: number): string =>
  `towards the ${winds[Math.round(azimuth / 45) % 8]!} (${Math.round(azimuth)}°)`;
