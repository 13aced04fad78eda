/** A line of cost with all units settled: what is computed, and written as a formula. Plain data, so that workers take it. */
export type Term =
  | { readonly op: 'value'; readonly value: number | string | boolean }
  /** A rate, an index of a month or an exchange rate: cell `slot` of the inputs. */
  | { readonly op: 'input'; readonly slot: number }
  | { readonly op: 'column'; readonly name: string }
  | { readonly op: 'line'; readonly name: string }
  | { readonly op: 'negate' | 'not'; readonly of: Term }
  | { readonly op: Binary; readonly left: Term; readonly right: Term }
  | { readonly op: 'choice'; readonly when: Term; readonly yes: Term; readonly no: Term }
  | { readonly op: 'call'; readonly name: CallName; readonly args: readonly Term[] };

export type Binary = '+' | '-' | '*' | '/' | '<' | '<=' | '>' | '>=' | '==' | '!=' | '&&' | '||';
export type CallName = 'min' | 'max' | 'abs' | 'ceil' | 'floor' | 'round';

const termsIn = (term: Term): readonly Term[] => {
  switch (term.op) {
    case 'value':
    case 'input':
    case 'column':
    case 'line':
      return [];
    case 'negate':
    case 'not':
      return [term.of];
    case 'choice':
      return [term.when, term.yes, term.no];
    case 'call':
      return term.args;
    default:
      return [term.left, term.right];
  }
};

const within = (term: Term): readonly Term[] => [term, ...termsIn(term).flatMap(within)];

const namesIn = (term: Term, op: 'column' | 'line'): readonly string[] => [
  ...new Set(within(term).flatMap((one) => (one.op === op ? [(one as { name: string }).name] : []))),
];
export const columnsIn = (term: Term): readonly string[] => namesIn(term, 'column');
export const linesIn = (term: Term): readonly string[] => namesIn(term, 'line');
