import type { Frame } from '../artifacts/frame.js';
import type { PlannedSchema, TableSchema } from '../artifacts/schema.js';
import type { Table } from '../artifacts/table.js';
import type { Static, TObject } from '../schema.js';
import type { Context } from './context.js';
import type { Named, Planning } from './definition.js';

/** Learned state: an object of JSON values and typed arrays, nested as one likes; stored without loss. */
export type State = object | null;
export type StateArray = Float64Array | Float32Array | Int32Array | Uint32Array | Uint16Array | Uint8Array;

/**
 * Learns on one table, applies to any; usable as a step and as an item of `prep:`. `apply` hands back the same
 * rows in the same order (the engine checks the count and carries the untouched columns by reference).
 */
export interface Transform<C extends TObject = TObject, S extends State = State> extends Named<C> {
  readonly kind: 'transform';
  /**
   * What `apply` must see at once: any batch of rows (`row`), all rows of a group (`group`: the columns that
   * `groups` names), or the whole table (`table`). Batches and serving never cut below it.
   */
  readonly scope: 'row' | 'group' | 'table';
  readonly determinism: 'pure' | 'seeded';
  readonly stateVersion: number;
  groups?(config: Static<C>, schema: TableSchema): readonly string[];
  /** What is learned from training rows. Without it the transform has no state (`null`). */
  fit?(context: Context<C>, data: Table): Promise<S>;
  apply(context: Context<C>, state: S, frame: Frame): Frame | Promise<Frame>;
  /**
   * State and the training rows' own values where these differ from `apply(fit(rows), rows)`: out-of-fold
   * target encoding, say. Without it the engine fits, then applies.
   */
  fitApply?(context: Context<C>, data: Table): Promise<{ state: S; frame: Frame }>;
  /** True where it may add or drop rows while fitting (resampling, outlier removal) and does nothing to new rows. */
  readonly fitOnly?: boolean;
  columns(config: Static<C>, schema: PlannedSchema, planning: Planning): PlannedSchema;
}

export function defineTransform<C extends TObject, S extends State>(
  spec: Omit<Transform<C, S>, 'kind'>,
): Transform<C, S> {
  return { kind: 'transform', ...spec };
}
