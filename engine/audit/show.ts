import type { Event } from '../event.js';
import { listSegments, readEntries, segmentName } from './read.js';

/** Which entries to show; all that is given must hold. */
export interface Filter {
  readonly run?: string;
  /** An address, with everything under it: `call`, `call/step`, `step[survey=a]`. */
  readonly step?: string;
  /** `step.failed`, or the part before the point for all of them: `step`. */
  readonly type?: string;
  /** ISO 8601; entries at or after. */
  readonly since?: string;
  /** ISO 8601; entries before. */
  readonly until?: string;
}

export interface Shown {
  readonly event: Event;
  /** Relative to the project's root. */
  readonly file: string;
  readonly line: number;
}

const instant = (text: string | undefined, otherwise: number): number =>
  text === undefined ? otherwise : Date.parse(text);

export function matcher(filter: Filter): (event: Event) => boolean {
  const since = instant(filter.since, Number.NEGATIVE_INFINITY);
  const until = instant(filter.until, Number.POSITIVE_INFINITY);
  const { run, step, type } = filter;
  const under = (address: string) =>
    address === step || ['/', '['].some((mark) => address.startsWith(`${step}${mark}`));
  return (event) => {
    const time = Date.parse(event.time);
    return (
      (run === undefined || event.run === run) &&
      (type === undefined || event.type === type || event.type.startsWith(`${type}.`)) &&
      (step === undefined || ('address' in event && event.address !== undefined && under(event.address))) &&
      time >= since &&
      time < until
    );
  };
}

/** Entries of the log in the order of their time; within a run in its own order, also where the clock was set back. */
export function show(root: string, filter: Filter = {}): Shown[] {
  const matches = matcher(filter);
  const runs = listSegments(root).filter((run) => filter.run === undefined || run === filter.run);
  const found = runs.flatMap((run) => {
    let latest = '';
    return readEntries(root, run).map(({ entry: { event }, line }) => {
      if (event.time > latest) latest = event.time;
      return { event, file: segmentName(run), line: line.number, order: latest };
    });
  });
  return found
    .filter(({ event }) => matches(event))
    .sort(
      (a, b) =>
        byCodePoint(a.order, b.order) ||
        byCodePoint(a.event.run, b.event.run) ||
        a.event.sequence - b.event.sequence,
    )
    .map(({ event, file, line }) => ({ event, file, line }));
}

const byCodePoint = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
