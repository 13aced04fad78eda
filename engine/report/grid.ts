/** A table of text: what both templates print. `numeric` columns stand at the right. */
export interface Grid {
  readonly title?: string;
  readonly head: readonly { readonly label: string; readonly numeric: boolean }[];
  readonly rows: readonly (readonly {
    readonly text: string;
    readonly numeric: boolean;
    readonly state?: string;
  }[])[];
  readonly note?: string;
}

/** `label>` is a column of numbers. */
export function grid(
  labels: readonly string[],
  rows: readonly (readonly string[])[],
  title?: string,
  note?: string,
): Grid {
  const head = labels.map((label) => ({ label: label.replace(/>$/, ''), numeric: label.endsWith('>') }));
  return {
    head,
    rows: rows.map((row) => row.map((text, i) => ({ text, numeric: head[i]!.numeric }))),
    ...(title !== undefined && { title }),
    ...(note !== undefined && { note }),
  };
}
