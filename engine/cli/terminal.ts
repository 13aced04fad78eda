import { styleText } from 'node:util';
import { wrapped } from '../problem.js';
import { terminalText } from './printable.js';

export { wrapped };

/** How to write to one stream: colour and width only where a person looks at a terminal. */
export interface Terminal {
  readonly columns: number;
  readonly interactive: boolean;
  readonly unicode: boolean;
  error(text: string): string;
  warn(text: string): string;
  good(text: string): string;
  dim(text: string): string;
  bold(text: string): string;
}

export function terminalOf(stream: NodeJS.WriteStream, env: NodeJS.ProcessEnv = process.env): Terminal {
  const interactive = stream.isTTY === true && env['TERM'] !== 'dumb';
  const coloured = env['FORCE_COLOR'] ? env['FORCE_COLOR'] !== '0' : interactive && !env['NO_COLOR'];
  const paint = (style: Parameters<typeof styleText>[0]) => (text: string) =>
    coloured ? styleText(style, text, { validateStream: false }) : text;
  const locale = env['LC_ALL'] || env['LC_CTYPE'] || env['LANG'] || '';
  return {
    columns: Math.max(40, Math.min(stream.columns || 80, 200)),
    interactive,
    // In a pipe the same bytes come out whatever the locale.
    unicode:
      interactive && (process.platform === 'win32' ? Boolean(env['WT_SESSION']) : /utf-?8/i.test(locale)),
    error: paint('red'),
    warn: paint('yellow'),
    good: paint('green'),
    dim: paint('dim'),
    bold: paint('bold'),
  };
}

/** Text cut to a width, its end marked. */
export const clip = (text: string, width: number): string =>
  text.length <= width ? text : width < 2 ? text.slice(0, width) : `${text.slice(0, width - 1)}~`;

/** One line, and as wide as it looks. */
const cellText = (text: string): string => terminalText(text.replace(/[\n\r\t]+/g, ' '));

/**
 * Rows as aligned columns that fit the terminal: the widest column gives way first, its cells cut, or with `wrap` the
 * last column, broken into lines. Numbers (cells that look like one) stand to the right.
 */
export function columns(
  rows: readonly (readonly string[])[],
  width: number,
  header?: readonly string[],
  last: 'cut' | 'wrap' = 'cut',
): string {
  const all = (header ? [header, ...rows] : rows).map((row) => row.map(cellText));
  if (all.length === 0) return '';
  const count = Math.max(...all.map((row) => row.length));
  const widths = Array.from({ length: count }, (_, i) =>
    Math.max(0, ...all.map((row) => (row[i] ?? '').length)),
  );
  const gaps = 2 * (count - 1);
  const total = () => widths.reduce((a, b) => a + b, 0) + gaps;
  if (last === 'wrap' && total() > width)
    widths[count - 1] = Math.max(24, widths[count - 1]! - (total() - width));
  while (total() > width && Math.max(...widths) > 8) widths[widths.indexOf(Math.max(...widths))]!--;
  const numeric = widths.map(
    (_, i) => rows.length > 0 && rows.every((row) => /^[-+]?[\d.,]*( ?%)?$/.test(row[i] ?? '')),
  );
  const line = (row: readonly string[]) =>
    widths
      .map((w, i) => {
        const cell = clip(row[i] ?? '', w);
        return numeric[i] ? cell.padStart(w) : cell.padEnd(w);
      })
      .join('  ')
      .trimEnd();
  if (last === 'cut') return all.map(line).join('\n');
  const first = Array.from({ length: count - 1 }, () => '');
  return all
    .flatMap((row) => {
      const [start = '', ...rest] = wrapped(row[count - 1] ?? '', widths[count - 1]!);
      const cells = [...row, ...first].slice(0, count - 1);
      return [line([...cells, start]), ...rest.map((more) => line([...first, more]))];
    })
    .join('\n');
}

/** `0.4 s`, `12 s`, `3 min 20 s`. */
export function duration(seconds: number): string {
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 60) return `${Math.round(seconds)} s`;
  const minutes = Math.floor(seconds / 60);
  return `${minutes} min ${Math.round(seconds - minutes * 60)} s`;
}

export function bytes(count: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let value = count;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${unit === 0 ? value : value.toFixed(1)} ${units[unit]}`;
}
