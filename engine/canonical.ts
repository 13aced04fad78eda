import { createHash } from 'node:crypto';

/** `sha256:` is left out: every digest in the product is 64 lower-case hex digits of SHA-256. */
export type Digest = string;

export const sha256 = (bytes: Uint8Array | string): Digest =>
  createHash('sha256').update(bytes).digest('hex');

export type Json =
  | null
  | boolean
  | number
  | string
  | readonly Json[]
  | { readonly [key: string]: Json | undefined };

/**
 * Canonical JSON (RFC 8785): keys by UTF-16 code unit, numbers as ECMAScript writes them, no white space.
 * Undefined members are left out. NaN and infinities have no JSON form: they throw, since silently becoming
 * null would make two different configurations equal.
 */
export function canonical(value: Json): string {
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new TypeError(`${value} has no JSON form`);
    return JSON.stringify(value);
  }
  if (typeof value === 'string') return JSON.stringify(value.toWellFormed());
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  const object = value as { readonly [key: string]: Json | undefined };
  const members = Object.keys(object)
    .filter((key) => object[key] !== undefined)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${canonical(object[key] as Json)}`);
  return `{${members.join(',')}}`;
}

export const digestOf = (value: Json): Digest => sha256(canonical(value));
