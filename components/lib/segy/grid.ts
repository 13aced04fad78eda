/** An affine map from line numbers to coordinates: x = x0 + inline · inlineStep[0] + crossline · crosslineStep[0], y alike. */
export interface SurveyGrid {
  /** Coordinates of inline 0, crossline 0. */
  readonly origin: readonly [x: number, y: number];
  /** Coordinate change from an inline number to the next. */
  readonly inlineStep: readonly [dx: number, dy: number];
  /** Coordinate change from a crossline number to the next, so along an inline. */
  readonly crosslineStep: readonly [dx: number, dy: number];
  /** Azimuth of the inlines, in the direction of increasing crossline numbers: degrees clockwise from north, [0, 360). */
  readonly rotation: number;
  /** Angle between inline and crossline direction in degrees, 90 for a rectangular grid. */
  readonly angle: number;
  /** Root mean square and largest distance of a trace from its place on the grid, in coordinate units. */
  readonly residual: { readonly rms: number; readonly max: number };
  /** Traces that the fit rests on: those whose coordinates are not both 0. */
  readonly traces: number;
}

export interface LinePositions {
  readonly inline: ArrayLike<number>;
  readonly crossline: ArrayLike<number>;
  readonly x: ArrayLike<number>;
  readonly y: ArrayLike<number>;
}

/**
 * Least-squares fit of the survey grid, O(traces). Undefined where the traces do not span two directions: fewer than
 * three with coordinates, or all on one line.
 */
export function fitGrid({ inline, crossline, x, y }: LinePositions): SurveyGrid | undefined {
  const used = (i: number) => x[i] !== 0 || y[i] !== 0;
  const sum = { il: 0, xl: 0, x: 0, y: 0 };
  let traces = 0;
  for (let i = 0; i < inline.length; i++) {
    if (!used(i)) continue;
    traces++;
    sum.il += inline[i];
    sum.xl += crossline[i];
    sum.x += x[i];
    sum.y += y[i];
  }
  const [meanIl, meanXl, meanX, meanY] = [sum.il, sum.xl, sum.x, sum.y].map((total) => total / traces);
  let [ii, ix, xx] = [0, 0, 0];
  const [toX, toY] = [
    [0, 0],
    [0, 0],
  ];
  for (let i = 0; i < inline.length; i++) {
    if (!used(i)) continue;
    const il = inline[i] - meanIl;
    const xl = crossline[i] - meanXl;
    ii += il * il;
    ix += il * xl;
    xx += xl * xl;
    toX[0] += il * (x[i] - meanX);
    toX[1] += xl * (x[i] - meanX);
    toY[0] += il * (y[i] - meanY);
    toY[1] += xl * (y[i] - meanY);
  }
  const determinant = ii * xx - ix * ix;
  if (traces < 3 || !(determinant > 1e-9 * ii * xx)) return undefined;
  const solve = ([p, q]: number[]) =>
    [(p * xx - q * ix) / determinant, (q * ii - p * ix) / determinant] as const;
  const [dxInline, dxCrossline] = solve(toX);
  const [dyInline, dyCrossline] = solve(toY);
  const origin = [
    meanX - dxInline * meanIl - dxCrossline * meanXl,
    meanY - dyInline * meanIl - dyCrossline * meanXl,
  ] as const;
  const inlineStep = [dxInline, dyInline] as const;
  const crosslineStep = [dxCrossline, dyCrossline] as const;
  const plane = { origin, inlineStep, crosslineStep };

  let squares = 0;
  let max = 0;
  for (let i = 0; i < inline.length; i++) {
    if (!used(i)) continue;
    const [gx, gy] = positionOf(plane, inline[i], crossline[i]);
    const square = (x[i] - gx) ** 2 + (y[i] - gy) ** 2;
    squares += square;
    max = Math.max(max, square);
  }
  return {
    ...plane,
    rotation: azimuth(crosslineStep),
    angle: Math.abs(((azimuth(inlineStep) - azimuth(crosslineStep) + 540) % 360) - 180),
    residual: { rms: Math.sqrt(squares / traces), max: Math.sqrt(max) },
    traces,
  };
}

const azimuth = ([dx, dy]: readonly [number, number]): number =>
  ((Math.atan2(dx, dy) * 180) / Math.PI + 360) % 360;

type Plane = Pick<SurveyGrid, 'origin' | 'inlineStep' | 'crosslineStep'>;

/** Coordinates of a bin. */
export const positionOf = (grid: Plane, inline: number, crossline: number): readonly [number, number] => [
  grid.origin[0] + inline * grid.inlineStep[0] + crossline * grid.crosslineStep[0],
  grid.origin[1] + inline * grid.inlineStep[1] + crossline * grid.crosslineStep[1],
];

/** Line numbers, as fractions, of a place. */
export function linesAt(grid: Plane, x: number, y: number): readonly [inline: number, crossline: number] {
  const [ix, iy] = grid.inlineStep;
  const [cx, cy] = grid.crosslineStep;
  const [dx, dy] = [x - grid.origin[0], y - grid.origin[1]];
  const determinant = ix * cy - iy * cx;
  return [(dx * cy - dy * cx) / determinant, (ix * dy - iy * dx) / determinant];
}
