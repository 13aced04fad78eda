/**
 * Up to `most` of `traces` trace numbers: all of them, else `runs` runs of neighbours from first to last, evenly
 * spread, so that what changes from trace to trace and what changes over the file are both seen. Ascending, none twice.
 */
export function spreadTraces(traces: number, most: number, runs: number): Uint32Array {
  if (traces <= most) return Uint32Array.from({ length: traces }, (_, i) => i);
  const length = Math.floor(most / runs);
  return Uint32Array.from(
    { length: length * runs },
    (_, i) => Math.floor(((traces - length) * Math.floor(i / length)) / (runs - 1)) + (i % length),
  );
}
