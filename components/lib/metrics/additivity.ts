/**
 * The largest relative difference between predictions and what their explanations add up to: |link(expected + Σ) − p| /
 * max(1, |p|). `values` are rows × outputs × features, row-major. `predicted` holds a number a row, or a probability a
 * class; of a single output with a `logistic` link that of the second of two classes. O(values).
 */
export function additivityGap(
  {
    values,
    expected,
    link = 'identity',
  }: {
    readonly values: Float64Array;
    readonly expected: Float64Array;
    readonly link?: 'identity' | 'exp' | 'logistic' | 'softmax';
  },
  predicted: Float64Array,
  features: number,
): number {
  const outputs = expected.length;
  const rows = values.length / (outputs * features);
  const width = predicted.length / rows;
  const raw = new Float64Array(outputs);
  let worst = 0;
  for (let i = 0; i < rows; i++) {
    for (let o = 0; o < outputs; o++) {
      let sum = expected[o]!;
      for (let j = 0; j < features; j++) sum += values[(i * outputs + o) * features + j]!;
      raw[o] = sum;
    }
    const answer = answers[link](raw);
    for (let o = 0; o < outputs; o++) {
      // The one output of two classes speaks of the second.
      const p = predicted[i * width + (width - outputs) + o]!;
      worst = Math.max(worst, Math.abs(answer[o]! - p) / Math.max(1, Math.abs(p)));
    }
  }
  return worst;
}

const answers = {
  identity: (raw: Float64Array) => raw,
  exp: (raw: Float64Array) => raw.map(Math.exp),
  logistic: (raw: Float64Array) => raw.map((s) => 1 / (1 + Math.exp(-s))),
  softmax: (raw: Float64Array) => {
    const most = raw.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
    const shares = raw.map((s) => Math.exp(s - most));
    const total = shares.reduce((sum, share) => sum + share, 0);
    return shares.map((share) => share / total);
  },
};
