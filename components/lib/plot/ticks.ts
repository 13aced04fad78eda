/** Steps of 1, 2 or 5 times a power of ten, about `count` of them between the ends (either may be the larger). */
export function ticks(from: number, to: number, count: number, integers = false): readonly number[] {
  const [low, high] = from <= to ? [from, to] : [to, from];
  if (!(high > low)) return [low];
  const rough = (high - low) / Math.max(1, count);
  const power = 10 ** Math.floor(Math.log10(rough));
  const nice = [1, 2, 5, 10].map((k) => k * power).find((step) => step >= rough * 0.999)!;
  const step = integers ? Math.max(1, Math.round(nice)) : nice;
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  return Array.from({ length: last - first + 1 }, (_, i) => Number(((first + i) * step).toPrecision(12)));
}

/** Labels with the digits that tell neighbours apart. */
export function tickLabels(values: readonly number[]): readonly string[] {
  const step = values.length > 1 ? Math.abs(values[1]! - values[0]!) : Math.abs(values[0] ?? 0);
  const largest = Math.max(...values.map(Math.abs), 0);
  if (largest >= 1e7 || (largest > 0 && largest < 1e-4))
    return values.map((v) => (v === 0 ? '0' : Number(v.toPrecision(6)).toExponential().replace('e+', 'e')));
  const decimals = step > 0 ? Math.min(8, Math.max(0, Math.ceil(-Math.log10(step) - 1e-9))) : 0;
  // A lone value keeps what digits it has.
  return values.map((v) => (values.length > 1 ? v.toFixed(decimals) : String(v)).replace('-', '−'));
}
