import type { Compute } from '../compute/kernel.js';
import { sharedF32, sharedF64, sharedI32, sharedU8 } from '../compute/shared.js';
import { readChunks } from './chunks.js';
import { type CellPlan, convertText } from './convert.js';
import { addProfile, type ColumnProfile, emptyProfile, profileText } from './profile.js';
import type { BadRecord, Dialect } from './records.js';

/** A delimited file in UTF-8, past its header. */
export interface DelimitedFile {
  readonly path: string;
  /** Byte and line, from 1, at which the first record of data starts. */
  readonly start: number;
  readonly line: number;
  readonly dialect: Dialect;
  readonly columns: number;
}

export interface WorkOptions {
  readonly compute: Compute;
  readonly signal: AbortSignal;
  /** Bytes done so far. */
  readonly progress: (bytes: number) => void;
}

export interface FileProfile {
  readonly rows: number;
  /** By block of the file, in order. */
  readonly rowsOf: readonly number[];
  readonly columns: readonly ColumnProfile[];
  /** Records that cannot be read, with the line of the file from 1: the first few of each block. */
  readonly bad: readonly BadRecord[];
}

/** First pass: what each column can be read as, and the records that are broken. */
export async function profileFile(
  file: DelimitedFile,
  missing: { readonly nulls: readonly string[]; readonly example?: string },
  { compute, signal, progress }: WorkOptions,
): Promise<FileProfile> {
  const columns = Array.from({ length: file.columns }, emptyProfile);
  const rowsOf: number[] = [];
  const bad: BadRecord[] = [];
  let line = file.line;
  for await (const { bytes, cuts, position } of readChunks(file.path, file.start, file.dialect)) {
    const args = { bytes, cuts, columns: file.columns, dialect: file.dialect, ...missing };
    for (const block of await compute(profileText, args, { signal })) {
      rowsOf.push(block.rows);
      for (const record of block.bad) bad.push({ ...record, line: record.line + line });
      for (const [i, profile] of block.columns.entries()) addProfile(columns[i]!, profile, line);
      line += block.lines;
    }
    progress(position - file.start);
  }
  return { rows: rowsOf.reduce((a, b) => a + b, 0), rowsOf, columns, bad };
}

/** Values of one column of some rows, as `engine/artifacts/column.ts` describes them. */
export interface Values {
  readonly values: Float64Array | Float32Array | Int32Array | Uint8Array;
  readonly valid: Uint8Array;
  /** Of a text column. */
  readonly dictionary?: readonly string[];
}

/** Second pass: the values, some rows at a time. `rowsOf` comes from the first pass over the same file. */
export async function* convertFile(
  file: DelimitedFile,
  plans: readonly CellPlan[],
  rowsOf: readonly number[],
  example: string | undefined,
  { compute, signal, progress }: WorkOptions,
): AsyncGenerator<{ readonly rows: number; readonly columns: readonly Values[] }> {
  let done = 0;
  for await (const { bytes, cuts, position } of readChunks(file.path, file.start, file.dialect)) {
    const rowStart = [0];
    for (let block = 0; block < cuts.length - 1; block++) rowStart.push(rowStart.at(-1)! + rowsOf[done++]!);
    const rows = rowStart.at(-1)!;
    const values = plans.map((plan) => arrayFor(plan, rows));
    const valid = plans.map(() => sharedU8(rows));
    const args = {
      bytes,
      cuts,
      columns: file.columns,
      dialect: file.dialect,
      plans,
      rowStart,
      values,
      valid,
      ...(example !== undefined && { example }),
    };
    const texts = await compute(convertText, args, { signal });
    yield {
      rows,
      columns: plans.map((plan, i) => ({
        values: values[i]!,
        valid: valid[i]!,
        ...(plan.type === 'string' && {
          dictionary: joinCodes(
            values[i] as Int32Array,
            rowStart,
            texts.map((block) => block[i]!),
          ),
        }),
      })),
    };
    progress(position - file.start);
  }
}

function arrayFor({ type }: CellPlan, rows: number): Values['values'] {
  switch (type) {
    case 'float32':
      return sharedF32(rows);
    case 'int32':
    case 'date':
    case 'string':
      return sharedI32(rows);
    case 'bool':
      return sharedU8(rows);
    default:
      return sharedF64(rows);
  }
}

/** Rewrites codes of blocks with lists of their own as codes of one list, which is handed back. */
function joinCodes(
  codes: Int32Array,
  rowStart: readonly number[],
  blocks: readonly (readonly string[])[],
): string[] {
  const all = new Map<string, number>();
  for (const [block, texts] of blocks.entries()) {
    const recode = texts.map((text) => {
      let code = all.get(text);
      if (code === undefined) {
        code = all.size;
        all.set(text, code);
      }
      return code;
    });
    for (let row = rowStart[block]!; row < rowStart[block + 1]!; row++)
      if (codes[row]! >= 0) codes[row] = recode[codes[row]!]!;
  }
  return [...all.keys()];
}
