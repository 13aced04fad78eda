import { type Place, type Problem, problem } from '../problem.js';

/** Longest text of a YAML file that is read, in bytes. */
const MAX_BYTES = 8 * 1024 * 1024;

/** Bytes of a text file as text without byte-order mark; what is wrong with the encoding as problems. */
export function decode(file: string, bytes: Uint8Array): { text: string; problems: Problem[] } {
  if (bytes.length > MAX_BYTES) {
    const mb = (bytes.length / 1e6).toFixed(1);
    const message = `the file has ${mb} MB; ${MAX_BYTES / 1024 / 1024} MiB are allowed`;
    return { text: '', problems: [problem('yaml/too-large', message, { at: placeAt(file, '', 0, 0) })] };
  }
  const wide = utf16(bytes);
  if (wide) {
    const text = new TextDecoder(wide).decode(bytes);
    const warning = problem('yaml/encoding', 'the file is UTF-16 text', {
      at: placeAt(file, text, 0, 0),
      severity: 'warning',
      hint: 'it was read, but save it as UTF-8: git and most tools take UTF-16 for a binary file',
    });
    return { text, problems: [warning, ...oddCharacters(file, text)] };
  }
  // Not fatal: the replacement character marks the place of the first wrong byte.
  const text = new TextDecoder('utf-8').decode(bytes);
  const wrong = isUtf8(bytes) ? -1 : text.indexOf('\ufffd');
  if (wrong < 0) return { text, problems: oddCharacters(file, text) };
  const line = lineAround(text, wrong).trim();
  const as1252 = new TextDecoder('windows-1252').decode(bytes);
  const read = lineAround(as1252, wrong).trim();
  return {
    text,
    problems: [
      problem('yaml/encoding', 'a byte that is not UTF-8', {
        at: placeAt(file, text, wrong, wrong + 1),
        hint:
          line.length > 0
            ? `save the file as UTF-8; as Windows-1252 the line is: ${read}`
            : 'save the file as UTF-8',
      }),
    ],
  };
}

function isUtf8(bytes: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}

function utf16(bytes: Uint8Array): 'utf-16le' | 'utf-16be' | undefined {
  const [a, b] = bytes;
  if (bytes.length < 2) return undefined;
  if (a === 0xff && b === 0xfe) return 'utf-16le';
  if (a === 0xfe && b === 0xff) return 'utf-16be';
  if (a !== 0 && b === 0) return 'utf-16le';
  return a === 0 && b !== 0 ? 'utf-16be' : undefined;
}

const lineAround = (text: string, index: number): string => {
  const start = text.lastIndexOf('\n', index - 1) + 1;
  const end = text.indexOf('\n', index);
  return text.slice(start, end < 0 ? text.length : end).replace(/\r$/, '');
};

/** Characters that look like white space or nothing, and that YAML reads as text. */
function oddCharacters(file: string, text: string): Problem[] {
  const problems: Problem[] = [];
  const report = (pattern: RegExp, message: string, hint: string) => {
    const match = pattern.exec(text);
    if (!match) return;
    const index = match.index + match[0].length - 1;
    problems.push(problem('yaml/encoding', message, { at: placeAt(file, text, index, index + 1), hint }));
  };
  report(
    /[\u0000-\u0008\u000b\u000c\u000e-\u001f]/,
    'a control character in the text',
    'is this a text file?',
  );
  report(/\ufeff/, 'a byte-order mark inside the text', 'two files were joined here; delete the mark');
  report(/\r(?!\n)/, 'a line that ends in a bare carriage return', 'save the file with LF or CRLF line ends');
  report(/^ *\u00a0/m, 'a no-break space before the text', 'copied from a web page? type ordinary spaces');
  return problems;
}

/** Place of text[start, end), cut at the end of its line. For one place; `source.ts` makes many by a table. */
function placeAt(file: string, text: string, start: number, end: number): Place {
  const before = text.slice(0, start);
  const line = before.split('\n').length;
  const col = start - (before.lastIndexOf('\n') + 1) + 1;
  const stop = text.indexOf('\n', start);
  return { file, line, col, length: Math.max(0, (stop < 0 ? end : Math.min(end, stop)) - start) };
}
