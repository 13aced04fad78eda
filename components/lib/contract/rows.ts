import { InputError } from '../errors.js';
import type { Rule } from './contract.js';

/** Values of a column, as `engine/artifacts/column.ts` has them. */
export interface Cells {
  readonly type: string;
  readonly values: Float64Array | Float32Array | Int32Array | Uint8Array;
  readonly valid?: Uint8Array;
  readonly dictionary?: readonly string[];
  readonly width?: number;
}

export type RowRule = Extract<Rule, { kind: 'min' | 'max' | 'values' | 'pattern' | 'finite' | 'nulls' }>;

/** Whether a rule can say which rows break it; a share of nulls that is allowed cannot. */
export const isRowRule = (rule: Rule): rule is RowRule =>
  rule.kind === 'min' ||
  rule.kind === 'max' ||
  rule.kind === 'values' ||
  rule.kind === 'pattern' ||
  rule.kind === 'finite' ||
  (rule.kind === 'nulls' && rule.share === 0);

/**
 * A function that says of each row of a column whether it breaks the rule. Nulls break only `nulls`. Throws InputError
 * `rule` where the rule makes no sense for the type.
 */
export function rowTest(rule: RowRule, type: string): (cells: Cells) => (row: number) => boolean {
  switch (rule.kind) {
    case 'nulls':
      return isMissing;
    case 'min':
    case 'max': {
      const bound = boundOf(rule.is, type);
      const below = rule.kind === 'min';
      return (cells) =>
        present(cells, (row) => (below ? cells.values[row]! < bound : cells.values[row]! > bound));
    }
    case 'values':
      return oneOf(rule.is, type);
    case 'pattern': {
      if (type !== 'string') throw new InputError('rule', `a pattern is for text, not for ${type}`);
      const pattern = new RegExp(rule.is, 'u');
      return (cells) => {
        const broken = cells.dictionary!.map((text) => !pattern.test(text));
        return present(cells, (row) => broken[cells.values[row]!] === true);
      };
    }
    case 'finite':
      return finite(type);
  }
}

const isMissing = ({ valid, values, type }: Cells) => {
  const float = type === 'float64' || type === 'float32';
  return (row: number) => valid?.[row] === 0 || (float && Number.isNaN(values[row]!));
};

const present = (cells: Cells, broken: (row: number) => boolean) => {
  const { valid } = cells;
  return valid ? (row: number) => valid[row] !== 0 && broken(row) : broken;
};

function finite(type: string): (cells: Cells) => (row: number) => boolean {
  if (type !== 'vector' && type !== 'float64' && type !== 'float32')
    throw new InputError('rule', `finite is for float64, float32 and vector, not for ${type}`);
  return (cells) => {
    const { values, width = 1 } = cells;
    return present(cells, (row) => {
      for (let i = row * width; i < (row + 1) * width; i++) if (!Number.isFinite(values[i]!)) return true;
      return false;
    });
  };
}

/** A limit in the numbers of the column: days or microseconds where it holds dates or times. */
function boundOf(is: number | string, type: string): number {
  if (type === 'date' || type === 'timestamp') {
    const time = typeof is === 'string' ? Date.parse(is) : Number.NaN;
    if (Number.isNaN(time))
      throw new InputError('rule', `${JSON.stringify(is)} is no date such as 2024-01-31`);
    return type === 'date' ? time / 86_400_000 : time * 1000;
  }
  if (type === 'string' || type === 'vector' || type === 'bool')
    throw new InputError('rule', `a column of ${type} has no limits`);
  if (typeof is !== 'number') throw new InputError('rule', `${JSON.stringify(is)} is no number`);
  return is;
}

function oneOf(
  values: readonly (string | number | boolean)[],
  type: string,
): (cells: Cells) => (row: number) => boolean {
  if (type === 'vector') throw new InputError('rule', 'a column of vectors has no list of values');
  if (type === 'string') {
    const allowed = new Set(values.map(String));
    return (cells) => {
      const broken = cells.dictionary!.map((text) => !allowed.has(text));
      return present(cells, (row) => broken[cells.values[row]!] === true);
    };
  }
  const dated = type === 'date' || type === 'timestamp';
  const allowed = new Set(values.map((value) => (dated ? boundOf(String(value), type) : Number(value))));
  return (cells) => present(cells, (row) => !allowed.has(cells.values[row]!));
}
