import type { Unit } from '../units/unit.js';
import type { Span } from './expression.js';
import type { Inputs } from './inputs.js';
import type { Term } from './term.js';

export interface LineFault extends Span {
  readonly code: 'spec/expression' | 'spec/unit' | 'spec/column';
  readonly message: string;
  readonly hint?: string;
}

/** What an expression gives. A number of a unit that is not known yet (a column nobody can list) has none. */
export interface Typed {
  readonly kind: 'number' | 'text' | 'bool' | 'any';
  readonly unit?: Unit;
  readonly term: Term;
}

/** What is known of a column before or in the run; `undefined` where nothing is. */
export interface ColumnFacts {
  readonly kind: Typed['kind'];
  readonly unit?: Unit;
}

export type Complaint = Omit<LineFault, 'start' | 'end'>;

/** The names that a line may read, and what they are. */
export interface Names {
  column(name: string): ColumnFacts | Complaint;
  /** A rate that is wrong itself has no unit, and was told. */
  rate(name: string): { readonly unit?: Unit; readonly slot: number } | Complaint;
  /** A line that was checked before; undefined where it had a fault of its own. */
  line(name: string): { readonly unit?: Unit } | Complaint | undefined;
  index(name: string): Complaint | undefined;
  /** Indices that a hint may name. */
  readonly indexNames: readonly string[];
  readonly inputs: Inputs;
  readonly currency: string;
  readonly baseDate: string;
}
