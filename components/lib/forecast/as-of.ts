import type { Kernel } from '../compute/kernel.js';
import { sharedI32 } from '../compute/shared.js';

export interface AsOfArgs {
  /** Day from which each index row is known, and the day that it is of. */
  readonly known: Float64Array;
  readonly of: Float64Array;
  /** Numbers of equal keys on both sides; index rows with −1 belong to nobody. */
  readonly indexKey: Int32Array;
  readonly rowKey: Int32Array;
  /** Day of each row, NaN where there is none. */
  readonly time: Float64Array;
}

/**
 * For each row the index row of the latest day among those known at the row's time, −1 where none is; of several of
 * one day the one published last (pandas: merge_asof on the day of publication, then the latest period). A single
 * block. Time O((rows + index) log index).
 */
export const asOfKernel: Kernel<AsOfArgs, Int32Array> = {
  name: 'asOfKernel',
  url: import.meta.url,
  blocks: () => 1,
  run({ known, of, indexKey, rowKey, time }) {
    const byKey = new Map<number, { at: number[]; best: number[] }>();
    const order = Uint32Array.from(known.keys())
      .filter((i) => !Number.isNaN(known[i]!) && indexKey[i]! >= 0)
      .sort((a, b) => known[a]! - known[b]! || of[a]! - of[b]! || a - b);
    for (const i of order) {
      let list = byKey.get(indexKey[i]!);
      if (!list) {
        list = { at: [], best: [] };
        byKey.set(indexKey[i]!, list);
      }
      const before = list.best.at(-1);
      list.at.push(known[i]!);
      list.best.push(before !== undefined && of[before]! > of[i]! ? before : i);
    }
    const found = sharedI32(time.length);
    for (let row = 0; row < time.length; row++) {
      const list = byKey.get(rowKey[row]!);
      found[row] = list?.best[countUpTo(list.at, time[row]!) - 1] ?? -1;
    }
    return found;
  },
};

/** How many of ascending values are no larger than `limit`; none for NaN. */
function countUpTo(ascending: readonly number[], limit: number): number {
  let [low, high] = [0, ascending.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ascending[middle]! <= limit) low = middle + 1;
    else high = middle;
  }
  return low;
}
