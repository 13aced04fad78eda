import { statSync } from 'node:fs';
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
 * Traces read out of a SEG-Y file when they are asked for. `digestOf` tells the file's digest now, remembered by
 * its stat: where it differs from the one that the table was made from, the values would silently be others.
 */
export function segyReader(digestOf: (path: string) => Promise<Digest>): ExternalReader {
  const checked = new Map<string, string>();
  const stampOf = (path: string) => {
    const stat = statSync(path, { bigint: true, throwIfNoEntry: false });
    return stat && `${stat.size}-${stat.mtimeNs}-${stat.ino}`;
  };
  const changed = (path: string) =>
    new ProblemError(
      problem('file/missing', `${path} is gone or was changed since its traces were read`, {
        hint: 'run again: the steps that read it are then repeated',
      }),
    );
  return {
    async read({ path, digest, layout: json }: ExternalColumn, rows: Rows): Promise<Column> {
      const stamp = stampOf(path);
      if (stamp === undefined) throw changed(path);
      if (checked.get(path) !== `${stamp}-${digest}`) {
        if ((await digestOf(path)) !== digest) throw changed(path);
        checked.set(path, `${stamp}-${digest}`);
      }
      const layout = json as unknown as TraceLayout;
      const width = windowLength(layout);
      const selection = rows instanceof Uint32Array ? rows : { first: rows.from, count: rows.to - rows.from };
      const values = sharedF32((rows instanceof Uint32Array ? rows.length : rows.to - rows.from) * width);
      await using source = await fileSource(path);
      try {
        await readTraces(source, layout, selection, values);
      } catch (error) {
        if (error instanceof InputError) throw changed(path);
        throw error;
      }
      return { type: 'vector', width, values };
    },
  };
}
