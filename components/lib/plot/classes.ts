/** A label a row as a code into `labels`; −1 where there is none. */
export interface Coded {
  readonly codes: Int32Array;
  readonly labels: readonly string[];
}

const byNumber = (a: string, b: string) => Number(a) - Number(b);
const byCodePoint = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

/** By number where all are numbers, else by code point. */
export function orderedLabels(labels: Iterable<string>): string[] {
  const list = [...labels];
  const numeric = list.every((label) => label.trim() !== '' && Number.isFinite(Number(label)));
  return list.sort(numeric ? byNumber : byCodePoint);
}

/**
 * The same rows with codes into one list of labels, those that occur, in order. So a class has one colour in all maps of a figure.
 */
export function shareLabels(columns: readonly Coded[]): { codes: Int32Array[]; labels: string[] } {
  const used = new Set<string>();
  for (const { codes, labels } of columns) {
    const seen = new Uint8Array(labels.length);
    for (const code of codes) if (code >= 0) seen[code] = 1;
    labels.forEach((label, code) => {
      if (seen[code]) used.add(label);
    });
  }
  const labels = orderedLabels(used);
  const place = new Map(labels.map((label, code) => [label, code]));
  const codes = columns.map((column) => {
    const translate = column.labels.map((label) => place.get(label) ?? -1);
    return column.codes.map((code) => (code < 0 ? -1 : translate[code]!));
  });
  return { codes, labels };
}
