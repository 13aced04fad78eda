import { sharedF32, sharedF64, sharedI32, sharedU8 } from '../../components/lib/compute/shared.js';
import { type Column, rowsOf, type StringColumn, sameKind, type VectorColumn } from './column.js';

/** Rows from `from` up to, not including, `to`: a view, nothing is copied. */
export function slice(column: Column, from: number, to: number): Column {
  if (from === 0 && to === rowsOf(column)) return column;
  const valid = column.valid && { valid: column.valid.subarray(from, to) };
  if (column.type === 'vector') {
    const { width } = column;
    return { ...column, values: column.values.subarray(from * width, to * width), ...valid };
  }
  return { ...column, values: column.values.subarray(from, to), ...valid } as Column;
}

/** Columns of one type, one after the other, on shared memory; a single one is handed back as it is. */
export function concat(columns: readonly Column[]): Column {
  const [first] = columns;
  if (!first) throw new Error('nothing to concatenate');
  if (columns.length === 1) return first;
  const rows = columns.reduce((n, column) => n + rowsOf(column), 0);
  const valid = columns.some((column) => column.valid) ? { valid: joinValid(columns, rows) } : {};
  if (first.type === 'string') return { ...joinText(columns as readonly StringColumn[], rows), ...valid };
  if (first.type === 'vector') {
    const values = sharedF32(rows * first.width);
    let at = 0;
    for (const column of columns as readonly VectorColumn[]) {
      if (column.width !== first.width) throw new Error('vectors of different width cannot be joined');
      values.set(column.values, at);
      at += column.values.length;
    }
    return { type: 'vector', width: first.width, values, ...valid };
  }
  const values = sameKind(first.values, rows);
  let at = 0;
  for (const column of columns) {
    values.set(column.values, at);
    at += column.values.length;
  }
  return { type: first.type, values, ...valid };
}

function joinValid(columns: readonly Column[], rows: number): Uint8Array {
  const valid = sharedU8(rows).fill(1);
  let at = 0;
  for (const column of columns) {
    if (column.valid) valid.set(column.valid, at);
    at += rowsOf(column);
  }
  return valid;
}

function joinText(columns: readonly StringColumn[], rows: number): StringColumn {
  const values = sharedI32(rows);
  const [first] = columns as readonly [StringColumn];
  const codes = new Map<string, number>();
  const dictionary: string[] = [];
  let at = 0;
  for (const column of columns) {
    // Slices of one part share their dictionary, whose codes then stay as they are.
    if (column.dictionary === first.dictionary && codes.size === 0) {
      values.set(column.values, at);
      at += column.values.length;
      continue;
    }
    if (codes.size === 0)
      for (const text of first.dictionary) {
        if (!codes.has(text)) codes.set(text, dictionary.length);
        dictionary.push(text);
      }
    const recode = column.dictionary.map((text) => {
      let code = codes.get(text);
      if (code === undefined) {
        code = dictionary.push(text) - 1;
        codes.set(text, code);
      }
      return code;
    });
    for (let i = 0; i < column.values.length; i++) {
      const code = column.values[i]!;
      values[at + i] = code < 0 ? -1 : recode[code]!;
    }
    at += column.values.length;
  }
  return { type: 'string', values, dictionary: codes.size === 0 ? first.dictionary : dictionary };
}

/**
 * The same rows with dictionary entries in order of first use, each once, none unused: equal texts then give equal
 * bytes, and a few rows of a large table do not carry all its texts.
 */
export function compact(column: StringColumn): StringColumn {
  const recode = new Int32Array(column.dictionary.length).fill(-1);
  const codes = new Map<string, number>();
  const dictionary: string[] = [];
  const values = sharedI32(column.values.length);
  for (let i = 0; i < values.length; i++) {
    const old = column.valid?.[i] === 0 ? -1 : column.values[i]!;
    if (old < 0) {
      values[i] = -1;
      continue;
    }
    let code = recode[old]!;
    if (code < 0) {
      const text = column.dictionary[old]!;
      code = codes.get(text) ?? dictionary.push(text) - 1;
      codes.set(text, code);
      recode[old] = code;
    }
    values[i] = code;
  }
  return { ...column, values, dictionary };
}

/**
 * The column as the contract of `Column` wants it stored: no `valid` where nothing is null, and the agreed value
 * in null slots. A column that is so already is handed back as it is.
 */
export function normal(column: Column): Column {
  const nulls = column.valid?.includes(0);
  const { valid: _, ...rest } = column;
  const bare = rest as Column;
  if (!nulls) return column.type === 'string' ? compact(bare as StringColumn) : bare;
  if (column.type === 'string') return compact(column);
  const valid = column.valid!;
  const empty =
    column.type === 'float64' || column.type === 'float32' || column.type === 'vector' ? Number.NaN : 0;
  const width = column.type === 'vector' ? column.width : 1;
  const values = sameKind(column.values, column.values.length);
  values.set(column.values);
  for (let i = 0; i < valid.length; i++) if (valid[i] === 0) values.fill(empty, i * width, (i + 1) * width);
  return { ...column, values } as Column;
}

/** A column without rows. */
export function empty(field: { readonly type: Column['type']; readonly width?: number }): Column {
  switch (field.type) {
    case 'string':
      return { type: 'string', values: sharedI32(0), dictionary: [] };
    case 'vector':
      return { type: 'vector', width: field.width ?? 1, values: sharedF32(0) };
    case 'float32':
      return { type: 'float32', values: sharedF32(0) };
    case 'bool':
      return { type: 'bool', values: sharedU8(0) };
    case 'int32':
    case 'date':
      return { type: field.type, values: sharedI32(0) };
    default:
      return { type: field.type, values: sharedF64(0) };
  }
}
