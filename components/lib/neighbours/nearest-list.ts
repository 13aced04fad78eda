/**
 * The k nearest of a scan in ascending order of index: squared distances ascending at distances[at …], their rows at
 * rows[at …]; −1 and ∞ where none is yet. A distance must be smaller by more than the rounding of its computation
 * to go ahead, so of equals the first row wins.
 */
export interface NearestLists {
  readonly k: number;
  readonly rows: Int32Array;
  readonly distances: Float64Array;
}

/** A squared distance less than this gets into the list at `at`; `norm` is the query's sum of squares. */
export function entryLimit({ k, distances }: NearestLists, at: number, norm: number): number {
  const worst = distances[at + k - 1]!;
  return worst === Number.POSITIVE_INFINITY ? worst : worst - rounding(worst, norm);
}

/** Bound on the error of a squared distance made of sums of squares: ‖y‖² ≤ 2‖x‖² + 2d². */
const rounding = (distance: number, norm: number) => 1e-14 * (3 * norm + 2 * distance);

export function enter(
  { k, rows, distances }: NearestLists,
  at: number,
  distance: number,
  row: number,
  norm: number,
) {
  const ahead = distance + rounding(distance, norm);
  let place = at + k - 1;
  while (place > at && distances[place - 1]! > ahead) {
    distances[place] = distances[place - 1]!;
    rows[place] = rows[place - 1]!;
    place--;
  }
  distances[place] = distance;
  rows[place] = row;
}
