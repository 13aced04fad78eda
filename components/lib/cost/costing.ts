import type { Compute } from '../compute/kernel.js';
import { type CostColumn, costKernel, costsOf } from './evaluate.js';
import { type Input, inputValues, type Scenario } from './inputs.js';
import type { Line, Model } from './model.js';

const base: Scenario = new Map();

/** Costs of all items: by line as the model orders them, and the total; NaN where something is missing. */
export interface Costs {
  readonly lines: ReadonlyMap<string, Float64Array>;
  readonly total: Float64Array;
  /** Where the model has a quote; in the scenario too, since it may be converted. */
  readonly quoted?: Float64Array;
}

/** A kind and name of input, as scenarios call it. */
export interface Driver {
  readonly kind: Input['kind'];
  readonly name: string;
}
export const keyOf = ({ kind, name }: Driver): string => `${kind} ${name}`;

/** What the whole purchase does when one driver changes and all else stays. Money unrounded. */
export interface Effect {
  readonly driver: Driver;
  /** Totals with the driver lower and higher by the swing. */
  readonly low: number;
  readonly high: number;
  /** Per cent of the total for one per cent of the driver, at the present values. */
  readonly elasticity: number;
  /** By item: money that moves with the driver, its elasticity times the total. */
  readonly amounts: Float64Array;
}

/** A model over the columns of its items, computed as often as one likes with other inputs. */
export class Costing {
  readonly rows: number;
  readonly #known: readonly (number | undefined)[];

  constructor(
    readonly model: Model,
    private readonly data: {
      readonly rows: number;
      readonly columns: { readonly [name: string]: CostColumn };
      /** Of indices and exchange rates, by slot. */
      readonly known: readonly (number | undefined)[];
      readonly decimals: number;
    },
    private readonly compute: Compute,
    private readonly signal: AbortSignal,
  ) {
    this.rows = data.rows;
    this.#known = data.known;
  }

  inputs(scenario: Scenario = base): Float64Array {
    const { model } = this;
    return inputValues(model.inputs.all, this.#known, scenario, model.baseDate);
  }

  async costs(scenario: Scenario = base): Promise<Costs> {
    const { quote } = this.model;
    const costs = await this.#costs(scenario, this.data.decimals);
    return quote ? { ...costs, quoted: await this.#extra(quote, scenario, this.data.decimals) } : costs;
  }

  async #costs(scenario: Scenario, decimals?: number): Promise<Costs> {
    const { lines } = this.model;
    const out = await this.#run(lines, scenario, decimals);
    const at = (i: number) => out.subarray(i * this.rows, (i + 1) * this.rows);
    return { lines: new Map(lines.map(({ name }, i) => [name, at(i)])), total: at(lines.length) };
  }

  /** Pieces of each item: 1 where the model states none. */
  async weights(): Promise<Float64Array> {
    const { quantity } = this.model;
    return quantity ? this.#extra(quantity, base) : new Float64Array(this.rows).fill(1);
  }

  async #extra(line: Line, scenario: Scenario, decimals?: number): Promise<Float64Array> {
    return (await this.#run([line], scenario, decimals)).subarray(0, this.rows);
  }

  async #run(
    lines: readonly Line[],
    scenario: Scenario,
    decimals: number | undefined,
  ): Promise<Float64Array> {
    const out = costsOf(this.rows, lines.length);
    const args = {
      rows: this.rows,
      lines: lines.map(({ name, term }) => ({ name, term })),
      columns: this.data.columns,
      inputs: this.inputs(scenario),
      ...(decimals !== undefined && { decimals }),
      out,
    };
    await this.compute(costKernel, args, { signal: this.signal });
    return out;
  }

  /** Rates, indices and exchange rates that a change at the base date reaches, each once. */
  drivers(): readonly Driver[] {
    const { inputs, baseDate } = this.model;
    const held = new Map<string, Driver>();
    for (const input of inputs.all)
      if (input.kind === 'rate' || input.period === baseDate)
        held.set(keyOf(input), { kind: input.kind, name: input.name });
    return [...held.values()];
  }

  async effect(driver: Driver, swing: number, weights: Float64Array): Promise<Effect> {
    const totals = async (times: number) => (await this.#costs(new Map([[keyOf(driver), { times }]]))).total;
    const step = 0.01;
    const [less, more] = [await totals(1 - step), await totals(1 + step)];
    const amounts = more.map((value, row) => (value - less[row]!) / (2 * step));
    const total = weighted((await this.#costs(base)).total, weights);
    return {
      driver,
      low: weighted(await totals(1 - swing), weights),
      high: weighted(await totals(1 + swing), weights),
      elasticity: weighted(amounts, weights) / total,
      amounts,
    };
  }
}

/** Sum of what is there, each times its weight; in the order of rows. */
export function weighted(values: Float64Array, weights: Float64Array): number {
  let sum = 0;
  for (let row = 0; row < values.length; row++) {
    const value = values[row]! * weights[row]!;
    if (!Number.isNaN(value)) sum += value;
  }
  return sum;
}
