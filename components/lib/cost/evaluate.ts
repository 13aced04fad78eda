import type { Kernel } from '../compute/kernel.js';
import { sharedF64 } from '../compute/shared.js';
import { roundHalfUp } from './round.js';
import type { Term } from './term.js';

/** A column as lines read it: numbers with NaN where missing, or codes of texts with −1 where missing. */
export interface CostColumn {
  readonly values: ArrayLike<number>;
  readonly dictionary?: readonly string[];
  /** Of truth: 0 and 1. */
  readonly truth?: true;
  readonly valid?: Uint8Array;
}

export interface CostArgs {
  readonly rows: number;
  /** In order: each reads only those before it. */
  readonly lines: readonly { readonly name: string; readonly term: Term }[];
  readonly columns: { readonly [name: string]: CostColumn };
  readonly inputs: Float64Array;
  /** Decimals that each line is rounded to; undefined for none, where small changes are looked at. */
  readonly decimals?: number;
  /** By line, and at the end the total: `rows` each. NaN where something that a line needs is missing. */
  readonly out: Float64Array;
}

const blockRows = 8192;

/** Lines and total of every row. Complexity: rows × nodes of the terms. */
export const costKernel: Kernel<CostArgs> = {
  name: 'costKernel',
  url: import.meta.url,
  blocks: ({ rows }) => Math.ceil(rows / blockRows),
  run(args, block) {
    const { rows, lines, decimals, out } = args;
    const run = new Compiler(args);
    const functions = lines.map(({ term }) => run.number(term));
    const end = Math.min(rows, (block + 1) * blockRows);
    for (let row = block * blockRows; row < end; row++) {
      let total = 0;
      for (let i = 0; i < lines.length; i++) {
        const exact = functions[i]!(row);
        const value = Number.isFinite(exact) ? exact : Number.NaN;
        out[i * rows + row] = decimals === undefined ? value : roundHalfUp(value, decimals);
        total += out[i * rows + row]!;
      }
      // A sum of cents is in cents again, free of what adding doubles left over.
      out[lines.length * rows + row] = decimals === undefined ? total : roundHalfUp(total, decimals);
    }
  },
};

export const costsOf = (rows: number, lines: number): Float64Array<SharedArrayBuffer> =>
  sharedF64(rows * (lines + 1));

type Cell = number | string | boolean | undefined;

/** Terms as functions of a row. What is missing makes everything missing that needs it. */
class Compiler {
  readonly #lines: ReadonlyMap<string, number>;

  constructor(private readonly args: CostArgs) {
    this.#lines = new Map(args.lines.map(({ name }, i) => [name, i]));
  }

  number(term: Term): (row: number) => number {
    const { rows, out, inputs } = this.args;
    switch (term.op) {
      case 'value': {
        const value = Number(term.value);
        return () => value;
      }
      case 'input': {
        const value = inputs[term.slot]!;
        return () => value;
      }
      case 'column': {
        const { values, valid } = this.args.columns[term.name]!;
        return valid ? (row) => (valid[row] === 0 ? Number.NaN : values[row]!) : (row) => values[row]!;
      }
      case 'line': {
        const start = this.#lines.get(term.name)! * rows;
        return (row) => out[start + row]!;
      }
      case 'negate': {
        const of = this.number(term.of);
        return (row) => -of(row);
      }
      case '+':
      case '-':
      case '*':
      case '/': {
        const [a, b] = [this.number(term.left), this.number(term.right)];
        if (term.op === '+') return (row) => a(row) + b(row);
        if (term.op === '-') return (row) => a(row) - b(row);
        if (term.op === '*') return (row) => a(row) * b(row);
        return (row) => a(row) / b(row);
      }
      case 'choice': {
        const when = this.cell(term.when);
        const [yes, no] = [this.number(term.yes), this.number(term.no)];
        return (row) => {
          const is = when(row);
          return is === undefined ? Number.NaN : is === true ? yes(row) : no(row);
        };
      }
      case 'call': {
        const args = term.args.map((arg) => this.number(arg));
        const [first] = args as [(row: number) => number];
        const digits = args[1]?.(0) ?? 0;
        const calls: { readonly [name in typeof term.name]: (row: number) => number } = {
          min: (row) => Math.min(...args.map((arg) => arg(row))),
          max: (row) => Math.max(...args.map((arg) => arg(row))),
          abs: (row) => Math.abs(first(row)),
          ceil: (row) => Math.ceil(first(row)),
          floor: (row) => Math.floor(first(row)),
          round: (row) => roundHalfUp(first(row), digits),
        };
        return calls[term.name];
      }
      default:
        return () => Number.NaN;
    }
  }

  cell(term: Term): (row: number) => Cell {
    switch (term.op) {
      case 'value':
        return () => term.value;
      case 'column': {
        const { values, dictionary, truth, valid } = this.args.columns[term.name]!;
        if (dictionary) return (row) => dictionary[values[row]!];
        if (truth) return (row) => (valid?.[row] === 0 ? undefined : values[row] === 1);
        return this.#finite(term);
      }
      case 'not': {
        const of = this.cell(term.of);
        return (row) => {
          const value = of(row);
          return value === undefined ? undefined : value !== true;
        };
      }
      case '&&':
      case '||':
      case '<':
      case '<=':
      case '>':
      case '>=':
      case '==':
      case '!=': {
        const [a, b] = [this.cell(term.left), this.cell(term.right)];
        const holds = comparisons[term.op];
        return (row) => {
          const [left, right] = [a(row), b(row)];
          return left === undefined || right === undefined ? undefined : holds(left, right);
        };
      }
      case 'choice': {
        const when = this.cell(term.when);
        const [yes, no] = [this.cell(term.yes), this.cell(term.no)];
        return (row) => {
          const is = when(row);
          return is === undefined ? undefined : is === true ? yes(row) : no(row);
        };
      }
      default:
        return this.#finite(term);
    }
  }

  #finite(term: Term): (row: number) => Cell {
    const number = this.number(term);
    return (row) => {
      const value = number(row);
      return Number.isNaN(value) ? undefined : value;
    };
  }
}

const comparisons = {
  '&&': (a: Cell, b: Cell) => a === true && b === true,
  '||': (a: Cell, b: Cell) => a === true || b === true,
  '<': (a: Cell, b: Cell) => a! < b!,
  '<=': (a: Cell, b: Cell) => a! <= b!,
  '>': (a: Cell, b: Cell) => a! > b!,
  '>=': (a: Cell, b: Cell) => a! >= b!,
  '==': (a: Cell, b: Cell) => a === b,
  '!=': (a: Cell, b: Cell) => a !== b,
};
