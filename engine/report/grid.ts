import type { Bars } from './bars.js';

export interface Cell {
  readonly text: string;
  readonly numeric: boolean;
  readonly state?: string;
  /** Small bars in place of the text, where a page can draw. */
  readonly bars?: Bars;
}

/** A table of text: what both templates print. `numeric` columns stand at the right. */
export interface Grid {
  readonly title?: string;
  readonly head: readonly { readonly label: string; readonly numeric: boolean }[];
  readonly rows: readonly (readonly Cell[])[];
  readonly note?: string;
}

/** `label>` is a column of numbers. Columns after the first that are empty in all rows are left out. */
export function grid(
  labels: readonly string[],
  rows: readonly (readonly string[])[],
  title?: string,
  note?: string,
): Grid {
  const used = [...labels.keys()].filter((i) => i === 0 || rows.some((row) => row[i] !== ''));
  const head = labels.map((label) => ({ label: label.replace(/>$/, ''), numeric: label.endsWith('>') }));
  return {
    head: used.map((i) => head[i]!),
    rows: rows.map((row) => used.map((i) => ({ text: row[i]!, numeric: head[i]!.numeric }))),
    ...(title !== undefined && { title }),
    ...(note !== undefined && { note }),
  };
}
