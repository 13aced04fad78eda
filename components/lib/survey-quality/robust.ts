import { quantileSorted, sorted } from '../statistics/order.js';

/** 0 where there are no values. */
export const median = (values: ArrayLike<number>): number =>
  values.length === 0 ? 0 : quantileSorted(sorted(values), 0.5);
