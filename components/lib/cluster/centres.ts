import { distanceError, LANES, packCentres } from './distance-wasm.js';
import { distance, squaredDistance } from './points.js';
import type { Room } from './room.js';

/** Lays out the centres, and how far they moved, as the assignment of rows reads them: rounded outwards. */
export function showCentres(room: Room, moves: Float64Array): void {
  const { clusters, features, stride, bounds, span, centres, packed, exact, limits, moved, drift } = room;
  const rounding = packCentres(packed, centres, features, stride);
  for (let c = 0; c < clusters; c++)
    exact.set(centres.subarray(c * features, (c + 1) * features), c * stride);
  // That of a root is half that of its square; and two roundings.
  const error = distanceError(features) / 2 + 2 ** -23;
  [1 + error, 1 - error, rounding * (1 + 2 ** -20), 1 - 2 * error - 2 ** -21].forEach((limit, k) => {
    limits.fill(limit, k * LANES, (k + 1) * LANES);
  });
  moves.forEach((move, c) => {
    moved[c] = move * (1 + 2 ** -20);
  });
  const size = LANES * span;
  for (let g = 0; g < bounds; g++) {
    const group = moved.subarray(Math.min(clusters, g * size), Math.min(clusters, (g + 1) * size));
    const [furthest, most, second] = twoLargest(group);
    // Bounds of groups that do not exist become infinite.
    const least = group.length > 0 ? most : Number.NEGATIVE_INFINITY;
    for (let c = 0; c < clusters; c++) drift[c * bounds + g] = c === g * size + furthest ? second : least;
  }
}

/** The place of the largest value, it, and the next; 0 where there is none. */
function twoLargest(values: Float32Array): [number, number, number] {
  let [place, most, second] = [-1, 0, 0];
  values.forEach((value, k) => {
    if (place < 0 || value > most) [place, most, second] = [k, value, most];
    else second = Math.max(second, value);
  });
  return [place, most, second];
}

/** Moves the centres to the means of their rows, and tells how far; one without rows stays. */
export function meanCentres(room: Room, sums: Float64Array, sizes: Float64Array): Float64Array {
  const { clusters, features, centres } = room;
  const before = centres.slice();
  for (let c = 0; c < clusters; c++) {
    if (sizes[c] === 0) continue;
    for (let f = c * features; f < (c + 1) * features; f++) centres[f] = sums[f]! / sizes[c]!;
  }
  return Float64Array.from({ length: clusters }, (_, c) => distance(before, c, centres, c, features));
}

/** Gives each empty cluster the row furthest from its own centre, unless every row lies on its centre. */
export function restartEmpty(room: Room, sums: Float64Array, sizes: Float64Array): void {
  const { clusters, centres, labels, upper, lower, bounds, data, rows, features, stride } = room;
  for (let c = 0; c < clusters; c++) {
    if (sizes[c]! > 0) continue;
    let furthest = -1;
    let most = 0;
    for (let i = 0; i < rows; i++) {
      const own = labels[i]!;
      if (sizes[own]! < 2) continue;
      const d = squaredDistance(data, i * stride, centres, own * features, features);
      if (d > most) {
        most = d;
        furthest = i;
      }
    }
    if (furthest < 0) return;
    const own = labels[furthest]!;
    sizes[own]!--;
    sizes[c] = 1;
    for (let f = 0; f < features; f++) {
      const value = data[furthest * stride + f]!;
      sums[own * features + f]! -= value;
      sums[c * features + f] = value;
    }
    labels[furthest] = c;
    // Bounds that rule nothing out: the next iteration looks at this row.
    upper[furthest] = Number.POSITIVE_INFINITY;
    lower.fill(0, furthest * bounds, (furthest + 1) * bounds);
  }
}
