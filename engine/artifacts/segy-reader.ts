import { stat } from 'node:fs/promises';
import { sharedF32 } from '../../components/lib/compute/shared.js';
import { InputError } from '../../components/lib/errors.js';
import { type TraceLayout, windowLength } from '../../components/lib/segy/layout.js';
import { readTraces } from '../../components/lib/segy/reader.js';
import { fileSource } from '../../components/lib/segy/source.js';
import type { Digest } from '../canonical.js';
import { ProblemError, problem } from '../problem.js';
import type { Column } from './column.js';
import type { ExternalReader, Rows } from './source.js';
import type { ExternalColumn } from './table.js';

/**
 * Reads trace columns out of SEG-Y files. The file must be the one that was ingested: its digest is asked for when it
 * is first read and whenever its size, times or inode differ from then.
 */
export function segyReader(digestOf: (path: string) => Promise<Digest>): ExternalReader {
  const verified = new Map<string, string>();

  async function verify({ path, digest }: ExternalColumn): Promise<void> {
    const found = await stat(path, { bigint: true }).catch(() => undefined);
    if (!found)
      throw new ProblemError(
        problem('file/missing', `${path} is gone, and a table still reads its traces from it`, {
          hint: 'put the file back where it was, or run the step that reads it again',
        }),
      );
    const stamp = [digest, found.size, found.mtimeNs, found.ctimeNs, found.ino].join();
    if (verified.get(path) === stamp) return;
    if ((await digestOf(path)) !== digest) throw changed(path);
    verified.set(path, stamp);
  }

  return {
    async read(external, rows): Promise<Column> {
      await verify(external);
      const layout = external.layout as unknown as TraceLayout;
      const width = windowLength(layout);
      await using source = await fileSource(external.path);
      const values = sharedF32(countOf(rows) * width);
      try {
        await readTraces(source, layout, selectionOf(rows), values);
      } catch (error) {
        if (error instanceof InputError && error.code === 'file-changed') throw changed(external.path);
        throw error;
      }
      return { type: 'vector', width, values };
    },
  };
}

const changed = (path: string) =>
  new ProblemError(
    problem('store/damaged', `${path} is no longer the file that was read: its contents have changed`, {
      hint: 'run the pipeline again: the file is then read anew',
    }),
  );

const countOf = (rows: Rows) => (rows instanceof Uint32Array ? rows.length : rows.to - rows.from);
const selectionOf = (rows: Rows) =>
  rows instanceof Uint32Array ? rows : { first: rows.from, count: rows.to - rows.from };
