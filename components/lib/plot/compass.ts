import { element, ink, type Markup, text } from './svg.js';

/** Where north and east lie; only the direction counts. */
export interface Directions {
  readonly north: readonly [x: number, y: number];
  readonly east: readonly [x: number, y: number];
}

export const compassSize = 84;

/**
 * An arrow to the north and a thinner one to the east, which tells a mirrored grid. Pixels, y downwards. On a map
 * that is not true to the ground they need not be at right angles.
 */
export function compass(left: number, top: number, { north, east }: Directions): Markup {
  const centre = compassSize / 2;
  const arrow = ([dx, dy]: readonly [number, number], label: string, width: number) => {
    const length = Math.hypot(dx, dy);
    if (!(length > 0)) return '';
    const [ux, uy] = [dx / length, dy / length];
    const at = (along: number, across: number) =>
      `${(left + centre + ux * along - uy * across).toFixed(1)},${(top + centre + uy * along + ux * across).toFixed(1)}`;
    return [
      element('path', { d: `M${at(0, 0)}L${at(20, 0)}`, stroke: ink, 'stroke-width': width }),
      element('path', { d: `M${at(28, 0)}L${at(17, 4.5)}L${at(17, -4.5)}Z`, fill: ink }),
      text(left + centre + ux * 36, top + centre + uy * 36 + 4, label, { size: 11, anchor: 'middle' }),
    ].join('');
  };
  return arrow(north, 'N', 2.2) + arrow(east, 'E', 1.2);
}

/**
 * North and east in cells of (crossline, inline), from how coordinates change a step of each; undefined where the
 * two steps do not span the plane.
 */
export function directionsOf(
  inlineStep: readonly [dx: number, dy: number],
  crosslineStep: readonly [dx: number, dy: number],
): Directions | undefined {
  const [ix, iy] = inlineStep;
  const [cx, cy] = crosslineStep;
  const determinant = cx * iy - ix * cy;
  const size = Math.hypot(ix, iy) * Math.hypot(cx, cy);
  if (!(Math.abs(determinant) > 1e-6 * size)) return undefined;
  // Solves crosslines · crosslineStep + inlines · inlineStep = (0, 1), then (1, 0).
  return {
    north: [-ix / determinant, cx / determinant],
    east: [iy / determinant, -cy / determinant],
  };
}
