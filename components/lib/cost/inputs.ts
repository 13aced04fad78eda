import { isCurrency } from '../units/currencies.js';
import type { Amount } from '../units/parse.js';
import type { Unit } from '../units/unit.js';

/** A number that a person may change: a rate, an index of a month, an exchange rate of a month. */
export type Input = IndexInput | RateInput | FxInput;

export interface IndexInput {
  readonly kind: 'index';
  readonly name: string;
  /** `2024-06`, or `2019`: the mean of its months. */
  readonly period: string;
}
export interface FxInput {
  readonly kind: 'fx';
  readonly name: string;
  readonly period: string;
  readonly pair: Pair;
}
export interface RateInput {
  readonly kind: 'rate';
  readonly name: string;
  readonly stated: Amount;
  /** As used: at the base date where it follows an index. */
  readonly unit: Unit;
  readonly follows: readonly Following[];
}
/** `share` of a price moves with an index, from the month that the price is of to the base date. */
export interface Following {
  readonly index: string;
  readonly share: number;
  readonly from: number;
  readonly to: number;
}

/** So many units of `money` for one of `per`: USD per EUR. */
export interface Pair {
  readonly money: string;
  readonly per: string;
}

export function parsePair(words: string): Pair | undefined {
  const match = /^([A-Z]{3}) per ([A-Z]{3})$/.exec(words.trim());
  if (!match || !isCurrency(match[1]!) || !isCurrency(match[2]!) || match[1] === match[2]) return undefined;
  return { money: match[1]!, per: match[2]! };
}

/** The inputs of a model, each once, in the order in which lines and rates ask for them. */
export class Inputs {
  readonly all: Input[] = [];
  readonly #slots = new Map<string, number>();

  constructor(private readonly pairs: { readonly [name: string]: Pair }) {}

  index(name: string, period: string): number {
    return this.#slot(`index ${name} ${period}`, { kind: 'index', name, period });
  }

  rate(input: RateInput): number {
    return this.#slot(`rate ${input.name}`, input);
  }

  /** Exchange rates by which money of one currency is divided or multiplied to be of another: one, or two by way of a third. */
  exchange(
    from: string,
    to: string,
    period: string,
  ): readonly { readonly slot: number; readonly op: '*' | '/' }[] | undefined {
    if (from === to) return [];
    const steps = this.#steps();
    const direct = steps.find((step) => step.from === from && step.to === to);
    const first =
      direct ?? steps.find((a) => a.from === from && steps.some((b) => b.from === a.to && b.to === to));
    if (!first) return undefined;
    const second = direct ? [] : [steps.find((b) => b.from === first.to && b.to === to)!];
    return [first, ...second].map(({ name, op }) => ({
      slot: this.#slot(`fx ${name} ${period}`, { kind: 'fx', name, period, pair: this.pairs[name]! }),
      op,
    }));
  }

  #steps() {
    return Object.entries(this.pairs).flatMap(([name, { money, per }]) => [
      { name, from: per, to: money, op: '*' as const },
      { name, from: money, to: per, op: '/' as const },
    ]);
  }

  #slot(key: string, input: Input): number {
    const held = this.#slots.get(key);
    if (held !== undefined) return held;
    this.#slots.set(key, this.all.length);
    this.all.push(input);
    return this.all.length - 1;
  }
}

/** `+10%` of a value, or a value of its own. */
export type Change = { readonly times: number } | { readonly value: number };
/** Changes by kind and name: `rate steel`, `fx EURUSD`. */
export type Scenario = ReadonlyMap<string, Change>;

export const changed = (value: number, change: Change | undefined): number =>
  change === undefined ? value : 'times' in change ? value * change.times : change.value;

/**
 * All inputs in a scenario. Indices and exchange rates change at the base date, since the past stays as it was; a rate
 * that follows an index moves with it, and then by its own change.
 */
export function inputValues(
  inputs: readonly Input[],
  known: readonly (number | undefined)[],
  scenario: Scenario,
  baseDate: string,
): Float64Array {
  const values = new Float64Array(inputs.length);
  for (const [slot, input] of inputs.entries())
    if (input.kind !== 'rate')
      values[slot] = changed(
        known[slot]!,
        input.period === baseDate ? scenario.get(`${input.kind} ${input.name}`) : undefined,
      );
  for (const [slot, input] of inputs.entries())
    if (input.kind === 'rate')
      values[slot] = changed(followed(input, values), scenario.get(`rate ${input.name}`));
  return values;
}

function followed({ stated, follows }: RateInput, values: Float64Array): number {
  const [first] = follows;
  if (!first) return stated.value;
  const ratio = ({ from, to }: Following) => values[to]! / values[from]!;
  if (follows.length === 1 && first.share === 1) return stated.value * ratio(first);
  let factor = 1;
  for (const one of follows) factor += one.share * (ratio(one) - 1);
  return stated.value * factor;
}
