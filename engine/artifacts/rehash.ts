import { setImmediate } from 'node:timers/promises';
import type { Digest } from '../canonical.js';
import { ColumnContent } from './content.js';
import type { Field } from './schema.js';
import { cutsOf } from './select-rows.js';
import { choose, numbersOf, pieceOf, type Source, startsOf } from './source.js';
import type { ColumnRef, Part } from './table.js';

const blockRows = 8192;

/** Content digests of columns that lie in `parts`: values are read block by block, external ones not at all. */
export async function contentsOf(
  source: Source,
  fields: readonly Field[],
  parts: readonly Part[],
): Promise<{ [name: string]: Digest }> {
  const contents: { [name: string]: Digest } = {};
  for (const field of fields) {
    const content = new ColumnContent(field);
    for (const part of parts)
      for (const { from, to } of cutsOf(part.rows, blockRows)) {
        await add(content, source, part.columns[field.name]!, numbersOf(from, to));
        if (to - from === blockRows) await setImmediate();
      }
    contents[field.name] = content.digest();
  }
  return contents;
}

async function add(
  content: ColumnContent,
  source: Source,
  ref: ColumnRef,
  asked: Uint32Array,
): Promise<void> {
  if (!reachesFile(ref)) return content.add(await source.read(ref, asked));
  const rows = ref.rows === undefined ? asked : choose(await source.selection(ref.rows), asked);
  if ('external' in ref) return content.addExternal(ref.external, rows);
  if (!('pieces' in ref)) return;
  // Rows of several files in any order: run by run, since their order is part of what is hashed.
  const starts = startsOf(ref.pieces);
  for (let from = 0; from < rows.length; ) {
    const piece = pieceOf(starts, rows[from]!);
    let to = from + 1;
    while (to < rows.length && rows[to]! >= starts[piece]! && rows[to]! < starts[piece + 1]!) to++;
    const local = rows.slice(from, to).map((row) => row - starts[piece]!);
    await add(content, source, ref.pieces[piece]!.column, local);
    from = to;
  }
}

const reachesFile = (ref: ColumnRef): boolean =>
  'external' in ref || ('pieces' in ref && ref.pieces.some((piece) => reachesFile(piece.column)));
