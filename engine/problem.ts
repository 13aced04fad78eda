import { type Code, codes } from './codes.js';

/** A place in a text file. Lines and columns count from 1; `length` in UTF-16 units, on that line. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly col: number;
  readonly length: number;
}

/** A path into a step as written, from the step's own keys on; with `KEY` last, the key instead of its value. */
export type Where = readonly (string | number)[];
export const KEY = -1;

/** The part of a place where the text at `[start, end)` of a one-line value stands; all of it where that is not known. */
export function within(at: Place, value: string, start: number, end: number): Place {
  const quote = (at.length - value.length) / 2;
  if ((quote !== 0 && quote !== 1) || end <= start || start >= value.length) return at;
  return { ...at, col: at.col + quote + start, length: end - start };
}

export type Severity = 'error' | 'warning' | 'info';

/** Everything that goes wrong through a person's file, data or command: a value, collected and shown together. */
export interface Problem {
  readonly code: Code;
  /** What was found and what was expected, in one sentence without a full stop. */
  readonly message: string;
  readonly severity: Severity;
  readonly at?: Place;
  readonly related?: readonly { readonly message: string; readonly at: Place }[];
  /** What to do about it. */
  readonly hint?: string;
}

export type Result<T> =
  | { readonly ok: true; readonly value: T; readonly warnings: readonly Problem[] }
  | { readonly ok: false; readonly problems: readonly Problem[] };

export const ok = <T>(value: T, warnings: readonly Problem[] = []): Result<T> => ({
  ok: true,
  value,
  warnings,
});
export const failed = (...problems: Problem[]): Result<never> => ({ ok: false, problems });

export function problem(
  code: Code,
  message: string,
  rest: Partial<Omit<Problem, 'code' | 'message'>> = {},
): Problem {
  return { code, message, severity: 'error', ...rest };
}

/**
 * Carries problems through code that cannot hand back a Result (a component's `run`, a stream).
 * The engine catches it at the step's border; anything else that is thrown there is a bug.
 */
export class ProblemError extends Error {
  readonly problems: readonly Problem[];
  constructor(...problems: Problem[]) {
    super(problems.map((p) => p.message).join('; '));
    this.name = 'ProblemError';
    this.problems = problems;
  }
}

export const exitStatus = (problems: readonly Problem[]): number =>
  Math.max(0, ...problems.filter((p) => p.severity === 'error').map((p) => codes[p.code].exit));

/** By file, line, column, code: the order in which problems are shown. */
export function byPlace(a: Problem, b: Problem): number {
  const x = a.at;
  const y = b.at;
  if (x && y && x.file !== y.file) return x.file < y.file ? -1 : 1;
  if (!x || !y) return x ? -1 : y ? 1 : 0;
  return x.line - y.line || x.col - y.col || (a.code < b.code ? -1 : a.code > b.code ? 1 : 0);
}

const displayColumns = (text: string) =>
  [...text].reduce((n, c) => n + (/\p{M}|\u200d|\ufe0f/u.test(c) ? 0 : isWide(c) ? 2 : 1), 0);
const isWide = (c: string) =>
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Extended_Pictographic}/u.test(
    c,
  );

/** Control characters from data must not reach the terminal. */
export const printable = (text: string): string =>
  text.replace(
    /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );

/** Colours, and the width that hints are broken to; without one they stand as they are. */
export interface Paint {
  error(text: string): string;
  dim(text: string): string;
  bold(text: string): string;
  readonly columns?: number;
}

/**
 * One problem as a person reads it:
 *
 *     file:3:5: unknown key "n_estimators" in train.random-forest [spec/unknown-key]
 *        |
 *      3 |     with: { n_estimators: 200 }
 *        |             ^^^^^^^^^^^^
 *        = called "trees" here
 */
export function renderProblem(
  p: Problem,
  source: (file: string) => string | undefined,
  paint: Paint = plain,
): string {
  const label = p.severity === 'error' ? '' : `${p.severity}: `;
  const head = p.at ? `${p.at.file}:${p.at.line}:${p.at.col}: ` : p.severity === 'error' ? 'error: ' : '';
  const lines = [`${paint.bold(printable(head))}${label}${printable(p.message)} ${paint.dim(`[${p.code}]`)}`];
  const excerpt = (at: Place, note?: string) => {
    const line = source(at.file)?.split(/\r\n|\r|\n/)[at.line - 1];
    if (line === undefined) return;
    const gutter = String(at.line).length + 1;
    const before = line.slice(0, at.col - 1).replace(/\t/g, ' ');
    const under = line.slice(at.col - 1, at.col - 1 + Math.max(1, at.length));
    const width = Math.max(1, displayColumns(under.replace(/\t/g, ' ')));
    const bar = paint.dim(`${' '.repeat(gutter)} |`);
    lines.push(bar);
    lines.push(
      `${paint.dim(`${String(at.line).padStart(gutter)} |`)} ${printable(line.replace(/\t/g, ' '))}`,
    );
    lines.push(
      `${bar} ${' '.repeat(displayColumns(before))}${paint.error('^'.repeat(width))}${note ? ` ${note}` : ''}`,
    );
  };
  if (p.at) excerpt(p.at);
  for (const r of p.related ?? []) {
    lines.push(`   ${printable(r.at.file)}:${r.at.line}:${r.at.col}: ${printable(r.message)}`);
    excerpt(r.at);
  }
  const width = (paint.columns ?? Number.POSITIVE_INFINITY) - 5;
  for (const hint of p.hint?.split('\n') ?? [])
    (hint.length <= width ? [printable(hint)] : wrapped(printable(hint), width)).forEach((line, i) => {
      lines.push(`   ${i === 0 ? paint.dim('=') : ' '} ${line}`);
    });
  return lines.join('\n');
}

/** Text broken into lines between words; a word longer than the width keeps a line of its own. */
export function wrapped(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/).filter(Boolean)) {
    if (line && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line ? `${line} ${word}` : word;
  }
  return line ? [...lines, line] : lines;
}

const same = (s: string) => s;
const plain = { error: same, dim: same, bold: same };

/**
 * The candidate nearest to what was typed, or undefined when none is near: optimal string alignment distance
 * (Damerau–Levenshtein with adjacent swaps) of at most a third of the longer word. Ties go to the first by code point.
 */
export function nearest(typed: string, candidates: Iterable<string>): string | undefined {
  let best: string | undefined;
  let bestDistance = Number.POSITIVE_INFINITY;
  for (const candidate of [...candidates].sort()) {
    const distance = editDistance(typed.toLowerCase(), candidate.toLowerCase());
    const limit = Math.max(1, Math.floor(Math.max(typed.length, candidate.length) / 3));
    if (distance <= limit && distance < candidate.length && distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

function editDistance(a: string, b: string): number {
  let before: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      row[j] = Math.min(previous[j]! + 1, row[j - 1]! + 1, previous[j - 1]! + cost);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        row[j] = Math.min(row[j]!, before[j - 2]! + 1);
    }
    before = previous;
    previous = row;
  }
  return previous[b.length]!;
}
