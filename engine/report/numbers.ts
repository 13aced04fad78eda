import { shortNumber } from '../../components/lib/plot/text.js';
import type { Json } from '../canonical.js';

/** A value as a person reads it in a table. */
export function shown(value: Json | undefined): string {
  if (value === undefined || value === null) return '–';
  if (typeof value === 'number') return shortNumber(value);
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** `1,234,567` */
export const grouped = (count: number): string => String(count).replace(/\B(?=(\d{3})+$)/g, ',');

/** `1 row`, `12 rows`, `1,200 rows` */
export const counted = (count: number, noun: string): string =>
  `${grouped(count)} ${noun}${count === 1 ? '' : noun.endsWith('s') ? 'es' : 's'}`;

export function seconds(value: number): string {
  if (value < 0.0005) return '0 s';
  if (value < 1) return `${Math.round(value * 1000)} ms`;
  if (value < 60) return `${value.toFixed(1)} s`;
  const minutes = Math.floor(value / 60);
  return `${minutes} min ${Math.round(value - minutes * 60)} s`;
}

export const shortDigest = (digest: string): string => digest.slice(0, 12);

/** A measured number: three digits say all that an interval lets one know. */
export function score(value: number): string {
  if (Number.isSafeInteger(value)) return grouped(value).replace('-', '−');
  const size = Math.abs(value);
  return size >= 1e-4 && size < 1000 ? value.toPrecision(3).replace('-', '−') : shortNumber(value);
}
