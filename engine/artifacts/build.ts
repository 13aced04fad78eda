import { sharedF32, sharedF64, sharedI32, sharedU8 } from '../../components/lib/compute/shared.js';
import type { Column } from './column.js';
import type { ColumnType } from './schema.js';

/** A column from values one by one: texts for `string`, else numbers as `Column` holds them; undefined is null. */
export function columnFrom(
  type: Exclude<ColumnType, 'vector'>,
  values: readonly (number | string | undefined)[],
): Column {
  const rows = values.length;
  const present = sharedU8(rows);
  for (let i = 0; i < rows; i++) present[i] = values[i] === undefined ? 0 : 1;
  const valid = present.includes(0) && { valid: present };
  if (type === 'string') {
    const codes = sharedI32(rows);
    const known = new Map<string, number>();
    for (const [i, value] of values.entries()) {
      const text = String(value);
      if (value !== undefined && !known.has(text)) known.set(text, known.size);
      codes[i] = value === undefined ? -1 : known.get(text)!;
    }
    return { type, values: codes, dictionary: [...known.keys()], ...valid };
  }
  const numbers = zeros(type, rows);
  const empty = type === 'float64' || type === 'float32' ? Number.NaN : 0;
  for (const [i, value] of values.entries()) numbers[i] = value === undefined ? empty : Number(value);
  return { type, values: numbers, ...valid };
}

function zeros(type: Exclude<ColumnType, 'vector' | 'string'>, rows: number) {
  switch (type) {
    case 'float32':
      return sharedF32(rows);
    case 'int32':
    case 'date':
      return sharedI32(rows);
    case 'bool':
      return sharedU8(rows);
    default:
      return sharedF64(rows);
  }
}
