import { formatUnit } from '../units/unit.js';
import { columnName } from '../xlsx/parts.js';
import type { Style } from '../xlsx/styles.js';
import type { Cell, Sheet } from '../xlsx/workbook.js';
import type { Costs } from './costing.js';
import type { Input, Scenario } from './inputs.js';
import type { Findings } from './study.js';

export const bold: Style = { weight: 'bold' };
export const title = (text: string): Cell => ({ text, style: { weight: 'bold', ground: 'head' } });

export interface ScenarioSheet {
  readonly name: string;
  /** Name of its sheet. */
  readonly sheet: string;
  readonly changes: Scenario;
  readonly costs: Costs;
}

const order = ['rate', 'index', 'fx'];

/** The sheet of rates, indices and exchange rates, one column a scenario: what all formulas read. */
export class InputsSheet {
  /** Row by slot. */
  readonly #rowOf: readonly number[];
  readonly #ordered: readonly number[];

  constructor(
    private readonly found: Findings,
    private readonly scenarios: readonly ScenarioSheet[],
  ) {
    this.#ordered = [...found.costing.model.inputs.all.keys()].sort(
      (a, b) => order.indexOf(this.#input(a).kind) - order.indexOf(this.#input(b).kind) || a - b,
    );
    const rows: number[] = [];
    for (const [i, slot] of this.#ordered.entries()) rows[slot] = i + 4;
    this.#rowOf = rows;
  }

  #input(slot: number): Input {
    return this.found.costing.model.inputs.all[slot]!;
  }

  sheet(): Sheet {
    const { model } = this.found.costing;
    const values = this.scenarios.map(({ changes }) => this.found.costing.inputs(changes));
    const names = ['kind', 'name', 'stated', 'unit', 'of', ...this.scenarios.map(({ name }) => name)];
    const rows: (readonly Cell[])[] = [
      [{ text: `Prices in ${model.currency} at ${model.baseDate}`, style: bold }],
      [{ text: 'Change a yellow cell here or on Items, and every other cell follows.' }],
      names.map(title),
      ...this.#ordered.map((slot) => {
        const input = this.#input(slot);
        return [
          { text: input.kind === 'fx' ? 'exchange rate' : input.kind },
          { text: input.name },
          input.kind === 'rate'
            ? { number: input.stated.value, style: { ground: 'input' as const } }
            : undefined,
          { text: unitText(input) },
          {
            text:
              input.kind === 'rate' ? (input.stated.unit.base ?? '') : (this.found.known[slot]?.months ?? ''),
          },
          ...this.scenarios.map((_, i) => this.#value(slot, i, values[i]![slot]!)),
        ];
      }),
    ];
    return {
      name: 'Inputs',
      rows,
      frozen: [3, 2],
      widths: [14, 24, 12, 22, 16, ...this.scenarios.map(() => 14)],
    };
  }

  /** A rate follows its indices; a scenario says what is other than in the base. */
  #value(slot: number, scenario: number, value: number): Cell {
    const input = this.#input(slot);
    const now = input.kind === 'rate' || input.period === this.found.costing.model.baseDate;
    const change = now ? this.scenarios[scenario]!.changes.get(`${input.kind} ${input.name}`) : undefined;
    if (change && 'value' in change) return { number: change.value, style: { ground: 'input' } };
    const times = change ? `*${change.times}` : '';
    if (input.kind !== 'rate') {
      if (scenario === 0) return { number: value, style: { ground: 'input' } };
      return { formula: `${this.at(slot, 0, '')}${times}`, value };
    }
    return { formula: `${this.#followed(input, slot, scenario)}${times}`, value };
  }

  #followed({ follows }: Input & { kind: 'rate' }, slot: number, scenario: number): string {
    const stated = `C${this.#rowOf[slot]}`;
    const ratio = ({ from, to }: (typeof follows)[number]) =>
      `${this.at(to, scenario, '')}/${this.at(from, scenario, '')}`;
    const [first] = follows;
    if (!first) return stated;
    if (follows.length === 1 && first.share === 1) return `${stated}*(${ratio(first)})`;
    return `${stated}*(1${follows.map((one) => `+${one.share}*(${ratio(one)}-1)`).join('')})`;
  }

  at(slot: number, scenario: number, sheet = 'Inputs!'): string {
    const column = columnName(5 + scenario);
    return sheet === '' ? `${column}${this.#rowOf[slot]}` : `${sheet}$${column}$${this.#rowOf[slot]}`;
  }
}

function unitText(input: Input): string {
  if (input.kind === 'fx') return `${input.pair.money} per ${input.pair.per}`;
  return input.kind === 'index' ? '' : formatUnit({ powers: input.stated.unit.powers });
}
