import { viewOf } from '../fields.js';
import { traceHeaderBytes } from '../headers.js';
import type { Layout } from '../layout.js';
import type { FieldAt } from '../overrides.js';
import { type CoordinatePair, scalarCandidates } from './coordinates.js';
import type { HeaderBlock, ScannedField } from './header-scan.js';
import type { TextHints } from './text-hints.js';
import { type Verdict, verdictOf } from './verdict.js';

/** Where coordinates stand and how they are scaled. */
export interface PlaceFindings {
  readonly verdicts: readonly Verdict[];
  /** Positions that differ from those of the standard. */
  readonly bytes: Readonly<Record<string, FieldAt>>;
  /** Where it is not the one in the trace headers. */
  readonly scalar?: number;
}

/** The best of the pairs, or the same places at the bytes of the standard; `lines`: inline and crossline, if there are. */
export function coordinateVerdicts(
  layout: Layout,
  block: HeaderBlock,
  coordinates: readonly CoordinatePair[],
  lines: readonly ScannedField[],
  hints: TextHints,
): PlaceFindings {
  const top = coordinates[0];
  const best = top && (coordinates.find((pair) => pair.byte[0] === 181 && samePlaces(pair, top)) ?? top);
  const none = {
    answer: 'none',
    score: 0,
    evidence: [
      lines.length > 0
        ? 'no pair of fields lies on a plane over the line numbers'
        : 'no pair of fields moves along the line; those of source and group are not asked for in gathers',
    ],
  };
  if (!best || best.score <= 0) return { verdicts: [verdictOf('coordinates', [none])], bytes: {} };
  const verdict = verdictOf('coordinates', [
    ...distinctPlaces(coordinates).map(({ byte, type, score, evidence }) => ({
      answer: `bytes ${byte[0]} and ${byte[1]}${type === 'float32' ? ' as float32' : ''}`,
      score,
      evidence,
    })),
    none,
  ]);
  const [x, y] = best.byte;
  const type = best.type === 'float32' ? ('float32' as const) : undefined;
  const bytes = {
    ...moved('CDP_X', 181, x, type ?? 'int32'),
    ...moved('CDP_Y', 185, y, type ?? 'int32'),
  };
  const stated = commonScalar(layout, block);
  const steps = lines.length === 2 && best.grid ? gridSteps(best, lines) : [];
  const scalar = verdictOf('coordinate scalar', scalarCandidates(stated, best, steps, hints.scalar));
  const chosen = Number(scalar.answer);
  const asStated = chosen === stated || (stated === 0 && chosen === 1) || scalar.level === 'unsure';
  return {
    verdicts: [verdict, scalar],
    bytes,
    ...(!asStated && { scalar: chosen }),
    ...(asStated && type && Math.abs(stated) > 1 && { scalar: 1 }),
  };
}

function distinctPlaces(pairs: readonly CoordinatePair[]): CoordinatePair[] {
  const kept: CoordinatePair[] = [];
  for (const pair of pairs) if (!kept.some((other) => samePlaces(other, pair))) kept.push(pair);
  return kept;
}

const samePlaces = (a: CoordinatePair, b: CoordinatePair): boolean =>
  a.x.every((value, i) => value === b.x[i] && a.y[i] === b.y[i]);

const gridSteps = ({ grid }: CoordinatePair, [inline, crossline]: readonly ScannedField[]): number[] => [
  Math.hypot(...grid!.inlineStep) * Math.max(1, inline!.step),
  Math.hypot(...grid!.crosslineStep) * Math.max(1, crossline!.step),
];

/** The scalar that most headers have. */
function commonScalar({ trace }: Layout, block: HeaderBlock): number {
  const view = viewOf(block.bytes);
  const counts = new Map<number, number>();
  for (let i = 0; i < block.traces.length; i++) {
    const value = view.getInt16(i * traceHeaderBytes + 70, trace.endian === 'little');
    counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  return [...counts].reduce((a, b) => (b[1] > a[1] ? b : a))[0];
}

/** A field of the standard and where it stands instead; nothing where it stands as the standard has it. */
export const moved = (
  name: string,
  standard: number,
  byte: number,
  type: 'int32' | 'int16' | 'float32',
): Record<string, FieldAt> =>
  byte === standard && type === 'int32' ? {} : { [name]: type === 'int32' ? byte : { byte, type } };
