import type { Kernel } from '../compute/kernel.js';
import { classify, Reading, readings, textOf } from './readings.js';
import { type BadRecord, cutFields, type Dialect, fieldText } from './records.js';

/** Bytes of whole records, cut into blocks at record ends: block b lies at `cuts[b]` … `cuts[b + 1]`. */
export interface TextBlocks {
  readonly bytes: Uint8Array;
  readonly cuts: readonly number[];
  readonly columns: number;
  readonly dialect: Dialect;
}

export interface ProfileArgs extends TextBlocks {
  /** Texts that stand for a missing value, in lower case. */
  readonly nulls: readonly string[];
  /** Pattern of the dates that the person gave an example of. */
  readonly example?: string;
}

/** A cell that made a difference, and its line: within its block until the blocks are joined. */
export interface Witness {
  readonly text: string;
  readonly line: number;
}

export interface ColumnProfile {
  /** Cells that hold anything but a text for missing values. */
  cells: number;
  missing: number;
  /** Cells that can be read as numbers. */
  numbers: number;
  /** Readings that all cells allow. */
  common: number;
  /** Traits that any cell has. */
  traits: number;
  /** By reading: the first cell that does not allow it. By trait: the first that has it. */
  witness: { [bit: number]: Witness };
}

export interface BlockProfile {
  readonly rows: number;
  readonly lines: number;
  readonly bad: readonly BadRecord[];
  readonly columns: readonly ColumnProfile[];
}

/** What the cells of each column can be read as. */
export const profileText: Kernel<ProfileArgs, BlockProfile> = {
  name: 'profileText',
  url: import.meta.url,
  blocks: ({ cuts }) => cuts.length - 1,
  run({ bytes, cuts, columns, dialect, nulls, example }, block) {
    const fields = cutFields(bytes, cuts[block]!, cuts[block + 1]!, columns, dialect);
    const missing = missingTest(nulls);
    const pattern = example === undefined ? undefined : new RegExp(example);
    const profiles = Array.from({ length: columns }, emptyProfile);
    for (const [f, profile] of profiles.entries()) {
      for (let row = 0; row < fields.rows; row++) {
        const k = row * columns + f;
        const from = fields.start[k]!;
        const to = fields.end[k]!;
        if (missing(bytes, from, to)) {
          profile.missing++;
          continue;
        }
        const found = classify(bytes, from, to, pattern);
        profile.cells++;
        if ((found & (Reading.point | Reading.comma)) !== 0) profile.numbers++;
        const news = (profile.common & ~found & readings) | (found & ~profile.traits & ~readings);
        if (news === 0) continue;
        profile.common &= found;
        profile.traits |= found & ~readings;
        const text = fieldText(bytes, from, to, fields.doubled[k] === 1, dialect.quote);
        for (let bit = 1; bit <= news; bit <<= 1)
          if ((news & bit) !== 0) profile.witness[bit] = { text: text.slice(0, 40), line: fields.line[row]! };
      }
    }
    return { rows: fields.rows, lines: fields.lines, bad: fields.bad, columns: profiles };
  },
};

export const emptyProfile = (): ColumnProfile => ({
  cells: 0,
  missing: 0,
  numbers: 0,
  common: readings,
  traits: 0,
  witness: {},
});

/** Adds what a later block found; `line` is where it starts. */
export function addProfile(to: ColumnProfile, from: ColumnProfile, line: number): void {
  to.cells += from.cells;
  to.missing += from.missing;
  to.numbers += from.numbers;
  to.common &= from.common;
  to.traits |= from.traits;
  for (const [bit, witness] of Object.entries(from.witness))
    to.witness[Number(bit)] ??= { text: witness.text, line: witness.line + line };
}

/** Whether a cell is empty or one of the texts that stand for a missing value. */
export function missingTest(
  nulls: readonly string[],
): (bytes: Uint8Array, from: number, to: number) => boolean {
  const texts = new Set(nulls);
  const longest = Math.max(0, ...nulls.map((text) => Buffer.byteLength(text)));
  // A look at the first byte spares nearly all cells the rest.
  const first = new Uint8Array(256);
  for (const text of nulls) for (const c of [text, text.toUpperCase()]) first[Buffer.from(c)[0] ?? 0] = 1;
  return (bytes, from, to) => {
    let a = from;
    let b = to;
    while (a < b && bytes[a] === 32) a++;
    while (b > a && bytes[b - 1] === 32) b--;
    if (a === b) return true;
    if (first[bytes[a]!] === 0 || b - a > longest) return false;
    return texts.has(textOf(bytes, a, b).toLowerCase());
  };
}
