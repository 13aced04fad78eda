import type { Objects } from '../artifacts/objects.js';
import type { Digest, Json } from '../canonical.js';
import type { State, StateArray } from '../component.js';
import { ProblemError, problem } from '../problem.js';
import type { StoredState } from './bundle-format.js';

const kinds = {
  f64: Float64Array,
  f32: Float32Array,
  i32: Int32Array,
  u32: Uint32Array,
  u16: Uint16Array,
  u8: Uint8Array,
} as const;
type Kind = keyof typeof kinds;

const isArray = (value: unknown): value is StateArray => ArrayBuffer.isView(value);

/** Numbers that JSON cannot hold, as text that no state would use. */
const special = new Map([
  ['NaN', Number.NaN],
  ['Infinity', Number.POSITIVE_INFINITY],
  ['-Infinity', Number.NEGATIVE_INFINITY],
]);

/** Writes the typed arrays of a state as objects and returns the JSON around them. Little-endian on every machine. */
export async function storeState(objects: Objects, state: unknown): Promise<StoredState> {
  if (isArray(state)) {
    const kind = (Object.keys(kinds) as Kind[]).find((k) => state instanceof kinds[k])!;
    const bytes = new Uint8Array(state.buffer as ArrayBuffer, state.byteOffset, state.byteLength);
    return { $array: [kind, await objects.put(bytes.slice()), state.length] };
  }
  if (typeof state === 'number' && !Number.isFinite(state)) return { $number: String(state) };
  if (Array.isArray(state)) {
    const items: Json[] = [];
    for (const item of state) items.push(await storeState(objects, item));
    return items;
  }
  if (state !== null && typeof state === 'object') {
    const entries: { [key: string]: Json } = {};
    for (const key of Object.keys(state).sort()) {
      const value = (state as { [key: string]: unknown })[key];
      if (value !== undefined) entries[key] = await storeState(objects, value);
    }
    return entries;
  }
  return state as Json;
}

/** The reverse; arrays lie on shared memory. A missing or damaged object is a problem. */
export async function loadState(objects: Objects, stored: StoredState): Promise<State> {
  return (await load(objects, stored)) as State;
}

async function load(objects: Objects, stored: StoredState): Promise<unknown> {
  if (Array.isArray(stored)) return Promise.all(stored.map((item) => load(objects, item)));
  if (stored === null || typeof stored !== 'object') return stored;
  const map = stored as { readonly [key: string]: Json };
  if (Array.isArray(map['$array'])) return loadArray(objects, map['$array'] as [Kind, Digest, number]);
  if (typeof map['$number'] === 'string') return special.get(map['$number'])!;
  const entries = await Promise.all(
    Object.entries(map).map(async ([key, value]) => [key, await load(objects, value)] as const),
  );
  return Object.fromEntries(entries);
}

async function loadArray(
  objects: Objects,
  [kind, digest, length]: [Kind, Digest, number],
): Promise<StateArray> {
  const bytes = await objects.get(digest);
  const Kind = kinds[kind];
  if (!bytes || !Kind || bytes.byteLength !== length * Kind.BYTES_PER_ELEMENT)
    throw new ProblemError(
      problem('store/damaged', `the model's object ${digest.slice(0, 12)} is missing or damaged`, {
        hint: 'train it again, or restore the object from a copy',
      }),
    );
  if (bytes.byteOffset % Kind.BYTES_PER_ELEMENT === 0)
    return new Kind(bytes.buffer as ArrayBuffer, bytes.byteOffset, length);
  return new Kind(bytes.slice().buffer, 0, length);
}

/** Digests of all objects that a stored state needs. */
export function stateObjects(stored: StoredState): readonly Digest[] {
  if (Array.isArray(stored)) return stored.flatMap((item) => stateObjects(item as Json));
  if (stored === null || typeof stored !== 'object') return [];
  const map = stored as { readonly [key: string]: Json };
  if (Array.isArray(map['$array'])) return [map['$array'][1] as Digest];
  return Object.values(map).flatMap(stateObjects);
}
