export type MapOf = { readonly [key: string]: unknown };

export const isMap = (value: unknown): value is MapOf =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const shown = (value: unknown): string => (value === undefined ? 'nothing' : JSON.stringify(value));

/** `5%` or 0.05. */
export function shareOf(value: unknown): number | undefined {
  const percent = typeof value === 'string' ? /^(\d+(?:\.\d+)?) ?%$/.exec(value) : null;
  const share = percent ? Number(percent[1]) / 100 : value;
  return typeof share === 'number' && share >= 0 && share <= 1 ? share : undefined;
}

const units: { readonly [unit: string]: number } = { s: 1, min: 60, h: 3600, d: 86_400, w: 604_800 };

/** Seconds of `30 days`, `6 h`, `90 min`, `2 weeks`. */
export function durationOf(value: unknown): number | undefined {
  const parts =
    typeof value === 'string'
      ? /^(\d+(?:\.\d+)?) ?(?:(s|min|h|d|w)|(second|minute|hour|day|week)s?)$/.exec(value)
      : null;
  const unit = parts?.[2] ?? (parts?.[3] === 'minute' ? 'min' : parts?.[3]?.[0]);
  return unit === undefined ? undefined : Number(parts![1]) * units[unit]!;
}

/** How much a mean may move: `100` in its own unit, `5%` of what it was, `0.5 sd` in standard deviations of what it was. */
export function shiftOf(
  value: unknown,
): { readonly by: number; readonly per: 'own' | 'before' | 'sd' } | undefined {
  if (typeof value === 'number') return value >= 0 ? { by: value, per: 'own' } : undefined;
  const spread = typeof value === 'string' ? /^(\d+(?:\.\d+)?) ?sd$/.exec(value) : null;
  if (spread) return { by: Number(spread[1]), per: 'sd' };
  const share = shareOf(value);
  return share === undefined ? undefined : { by: share, per: 'before' };
}

/** Milliseconds since 1970 of `2024-01-31` or `2024-01-31T12:00`, in UTC; NaN where the calendar has none. */
export const utcTime = (text: string): number => Date.parse(text.replace(/(T[\d:]+)$/, '$1Z'));

export function isPattern(value: unknown): value is string {
  try {
    return typeof value === 'string' && Boolean(new RegExp(value, 'u'));
  } catch {
    return false;
  }
}
