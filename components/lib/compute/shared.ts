/** Smaller buffers are not worth a companion, and one of the largest is pressure enough. */
const least = 64 * 1024;
const most = 16 * 1024 * 1024;
/** Counted once, dead buffers pile up to some 100 MB before V8 looks; four times, to a quarter of that. */
const weight = 4;
const companion = Symbol('companion');

/**
 * Shared memory that the garbage collector knows of. V8 does not count what lies in a SharedArrayBuffer, so a loop over
 * batches would leave a gigabyte of dead ones before it collects. An ordinary buffer, which is counted, is tied to
 * each. It is a resizable one, since those are mapped page by page when touched, and nobody touches it: it takes
 * address space and no memory.
 */
const counted = (buffer: SharedArrayBuffer): SharedArrayBuffer => weighed(buffer, buffer.byteLength);

/** The same for any holder of shared memory, such as a WebAssembly memory: its own buffer takes no companion. */
export function weighed<T extends object & { [companion]?: ArrayBuffer }>(holder: T, bytes: number): T {
  if (bytes < least || holder[companion]) return holder;
  const size = weight * Math.min(bytes, most);
  holder[companion] = new ArrayBuffer(size, { maxByteLength: size });
  return holder;
}

/** Buffers that a worker has been handed before: it has counted them, and other wrappers of them cost next to nothing. */
const handed = new WeakSet<SharedArrayBuffer>();

/** The shared buffers in `args`, directly or in its lists and objects, that no worker has been handed yet. */
export function firstHanded(args: unknown): SharedArrayBuffer[] {
  const found = new Set<SharedArrayBuffer>();
  const visit = (value: unknown): void => {
    if (ArrayBuffer.isView(value)) {
      if (value.buffer instanceof SharedArrayBuffer && !handed.has(value.buffer)) found.add(value.buffer);
    } else if (Array.isArray(value)) value.forEach(visit);
    else if (isPlain(value)) Object.values(value).forEach(visit);
  };
  visit(args);
  for (const buffer of found) handed.add(buffer);
  return [...found];
}

/** `counted` for buffers that arrive from another thread. */
export const countReceived = (buffers: readonly SharedArrayBuffer[]): void => buffers.forEach(counted);

const isPlain = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;

/** Zero-filled bytes on shared memory. */
export const sharedBytes = (n: number): SharedArrayBuffer => counted(new SharedArrayBuffer(n));

/** Typed arrays over SharedArrayBuffer, zero-filled: what kernels read and write. */
export const sharedF64 = (n: number): Float64Array<SharedArrayBuffer> => new Float64Array(sharedBytes(n * 8));
export const sharedF32 = (n: number): Float32Array<SharedArrayBuffer> => new Float32Array(sharedBytes(n * 4));
export const sharedI32 = (n: number): Int32Array<SharedArrayBuffer> => new Int32Array(sharedBytes(n * 4));
export const sharedU32 = (n: number): Uint32Array<SharedArrayBuffer> => new Uint32Array(sharedBytes(n * 4));
export const sharedU16 = (n: number): Uint16Array<SharedArrayBuffer> => new Uint16Array(sharedBytes(n * 2));
export const sharedU8 = (n: number): Uint8Array<SharedArrayBuffer> => new Uint8Array(sharedBytes(n));

/** The values on shared memory; the same array when it is there already. */
export const shareF32 = (values: Float32Array): Float32Array => {
  if (values.buffer instanceof SharedArrayBuffer) return values;
  const shared = sharedF32(values.length);
  shared.set(values);
  return shared;
};
export const shareF64 = (values: ArrayLike<number>): Float64Array => {
  if (values instanceof Float64Array && values.buffer instanceof SharedArrayBuffer) return values;
  const shared = sharedF64(values.length);
  shared.set(values);
  return shared;
};
