import type { Digest, Json } from '../canonical.js';
import { canonical } from '../canonical.js';
import type { Objects } from './objects.js';
import type { TableSchema } from './schema.js';
import type { ColumnRef, Part, Table, TableManifest } from './table.js';

export const manifestOf = (
  schema: TableSchema,
  parts: readonly Part[],
  contents: { readonly [name: string]: Digest },
): TableManifest => ({
  kind: 'table',
  schema,
  rows: parts.reduce((rows, part) => rows + part.rows, 0),
  parts,
  contents,
});

/** Stores a table's manifest; its digest is what `openTable` takes. */
export const putTable = (objects: Objects, table: Pick<Table, 'manifest'>): Promise<Digest> =>
  objects.put(new TextEncoder().encode(canonical(table.manifest as unknown as Json)));

/** Every object that a table needs to be read, its manifest apart, each once. */
export function objectsOf(manifest: TableManifest): readonly Digest[] {
  const found = new Set<Digest>();
  const visit = (ref: ColumnRef) => {
    if (ref.rows !== undefined) found.add(ref.rows);
    if ('object' in ref) found.add(ref.object);
    if ('pieces' in ref) for (const piece of ref.pieces) visit(piece.column);
  };
  for (const part of manifest.parts) for (const ref of Object.values(part.columns)) visit(ref);
  return [...found];
}
