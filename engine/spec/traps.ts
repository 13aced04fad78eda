import type { YAMLError } from 'yaml';
import { type Place, type Problem, problem } from '../problem.js';
import type { Entry, Scalar } from './node.js';

/** What YAML's grammar makes of slips that people make, said in words that help. One message a slip. */

interface PlaceTable {
  at(start: number, end: number): Place;
}

/** What a merge that stopped half-way leaves behind. */
export function mergeMarks(text: string, places: PlaceTable): Problem[] {
  return [...text.matchAll(/^<{7}(?: .*)?$/gm)].map((match) =>
    problem('yaml/merge-conflict', 'an unresolved merge: git left both versions here', {
      at: places.at(match.index, match.index + 7),
      hint: 'keep one version and delete the lines with <<<<<<<, ======= and >>>>>>>',
    }),
  );
}

/** The parser recurses, and ends the process at some ten thousand levels: stop long before. */
export function tooDeep(text: string, places: PlaceTable): Problem[] {
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c === 0x5b || c === 0x7b) depth++;
    else if ((c === 0x5d || c === 0x7d) && depth > 0) depth--;
    if (depth > 500)
      return [problem('yaml/too-large', 'brackets nested too deep', { at: places.at(i, i + 1) })];
  }
  const dashes = /^(?: *[-?:] ){200}/m.exec(text);
  if (!dashes) return [];
  return [
    problem('yaml/too-large', 'lists nested too deep', { at: places.at(dashes.index, dashes.index + 1) }),
  ];
}

type Slip = { code: Problem['code']; message: string; hint?: string; start?: number; end?: number };

/** The parser's errors, one a line, each as the slip behind it. */
export function explain(errors: readonly YAMLError[], text: string, places: PlaceTable): Problem[] {
  const problems: Problem[] = [];
  const lines = new Set<number>();
  for (const error of [...errors].sort((a, b) => a.pos[0] - b.pos[0])) {
    const slip = slipOf(error, text);
    if (!slip) continue;
    const start = slip.start ?? Math.min(error.pos[0], text.length);
    const at = places.at(start, slip.end ?? Math.max(error.pos[1], start + 1));
    if (lines.has(at.line)) continue;
    lines.add(at.line);
    problems.push(problem(slip.code, slip.message, { at, ...(slip.hint && { hint: slip.hint }) }));
  }
  // A slip in braces throws the parser off for the lines that follow: these would only confuse.
  const unquoted = problems.findIndex((p) => p.code === 'yaml/unquoted-expression' || p.code === 'yaml/tab');
  return unquoted < 0
    ? problems
    : problems.filter((p, i) => i <= unquoted || p.code === problems[unquoted]!.code);
}

function slipOf(error: YAMLError, text: string): Slip | undefined {
  const [start] = error.pos;
  const lineStart = text.lastIndexOf('\n', start - 1) + 1;
  const lineEnd = text.indexOf('\n', lineStart) < 0 ? text.length : text.indexOf('\n', lineStart);
  const line = text.slice(lineStart, lineEnd);
  const tab = /^ *\t/.exec(line);
  if (tab) {
    const column = lineStart + tab[0].length - 1;
    const end = lineStart + /^[ \t]*/.exec(line)![0].length;
    const hint = 'YAML indents with spaces; most editors convert tabs on request';
    return { code: 'yaml/tab', message: 'a tab indents this line', hint, start: column, end };
  }
  const expression = unquotedExpression(line);
  if (expression)
    return { ...expression, start: lineStart + expression.start!, end: lineStart + expression.end! };
  return bySyntax(error, text, line);
}

/** The first `${{` of the line that stands outside quotes. */
function unquotedExpression(line: string): Slip | undefined {
  let quote = '';
  for (let i = 0; i < line.length; i++) {
    const c = line[i]!;
    if (quote) {
      if (c === '\\' && quote === '"') i++;
      else if (c === quote) quote = '';
    } else if ((c === '"' || c === "'") && /^$|[\s[{,:]/.test(line[i - 1] ?? '')) quote = c;
    else if (line.startsWith('${{', i)) {
      const close = line.indexOf('}}', i);
      const end = close < 0 ? line.trimEnd().length : close + 2;
      const written = line.slice(i, end);
      return {
        code: 'yaml/unquoted-expression',
        message: 'an expression that stands without quotes',
        hint: `write ${written.includes('"') ? `'${written}'` : `"${written}"`}`,
        start: i,
        end,
      };
    }
  }
  return undefined;
}

function bySyntax(error: YAMLError, text: string, line: string): Slip | undefined {
  const [start] = error.pos;
  const here = text[start] ?? '';
  const word = /^[^\s,\]}]*/.exec(text.slice(start, start + 60))?.[0] ?? here;
  switch (error.code) {
    case 'TAB_AS_INDENT':
      return {
        code: 'yaml/tab',
        message: 'a tab where YAML wants spaces',
        hint: 'replace the tab by spaces',
      };
    case 'BAD_SCALAR_START':
      return {
        code: 'yaml/syntax',
        message: `a value cannot begin with ${here}, which YAML reserves`,
        hint: `put it in quotes: "${word}"`,
        end: start + word.length,
      };
    case 'BAD_DIRECTIVE':
      return {
        code: 'yaml/syntax',
        message: 'a line that begins with % is an instruction to the YAML reader',
        hint: 'a comment begins with #; a value that begins with % needs quotes',
        end: start + 1,
      };
    case 'BAD_DQ_ESCAPE':
      return {
        code: 'yaml/ambiguous',
        message: `in double quotes a backslash begins an escape, and ${text.slice(start, start + 2)} is none`,
        hint: 'use single quotes, where a backslash is a backslash',
        end: start + 2,
      };
    case 'MULTIPLE_DOCS':
      return {
        code: 'yaml/syntax',
        message: 'a second document begins here',
        hint: 'one file holds one document: delete the line ---',
        end: start + 3,
      };
    case 'TAG_RESOLVE_FAILED':
      return {
        code: 'yaml/syntax',
        message: `${word} is a YAML tag, which means nothing here`,
        hint: `text that begins with ! needs quotes`,
        end: start + word.length,
      };
    case 'RESOURCE_EXHAUSTION':
      return { code: 'yaml/too-large', message: 'the text is nested too deep' };
    case 'BLOCK_AS_IMPLICIT_KEY':
      return {
        code: 'yaml/syntax',
        message: 'a value that holds ": " is taken for another map',
        hint: `put the value in quotes: ${quotedValue(line)}`,
      };
    case 'MULTILINE_IMPLICIT_KEY': {
      const near = /^(\s*)([\w-]+):(\S.*)$/.exec(line);
      const hint = near
        ? `a space belongs after the colon: ${near[2]}: ${near[3]}`
        : 'a key and a value are written key: value';
      return {
        code: 'yaml/syntax',
        message: 'a line that is neither a key with a value nor part of one',
        hint,
      };
    }
    case 'MISSING_CHAR':
      if (/directives-end/.test(error.message)) return undefined;
      if (/quote/.test(error.message)) {
        const open = text.lastIndexOf(/"/.test(error.message) ? '"' : "'", start);
        return {
          code: 'yaml/syntax',
          message: 'a quote that is never closed',
          start: Math.max(0, open),
          end: open + 1,
        };
      }
      return { code: 'yaml/syntax', message: lower(error.message) };
    case 'BAD_INDENT':
      if (/^Flow/.test(error.message))
        return {
          code: 'yaml/syntax',
          message: `a bracket ${/sequence/.test(error.message) ? '[' : '{'} that is not closed before this line`,
        };
      return {
        code: 'yaml/syntax',
        message: 'this line is indented otherwise than those it belongs to',
        hint: 'keys of one map, and items of one list, begin in the same column',
      };
    default:
      return { code: 'yaml/syntax', message: lower(error.message) };
  }
}

const quotedValue = (line: string): string => {
  const value = /^[^:]*:\s+(.*?)\s*$/.exec(line)?.[1] ?? '…';
  return value.includes('"') ? `'${value}'` : `"${value}"`;
};

const lower = (message: string): string => message.charAt(0).toLowerCase() + message.slice(1);

/** `key: ${{ a #b }}`: without quotes ` #` begins a comment, and YAML drops the rest without a word. */
export function cutExpression(
  node: Scalar,
  text: string,
  end: number,
  places: PlaceTable,
): Problem | undefined {
  if (node.style !== 'plain') return undefined;
  const open = node.text.lastIndexOf('${{');
  if (open < 0 || node.text.includes('}}', open)) return undefined;
  const rest = /^[^\n]*/.exec(text.slice(end))![0];
  if (!/^\s+#/.test(rest)) return undefined;
  const hash = end + rest.indexOf('#');
  return problem(
    'yaml/unquoted-expression',
    'the expression is cut here: without quotes, " #" begins a comment',
    {
      at: places.at(hash, hash + 1),
      hint: `write "${node.text}${rest.trimEnd()}"`,
    },
  );
}

/** `"C:\temp\new.sgy"` holds a tab and a line feed. */
export function windowsPath(node: Scalar): Problem | undefined {
  if (node.style !== 'double' || !/^"(?:[A-Za-z]:\\(?!\\)|\\\\(?!\\))/.test(node.source)) return undefined;
  const raw = node.source.slice(1, -1);
  return problem(
    'yaml/ambiguous',
    'in double quotes a backslash begins an escape: this is not the path it looks like',
    {
      at: node.at,
      hint: `use single quotes: '${raw}'`,
    },
  );
}

/** `{ rate: 1,50 }` is a rate of 1 and a key "50". `meant`: what to go on with. */
export function commaInBraces(
  key: Pick<Entry, 'key' | 'keyAt'>,
  before: Entry | undefined,
): { readonly problem: Problem; readonly meant: Scalar } | undefined {
  const left = before?.value;
  if (left?.kind !== 'scalar' || left.style !== 'plain') return undefined;
  if (!/^-?\d+$/.test(left.text) || !/^\d+(?:\s*\S+)?$/.test(key.key)) return undefined;
  if (key.keyAt.line !== left.at.line || key.keyAt.col !== left.at.col + left.at.length + 1) return undefined;
  const written = `${left.text},${key.key}`;
  const text = `${left.text}.${key.key}`;
  const at = { ...left.at, length: written.length };
  const message = `${written} in braces is two entries: ${left.text}, and a key "${key.key}"`;
  return {
    problem: problem('yaml/ambiguous', message, { at, hint: `write ${text}` }),
    meant: { kind: 'scalar', style: 'plain', text, source: text, at },
  };
}
