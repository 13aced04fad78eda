import type { Place } from '../problem.js';
import type { Scalar } from './node.js';
import type { Expression } from './pipeline.js';

/** An expression in a scalar: trimmed source, and where it stands in the file. */
export interface Part {
  readonly source: string;
  readonly at: Place;
  readonly sourceEnd: number;
  /** False where escapes or folds hide the exact column: faults then point at the whole. */
  readonly exact: boolean;
}

function partAt(node: Scalar, inner: string, from: number): Part {
  const source = inner.trim();
  const index = node.source.indexOf(source, from);
  if (index < 0 || source.includes('\n')) return { source, at: node.at, sourceEnd: from, exact: false };
  const before = node.source.slice(0, index);
  const newline = before.lastIndexOf('\n');
  const line = node.at.line + (before.split('\n').length - 1);
  const col = newline < 0 ? node.at.col + index : index - newline;
  const at = { file: node.at.file, line, col, length: source.length };
  return { source, at, sourceEnd: index + source.length, exact: true };
}

export const within = (part: Part, start: number, end: number): Place =>
  part.exact
    ? { ...part.at, col: part.at.col + start, length: Math.max(1, Math.min(end, part.source.length) - start) }
    : part.at;

/** Index of the `}}` that closes an expression: not one in a string or of a map. */
function closing(text: string, from: number): number {
  let depth = 0;
  let quote = '';
  for (let i = from; i < text.length; i++) {
    const c = text[i]!;
    if (quote) {
      if (c === '\\') i++;
      else if (c === quote) quote = '';
    } else if (c === '"' || c === "'") quote = c;
    else if (c === '{') depth++;
    else if (c === '}') {
      if (depth > 0) depth--;
      else if (text[i + 1] === '}') return i;
    }
  }
  return -1;
}

/** Neighbouring pieces of text as one. */
export function merged(parts: readonly (string | Expression)[]): readonly (string | Expression)[] {
  const out: (string | Expression)[] = [];
  for (const part of parts) {
    const last = out.at(-1);
    if (typeof part === 'string' && typeof last === 'string') out[out.length - 1] = last + part;
    else out.push(part);
  }
  return out;
}

/** Text and expressions in turn, or the place of a `${{` that is not closed. */
export function splitTemplate(node: Scalar): readonly (string | Part)[] | { readonly unclosed: Place } {
  const parts: (string | Part)[] = [];
  const { text } = node;
  let from = 0;
  let seen = 0;
  for (let open = text.indexOf('${{'); open >= 0; open = text.indexOf('${{', from)) {
    const close = closing(text, open + 3);
    if (close < 0) return { unclosed: within(partAt(node, text.slice(open), seen), 0, 3) };
    if (open > from) parts.push(text.slice(from, open));
    const part = partAt(node, text.slice(open + 3, close), seen);
    seen = part.sourceEnd;
    parts.push(part);
    from = close + 2;
  }
  if (from < text.length) parts.push(text.slice(from));
  return parts;
}
