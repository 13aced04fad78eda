export interface TextHints {
  /** Byte of a field by what it holds, where the text header names it. */
  readonly bytes: Readonly<Partial<Record<'inline' | 'crossline' | 'x' | 'y', number>>>;
  /** Numbers that stand in the text header: first and last lines are often among them. */
  readonly numbers: ReadonlySet<number>;
  /** Of coordinates: what they are divided by, as the header would write it (−10). */
  readonly scalar?: number;
  /** The line that speaks of depth, 1-based. */
  readonly depth?: number;
  /** `ft` where the line with the sample interval says feet. */
  readonly feet: boolean;
}

const names = {
  inline: /\b(?:3-?D )?I(?:N-?)?LINE(?: NUMBER| NO\.?)?\b/i,
  crossline: /\b(?:3-?D )?(?:CROSS-?LINE|X-?LINE)(?: NUMBER| NO\.?)?\b/i,
  x: /(?:\b(?:CDP|CMP|BIN|UTM)[ _-]?(?:UTM-?)?X\b|\bX[ -]?(?:COORD\w*)\b)/i,
  y: /(?:\b(?:CDP|CMP|BIN|UTM)[ _-]?(?:UTM-?)?Y\b|\bY[ -]?(?:COORD\w*)\b)/i,
};

/** What the text header says of positions, line numbers and the vertical axis. Never more than a hint. */
export function textHints(lines: readonly string[]): TextHints {
  const bytes: Partial<Record<keyof typeof names, number>> = {};
  const numbers = new Set<number>();
  let positions = false;
  for (const line of lines) {
    for (const [digits] of line.slice(3).matchAll(/\d+/g)) numbers.add(Number(digits));
    if (/BYTE|HEADER (WORD|LOC)|WORD POS/i.test(line)) positions = true;
    for (const [name, pattern] of Object.entries(names)) {
      const at = pattern.exec(line);
      const rest = at && line.slice(at.index + at[0].length);
      const found = rest && /^[^\d]{0,24}?(\d{1,3})(?:\s*-\s*(\d{1,3}))?(?![\d.])/.exec(rest);
      if (!found) continue;
      const [first, last] = [Number(found[1]), Number(found[2] ?? 0)];
      const isRange = last === first + 3 || last === first + 1;
      if (first >= 1 && first <= 237 && (isRange || positions)) bytes[name as keyof typeof names] ??= first;
    }
  }
  const scaled = lines
    .map((line) =>
      /COORD\w*\.?\s+(?:SCALED BY|SCALE FACTOR|SCALAR)\D{0,5}(10{0,4})(?:\.0*)?(?!\d)/i.exec(line),
    )
    .find((match) => match !== null);
  const depth = lines.findIndex((line) =>
    /\b(PSDM|IN DEPTH|DEPTH[ -](DOMAIN|MIGRATED|MIGRATION|CONVERTED))\b/i.test(line),
  );
  const feet = lines.some((line) => /SAMPLE INT|INTERVAL/i.test(line) && /\b\d+\s*(FT|FEET)\b/i.test(line));
  return {
    bytes,
    numbers,
    feet,
    ...(scaled && scaled[1] !== '1' && { scalar: -Number(scaled[1]) }),
    ...(depth >= 0 && { depth: depth + 1 }),
  };
}
