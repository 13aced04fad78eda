import { counted, grouped } from './numbers.js';
import type { ColumnProfile } from './profile.js';

/** At most; a small picture has no room for more. */
const mostBars = 20;

/**
 * Counts of finite values in bins of one width from `least` to `most`. Bins of whole numbers hold equally many of
 * them, so that no bar is higher only because its bin has one more.
 */
export function binsOf(
  values: Float64Array,
  { least, most, whole }: { readonly least: number; readonly most: number; readonly whole: boolean },
): readonly number[] {
  const span = whole ? most - least + 1 : most - least;
  const width = whole ? Math.ceil(span / mostBars) : span / mostBars;
  if (!(Number.isFinite(span) && width > 0)) return [];
  const counts = new Array<number>(whole ? Math.ceil(span / width) : mostBars).fill(0);
  for (const value of values)
    if (!Number.isNaN(value)) counts[Math.min(counts.length - 1, Math.floor((value - least) / width))]!++;
  return counts;
}

/** A column's values as small bars: drawn, in characters, and in words for those who do not see them. */
export interface Bars {
  /** Of an SVG path; the picture is `barsWidth` × `barsHeight`. */
  readonly path: string;
  readonly words: string;
}
export const barsWidth = 100;
export const barsHeight = 22;

/** Bars of bins touch, those of the most frequent texts stand apart. Absent where there is nothing to compare. */
export function barsOf({
  bins,
  counts = [],
}: ColumnProfile): { readonly bars: Bars; readonly text: string } | undefined {
  const heights = bins ?? counts.slice(0, mostBars).map(([, rows]) => rows);
  const tallest = Math.max(0, ...heights);
  // Texts that stand once each are names, not a distribution.
  if (heights.length < 2 || (!bins && tallest === 1)) return undefined;
  const kind = bins ? counted(heights.length, 'bin') : `the ${heights.length} most frequent`;
  return {
    bars: {
      path: bins ? pathOf(heights, tallest, 1, 0) : pathOf(heights, tallest, 8, 1.5),
      words: `${kind}, the tallest with ${grouped(tallest)} rows`,
    },
    text: heights.map((height) => ticks[Math.ceil((height / tallest) * 7)]!).join(''),
  };
}

const ticks = '▁▂▃▄▅▆▇█';

/** Room for at least that many bars; what is there at all stands at least 1 high. */
function pathOf(heights: readonly number[], tallest: number, room: number, gap: number): string {
  const step = barsWidth / Math.max(heights.length, room);
  return heights
    .map((height, i) => {
      if (height === 0) return '';
      const up = Math.max(1, (height / tallest) * barsHeight);
      return `M${tidy(i * step)} ${barsHeight}v${tidy(-up)}h${tidy(step - gap)}V${barsHeight}z`;
    })
    .join('');
}

const tidy = (value: number): number => Math.round(value * 10) / 10;
