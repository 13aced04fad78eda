/** Typed arrays over SharedArrayBuffer, zero-filled: what kernels read and write. */
export const sharedF64 = (n: number): Float64Array<SharedArrayBuffer> =>
  new Float64Array(new SharedArrayBuffer(n * 8));
export const sharedF32 = (n: number): Float32Array<SharedArrayBuffer> =>
  new Float32Array(new SharedArrayBuffer(n * 4));
export const sharedI32 = (n: number): Int32Array<SharedArrayBuffer> =>
  new Int32Array(new SharedArrayBuffer(n * 4));
export const sharedU32 = (n: number): Uint32Array<SharedArrayBuffer> =>
  new Uint32Array(new SharedArrayBuffer(n * 4));
export const sharedU16 = (n: number): Uint16Array<SharedArrayBuffer> =>
  new Uint16Array(new SharedArrayBuffer(n * 2));
export const sharedU8 = (n: number): Uint8Array<SharedArrayBuffer> =>
  new Uint8Array(new SharedArrayBuffer(n));
