/** Advance widths of DejaVu Sans in hundredths of the font size, by character; other letters count as wide as an H. */
const widths: { readonly [c: string]: number } = Object.fromEntries(
  Object.entries({
    28: "'ijlIJ",
    33: ' ,./:;\\|',
    38: 'f-()[]t!r',
    52: '"*_`sz?cL',
    60: 'FkvxyPTYaoe',
    64: 'ESbdghnpqu$0123456789{}',
    69: 'KAVBRXZC',
    76: 'UHNDG&OQ',
    84: 'w#+<=>^~M',
    99: 'm%W@',
  }).flatMap(([width, letters]) => [...letters].map((c) => [c, Number(width)])),
);
const isWide =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Extended_Pictographic}/u;

/** Width of a line of text in pixels, to a few per cent. */
export const textWidth = (content: string, size = 12): number =>
  ([...content].reduce((sum, c) => sum + (widths[c] ?? (isWide.test(c) ? 100 : 75)), 0) * size) / 100;

/** The same in bold, which is up to 15% wider. */
export const boldWidth = (content: string, size: number): number => 1.15 * textWidth(content, size);

/** The text, or as much of its beginning as fits into `width` pixels with an ellipsis. */
export function fitted(content: string, width: number, size = 12): string {
  const line = content.replace(/\s+/g, ' ');
  if (textWidth(line, size) <= width) return line;
  const letters = [...line];
  while (letters.length > 1 && textWidth(`${letters.join('')}…`, size) > width) letters.pop();
  return `${letters.join('').trimEnd()}…`;
}

/** The words on lines of at most `width` pixels; a word that is longer alone is cut. */
export function wrapped(content: string, width: number, size = 12): readonly string[] {
  const lines: string[] = [];
  for (const word of content.split(/\s+/)) {
    const longer = lines.length > 0 ? `${lines.at(-1)} ${word}` : word;
    if (lines.length > 0 && textWidth(longer, size) <= width) lines[lines.length - 1] = longer;
    else lines.push(fitted(word, width, size));
  }
  return lines;
}

/** A number for people: four significant digits, no exponent from 0.0001 to a million. */
export function shortNumber(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? '–' : value > 0 ? '∞' : '−∞';
  const size = Math.abs(value);
  const text =
    size !== 0 && (size < 1e-4 || size >= 1e6)
      ? value.toExponential(2).replace('e+', 'e')
      : Number.isInteger(value)
        ? String(value)
        : String(Number(value.toPrecision(4)));
  return text.replace('-', '−');
}

export const percent = (share: number): string => {
  const value = share * 100;
  return `${value !== 0 && value !== 100 && (value < 10 || value > 99) ? value.toFixed(1) : Math.round(value)}%`;
};
