/** At most `most` of the rows 0 … rows−1, spread evenly from the first on; all of them where there are no more. */
export function evenly(rows: number, most: number): Uint32Array {
  if (rows <= most) return Uint32Array.from({ length: rows }, (_, i) => i);
  return Uint32Array.from({ length: most }, (_, i) => Math.floor((i * rows) / most));
}
