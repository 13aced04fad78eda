/** Months as numbers, so that they can be counted: year × 12 + month − 1. */
export type Month = number;

const monthPattern = /^(\d{4})-(\d{2})/;

/** Of `2024-06`, `2024-06-30`; undefined for other text. */
export function monthOf(text: string): Month | undefined {
  const match = monthPattern.exec(text);
  if (!match) return undefined;
  const month = Number(match[2]);
  return month >= 1 && month <= 12 ? Number(match[1]) * 12 + month - 1 : undefined;
}

export const formatMonth = (month: Month): string =>
  `${Math.floor(month / 12)}-${String((month % 12) + 1).padStart(2, '0')}`;

/** All months of `2024-06` (one) or `2024` (twelve). */
export function monthsOf(period: string): readonly Month[] {
  const one = monthOf(period);
  if (one !== undefined) return [one];
  return Array.from({ length: 12 }, (_, i) => Number(period) * 12 + i);
}
