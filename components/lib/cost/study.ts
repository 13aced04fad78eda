import type { Compute } from '../compute/kernel.js';
import { Costing, type Costs, type Effect } from './costing.js';
import type { CostColumn } from './evaluate.js';
import type { Model } from './model.js';
import type { Known } from './series.js';

/** Everything that tables, figures and the sheet are made of. */
export interface Findings {
  readonly costing: Costing;
  readonly decimals: number;
  /** Names of the lines as written. */
  readonly names: readonly string[];
  readonly base: Costs;
  readonly scenarios: ReadonlyMap<string, Costs>;
  readonly effects: readonly Effect[];
  /** Pieces of each item; 1 where none are stated. */
  readonly weights: Float64Array;
  readonly known: readonly (Known | undefined)[];
}

/** A model computed: today, in its scenarios, and with each driver moved. */
export async function study(
  model: Model,
  data: {
    readonly rows: number;
    readonly columns: { readonly [name: string]: CostColumn };
    readonly known: readonly (Known | undefined)[];
    readonly decimals: number;
    readonly names: readonly string[];
    readonly swing: number;
  },
  host: {
    readonly compute: Compute;
    readonly signal: AbortSignal;
    progress(done: number, total: number, note?: string): void;
  },
): Promise<Findings> {
  const { known, decimals, names, swing } = data;
  const costing = new Costing(
    model,
    { ...data, known: known.map((one) => one?.value) },
    host.compute,
    host.signal,
  );
  const weights = await costing.weights();
  const base = await costing.costs();
  const scenarios = new Map<string, Costs>();
  for (const [name, scenario] of model.scenarios) scenarios.set(name, await costing.costs(scenario));
  const drivers = costing.drivers();
  const effects: Effect[] = [];
  for (const [done, driver] of drivers.entries()) {
    host.progress(done, drivers.length, driver.name);
    effects.push(await costing.effect(driver, swing, weights));
  }
  return { costing, decimals, names, base, scenarios, effects, weights, known };
}
