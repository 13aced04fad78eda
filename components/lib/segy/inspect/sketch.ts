import { lineAxis } from '../../plot/cells.js';
import { amplitudeRange } from '../../plot/section.js';
import type { LineSection } from './section.js';
import type { Positions } from './survey.js';

const shades = ' ░▒▓█';
const shade = (share: number): string =>
  shades[Math.min(shades.length - 1, Math.max(0, Math.floor(share * shades.length)))]!;

/**
 * A section in characters, the first sample on top. Amplitudes about 0: the larger, the darker, whatever the sign, weak
 * ones lifted by a square root; values of one sign from light to dark.
 */
export function sectionSketch(section: LineSection, columns: number, rows: number): string[] {
  const { samples, width, traces } = section;
  const { from, to, signed } = amplitudeRange(samples, 0.98);
  const share = (value: number) => (signed ? Math.sqrt(Math.abs(value) / to) : (value - from) / (to - from));
  const wide = Math.min(columns, traces.length);
  const high = Math.min(rows, width);
  return Array.from({ length: high }, (_, row) =>
    Array.from({ length: wide }, (_, column) => {
      const trace = Math.floor((column * traces.length) / wide);
      const value = strongest(samples, trace * width, ...spanOf(row, high, width));
      return Number.isFinite(value) && to > from ? shade(share(value)) : ' ';
    })
      .join('')
      .trimEnd(),
  );
}

const spanOf = (row: number, rows: number, width: number): [number, number] => [
  Math.floor((row * width) / rows),
  Math.max(Math.floor((row * width) / rows) + 1, Math.floor(((row + 1) * width) / rows)),
];

/** The sample of largest amplitude, so that thin layers stay to be seen. */
function strongest(samples: Float32Array, start: number, from: number, to: number): number {
  let best = samples[start + from]!;
  for (let i = from + 1; i < to; i++)
    if (Math.abs(samples[start + i]!) > Math.abs(best)) best = samples[start + i]!;
  return best;
}

/** Which places of the grid of lines hold traces, the lowest inline at the bottom: darker where more of them do. */
export function gridSketch({ inline, crossline }: Positions, columns: number, rows: number): string[] {
  const [il, xl] = [lineAxis(inline), lineAxis(crossline)];
  const [high, wide] = [Math.min(rows, il.count), Math.min(columns, xl.count)];
  const filled = Array.from({ length: high }, () => new Set<number>());
  const places = Array.from({ length: high }, () => Array.from({ length: wide }, () => 0));
  for (let i = 0; i < inline.length; i++) {
    const a = Math.floor((inline[i]! - il.first) / il.step + 0.5);
    const b = Math.floor((crossline[i]! - xl.first) / xl.step + 0.5);
    const row = Math.floor((a * high) / il.count);
    const place = a * xl.count + b;
    if (filled[row]!.has(place)) continue;
    filled[row]!.add(place);
    places[row]![Math.floor((b * wide) / xl.count)]!++;
  }
  const room = (il.count / high) * (xl.count / wide);
  return places.reverse().map((line) =>
    line
      .map((count) => (count === 0 ? ' ' : shade((0.999 * count) / room)))
      .join('')
      .trimEnd(),
  );
}
