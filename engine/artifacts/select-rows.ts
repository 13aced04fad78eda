import type { Digest } from '../canonical.js';
import { byPiece, choose, type Source } from './source.js';
import type { ColumnRef, Part } from './table.js';

/** Rows a part where rows come from all over, so that no part needs more than this of its sources at once. */
const scatteredRows = 65_536;

/** Makes references to some rows of parts: nothing but row numbers is written. */
export class Selector {
  readonly #source: Source;

  constructor(source: Source) {
    this.#source = source;
  }

  /**
   * Parts that hold the given rows of `parts`, in the order given. Rows that follow the order of the parts give a
   * part for each they touch; rows in any other order give parts over several pieces.
   */
  async parts(parts: readonly Part[], rows: Uint32Array): Promise<Part[]> {
    const runs = runsOf(parts, rows);
    const ordered = runs.length <= 2 * parts.length + 16;
    const cuts = ordered ? runs : cutsOf(rows.length, scatteredRows);
    const made: Part[] = [];
    for (const { from, to } of cuts) made.push(await this.part(parts, rows.subarray(from, to)));
    return made;
  }

  /** One part of some rows of `parts`. */
  async part(parts: readonly Part[], rows: Uint32Array): Promise<Part> {
    const wanted = byPiece(parts, rows);
    const [first] = wanted;
    const columns =
      first && wanted.size === 1
        ? await this.#ofOne(parts[first[0]]!, Uint32Array.from(first[1].local))
        : await this.#ofSeveral(parts, wanted, rows.length);
    return { rows: rows.length, columns };
  }

  async #ofOne(part: Part, rows: Uint32Array): Promise<Part['columns']> {
    if (isAll(rows, part.rows)) return part.columns;
    const columns: { [name: string]: ColumnRef } = {};
    // Columns whose rows were chosen alike so far share the new choice too.
    const written = new Map<Digest | undefined, Digest>();
    for (const [name, ref] of Object.entries(part.columns)) {
      const { rows: chosen, ...bare } = ref;
      let digest = written.get(chosen);
      if (digest === undefined) {
        digest = await this.#write(
          chosen === undefined ? rows : choose(await this.#source.selection(chosen), rows),
        );
        written.set(chosen, digest);
      }
      columns[name] = { ...bare, rows: digest } as ColumnRef;
    }
    return columns;
  }

  async #ofSeveral(parts: readonly Part[], wanted: Wanted, count: number): Promise<Part['columns']> {
    const used = [...wanted.keys()].sort((a, b) => a - b);
    const within = positionsWithin(parts, used, wanted, count);
    const total = used.reduce((rows, p) => rows + parts[p]!.rows, 0);
    const rows = isAll(within, total) ? {} : { rows: await this.#write(within) };
    const columns: { [name: string]: ColumnRef } = {};
    for (const name of Object.keys(parts[used[0]!]!.columns)) {
      const pieces = used.map((p) => ({ rows: parts[p]!.rows, column: parts[p]!.columns[name]! }));
      columns[name] = { pieces, ...rows };
    }
    return columns;
  }

  #write(rows: Uint32Array): Promise<Digest> {
    return this.#source.objects.put(new Uint8Array(rows.buffer, rows.byteOffset, rows.byteLength));
  }
}

type Wanted = ReturnType<typeof byPiece>;

function isAll(rows: Uint32Array, length: number): boolean {
  if (rows.length !== length) return false;
  for (let i = 0; i < rows.length; i++) if (rows[i] !== i) return false;
  return true;
}

/** Where each row asked for stands in the used parts laid one after the other. */
function positionsWithin(
  parts: readonly Part[],
  used: readonly number[],
  wanted: Wanted,
  count: number,
): Uint32Array {
  const within = new Uint32Array(count);
  let start = 0;
  for (const p of used) {
    const { local, positions } = wanted.get(p)!;
    for (let i = 0; i < local.length; i++) within[positions[i]!] = start + local[i]!;
    start += parts[p]!.rows;
  }
  return within;
}

/** Stretches of `rows` that lie in one part each. */
function runsOf(parts: readonly Part[], rows: Uint32Array): { from: number; to: number }[] {
  const starts = [0];
  for (const part of parts) starts.push(starts.at(-1)! + part.rows);
  const runs: { from: number; to: number }[] = [];
  let piece = -1;
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i]!;
    if (piece >= 0 && row >= starts[piece]! && row < starts[piece + 1]!) continue;
    if (row >= starts.at(-1)!) throw new Error(`row ${row} is not in a table of ${starts.at(-1)} rows`);
    piece = piece >= 0 && row >= starts[piece + 1]! ? piece : -1;
    do piece++;
    while (row >= starts[piece + 1]!);
    if (runs.length > 0) runs.at(-1)!.to = i;
    runs.push({ from: i, to: rows.length });
  }
  return runs;
}

export function cutsOf(rows: number, size: number): { from: number; to: number }[] {
  const cuts: { from: number; to: number }[] = [];
  for (let from = 0; from < rows; from += size) cuts.push({ from, to: Math.min(rows, from + size) });
  return cuts;
}
