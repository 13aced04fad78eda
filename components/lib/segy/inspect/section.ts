import type { Layout } from '../layout.js';
import { windowLength } from '../layout.js';
import { readTraces } from '../reader.js';
import type { ByteSource } from '../source.js';
import type { Survey } from './survey.js';

const mostTraces = 1000;
/** Samples read for one section: 64 MB. */
const mostSamples = 1 << 24;

/** The traces of one line, read for a picture. */
export interface LineSection {
  readonly title: string;
  /** What numbers the traces: `crossline`, `CDP`, `trace`. */
  readonly along: string;
  /** Number of each trace drawn, and its 0-based place in the file. */
  readonly numbers: Float64Array;
  readonly traces: Uint32Array;
  /** Row-major traces × samples. */
  readonly samples: Float32Array;
  readonly width: number;
}

/**
 * The middle inline of a 3-D survey (of each place its first trace), the whole of a 2-D line by CDP, else the traces
 * as they follow one another. Of more than 1,000 traces every n-th.
 */
export async function middleSection(
  source: ByteSource,
  layout: Layout,
  survey: Survey,
): Promise<LineSection> {
  const { title, along, numbers, rows } = lineOf(survey);
  const most = Math.max(1, Math.min(mostTraces, Math.floor(mostSamples / windowLength(layout.trace))));
  const every = Math.ceil(rows.length / most);
  const kept = rows.filter((_, i) => i % every === 0);
  const traces = Uint32Array.from(kept, (row) => survey.headers.traces[row]!);
  const width = windowLength(layout.trace);
  const samples = new Float32Array(traces.length * width);
  await readTraces(source, layout.trace, traces, samples);
  return { title, along, numbers: Float64Array.from(kept, numbers), traces, samples, width };
}

function lineOf({ geometry, headers }: Survey) {
  const { inlines, crosslines } = geometry;
  const rows = Array.from(headers.traces.keys());
  if (geometry.kind === '3d') {
    const sorted = [...inlines.values].sort((a, b) => a - b);
    const middle = sorted[Math.floor(sorted.length / 2)]!;
    const here = rows.filter((row) => headers.inline[row] === middle);
    return numbered(here, `inline ${middle}`, 'crossline', headers.crossline);
  }
  const first = geometry.prestack ? ', the first trace of each CDP' : '';
  if (geometry.cdps) return numbered(rows, `2-D line${first}`, 'CDP', headers.cdp);
  if (geometry.kind === '2d' && crosslines.values.length > 1)
    return numbered(rows, `inline ${inlines.first}`, 'crossline', headers.crossline);
  if (geometry.kind === '2d')
    return numbered(rows, `crossline ${crosslines.first}`, 'inline', headers.inline);
  const trace = (row: number) => headers.traces[row]! + 1;
  return { title: 'traces as they follow one another', along: 'trace', numbers: trace, rows };
}

/** One trace a place, by ascending number. */
function numbered(rows: readonly number[], title: string, along: string, values: ArrayLike<number>) {
  const first = new Map<number, number>();
  for (const row of rows) if (!first.has(values[row]!)) first.set(values[row]!, row);
  const numbers = (row: number) => values[row]!;
  return { title, along, numbers, rows: [...first.values()].sort((a, b) => values[a]! - values[b]!) };
}

/** What the samples of a section say of themselves. */
export interface SectionFacts {
  /** Traces without any sample but 0. */
  readonly dead: number;
  /** Samples that are NaN or infinite. */
  readonly broken: number;
  readonly least: number;
  readonly largest: number;
}

export function sectionFacts({ samples, width, traces }: LineSection): SectionFacts {
  let [dead, broken] = [0, 0];
  let [least, largest] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let trace = 0; trace < traces.length; trace++) {
    let isDead = true;
    for (let i = trace * width; i < (trace + 1) * width; i++) {
      const value = samples[i]!;
      if (value !== 0) isDead = false;
      if (!Number.isFinite(value)) broken++;
      else {
        if (value < least) least = value;
        if (value > largest) largest = value;
      }
    }
    dead += Number(isDead);
  }
  return { dead, broken, least, largest };
}
