/**
 * The bytes of `count` numbers of an array, to copy them with: `bytesOf(y, j, n).fill(bytesOf(x, i, n))` is
 * `y.set(x.subarray(i, i + n), j)`, but a plain memory copy where the memory is shared. There, `set` goes word by word, so
 * that those which another thread writes meanwhile come out whole, which takes twice as long. Fewer bytes than there is
 * room for are repeated, and of more the first are taken.
 */
export const bytesOf = (array: Float32Array | Float64Array, from: number, count: number): Buffer =>
  Buffer.from(
    array.buffer,
    array.byteOffset + from * array.BYTES_PER_ELEMENT,
    count * array.BYTES_PER_ELEMENT,
  );
