import type { Fault } from './params.js';

/** What lies under one place: segments from top to bottom, each of one bed. */
export interface Column {
  /** Two-way time of the top of each segment, ms, ascending; the first is 0. */
  readonly tops: readonly number[];
  /** Index of the bed of each segment. */
  readonly beds: readonly number[];
  /** Whether the top of the segment is the top of its bed, and not a fault plane. */
  readonly whole: readonly boolean[];
}

/** Where the plane of a fault lies under a place, ms; ±∞ never, since every plane leans. */
export function planeTime(fault: Fault, inline: number, crossline: number): number {
  const angle = (fault.azimuth * Math.PI) / 180;
  const distance =
    (inline - fault.inline) * Math.cos(angle) + (crossline - fault.crossline) * Math.sin(angle);
  return fault.time + (100 * distance) / fault.lean;
}

/** How far a fault moves what was at this time, ms: nothing at the tip, all of the throw 200 ms below it. */
const displacement = (fault: Fault, time: number) =>
  fault.throw * Math.min(1, Math.max(0, (time - fault.tip) / 200));

/**
 * The column after a fault: what is above the plane (the hanging wall) is moved down, what then lies below the plane
 * is cut out, and the plane itself parts what was not neighbours before. Segments stay in order.
 */
export function faulted(column: Column, fault: Fault, plane: number): Column {
  if (plane <= fault.tip) return column;
  const tops: number[] = [];
  const beds: number[] = [];
  const whole: boolean[] = [];
  let foot = 0;
  column.tops.forEach((top, i) => {
    if (top <= plane) foot = i;
    const moved = top + displacement(fault, top);
    if (moved < plane) {
      tops.push(moved);
      beds.push(column.beds[i]);
      whole.push(column.whole[i]);
    }
  });
  if (beds.at(-1) !== column.beds[foot]) {
    tops.push(plane);
    beds.push(column.beds[foot]);
    whole.push(false);
  }
  for (let i = foot + 1; i < column.tops.length; i++) {
    tops.push(column.tops[i]);
    beds.push(column.beds[i]);
    whole.push(column.whole[i]);
  }
  return { tops, beds, whole };
}
