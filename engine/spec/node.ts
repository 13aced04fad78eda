import type { Json } from '../canonical.js';
import { KEY, type Place } from '../problem.js';

/** YAML text as a tree that keeps what was written and where. Every scalar stays text until a field says its type. */
export type Node = Scalar | MapNode | ListNode;

export interface Scalar {
  readonly kind: 'scalar';
  readonly text: string;
  /** `json`: not from YAML text but a value that an expression gave. */
  readonly style: 'plain' | 'single' | 'double' | 'block' | 'json';
  readonly at: Place;
  /** As it stands in the file, quotes included; for the places of expressions inside it. */
  readonly source: string;
  readonly json?: null | boolean | number | string;
  /** Of `json`: was converted before, so that a number is in base units where a quantity is due. */
  readonly settled?: boolean;
}

export interface MapNode {
  readonly kind: 'map';
  readonly entries: readonly Entry[];
  readonly at: Place;
}

export interface Entry {
  readonly key: string;
  readonly keyAt: Place;
  readonly value: Node;
}

export interface ListNode {
  readonly kind: 'list';
  readonly items: readonly Node[];
  readonly at: Place;
}

export const entryOf = (node: Node | undefined, key: string): Entry | undefined =>
  node?.kind === 'map' ? node.entries.find((entry) => entry.key === key) : undefined;

export const isNull = (node: Node): boolean =>
  node.kind === 'scalar' &&
  (node.style === 'json' ? node.json === null : node.style === 'plain' && /^(|~|null)$/i.test(node.text));

/** A value as a tree, all of it at one place: what an expression or the command line gave. */
export function nodeOf(value: Json, at: Place, settled = false): Node {
  if (Array.isArray(value))
    return { kind: 'list', at, items: value.map((item) => nodeOf(item, at, settled)) };
  if (value !== null && typeof value === 'object') {
    const map = value as { readonly [key: string]: Json | undefined };
    const entries = Object.keys(map)
      .filter((key) => map[key] !== undefined)
      .map((key) => ({ key, keyAt: at, value: nodeOf(map[key] as Json, at, settled) }));
    return { kind: 'map', at, entries };
  }
  const scalar = value as null | boolean | number | string;
  const text = scalar === null ? '' : String(scalar);
  return { kind: 'scalar', text, style: 'json', at, source: text, json: scalar, settled };
}

/** Place of a path into a tree, or of its nearest ancestor that was written. */
export function placeIn(node: Node, path: readonly (string | number)[]): Place {
  let at = node.at;
  let keyAt = node.at;
  let current: Node | undefined = node;
  for (const part of path) {
    if (part === KEY) return keyAt;
    if (current?.kind === 'map') {
      const entry: Entry | undefined = current.entries.find((e) => e.key === String(part));
      if (!entry) return at;
      keyAt = entry.keyAt;
      at = entry.value.at.length > 0 ? entry.value.at : entry.keyAt;
      current = entry.value;
    } else if (current?.kind === 'list') {
      const item: Node | undefined = current.items[Number(part)];
      if (!item) return at;
      at = item.at;
      current = item;
    } else return at;
  }
  return at;
}

/** How a value is named in a message: `text "abc"`, `a list`, `12`. */
export function found(node: Node): string {
  if (node.kind === 'list') return 'a list';
  if (node.kind === 'map') return 'a map';
  if (isNull(node)) return 'nothing';
  const shown = node.text.length > 60 ? `${node.text.slice(0, 57)}…` : node.text;
  if (node.style === 'plain' || (node.style === 'json' && typeof node.json !== 'string')) return shown;
  return `text ${JSON.stringify(shown)}`;
}
