import type { Binary, Term } from './term.js';

/** Where a formula finds what a term reads, as cell references of its row. */
export interface Cells {
  input(slot: number): string;
  column(name: string): string;
  line(name: string): string;
  /** Columns that hold texts. */
  isText(name: string): boolean;
  /** True where something may be missing: an empty cell is then no nought, but makes the formula empty. */
  readonly guarded: boolean;
}

const strength: { readonly [op in Binary]: number } = {
  '||': 0,
  '&&': 0,
  '==': 1,
  '!=': 1,
  '<': 1,
  '<=': 1,
  '>': 1,
  '>=': 1,
  '+': 2,
  '-': 2,
  '*': 3,
  '/': 3,
};
const operators: { readonly [op: string]: string } = { '==': '=', '!=': '<>' };

/** A term as a spreadsheet's formula, without its =. It computes in the order in which the term is computed. */
export function formulaOf(term: Term, cells: Cells, outer = 0): string {
  const inner = (one: Term, strong = 0) => formulaOf(one, cells, strong);
  switch (term.op) {
    case 'value':
      return literal(term.value, outer);
    case 'input':
      return cells.input(term.slot);
    case 'column': {
      const at = cells.column(term.name);
      if (!cells.guarded) return at;
      return cells.isText(term.name) ? `IF(${at}="",NA(),${at})` : present(at);
    }
    case 'line':
      return cells.guarded ? present(cells.line(term.name)) : cells.line(term.name);
    case 'negate':
      // A sign binds tighter here than in spreadsheets, where -2^2 is 4; there is no power, but a bracket costs nothing.
      return `(-${inner(term.of, 4)})`;
    case 'not':
      return `NOT(${inner(term.of)})`;
    case 'choice':
      return `IF(${inner(term.when)},${inner(term.yes)},${inner(term.no)})`;
    case 'call':
      return called(
        term.name,
        term.args.map((arg) => inner(arg)),
      );
    case '&&':
      return `AND(${inner(term.left)},${inner(term.right)})`;
    case '||':
      return `OR(${inner(term.left)},${inner(term.right)})`;
    default: {
      const own = strength[term.op];
      if (isText(term.left, cells) || isText(term.right, cells)) {
        const exact = `EXACT(${inner(term.left)},${inner(term.right)})`;
        return term.op === '!=' ? `NOT(${exact})` : exact;
      }
      // The right side is bracketed at equal strength too: a-(b-c), and a*(b*c) rounds otherwise than (a*b)*c.
      const text = `${inner(term.left, own)}${operators[term.op] ?? term.op}${inner(term.right, own + 1)}`;
      return own < outer ? `(${text})` : text;
    }
  }
}

const present = (at: string): string => `IF(ISNUMBER(${at}),${at},NA())`;

/** Text is compared letter by letter: a spreadsheet's = takes STEEL for steel. */
const isText = (term: Term, cells: Cells): boolean =>
  (term.op === 'value' && typeof term.value === 'string') ||
  (term.op === 'column' && cells.isText(term.name));

function literal(value: number | string | boolean, outer: number): string {
  if (typeof value === 'string') return `"${value.replaceAll('"', '""')}"`;
  if (typeof value === 'boolean') return value ? 'TRUE' : 'FALSE';
  return value < 0 && outer > 0 ? `(${value})` : String(value).replace('e', 'E');
}

function called(name: (Term & { op: 'call' })['name'], args: readonly string[]): string {
  const [first] = args;
  switch (name) {
    case 'min':
    case 'max':
      return `${name.toUpperCase()}(${args.join(',')})`;
    case 'abs':
      return `ABS(${first})`;
    case 'floor':
      return `INT(${first})`;
    case 'ceil':
      return `(-INT(-(${first})))`;
    case 'round':
      return `ROUND(${first},${args[1] ?? 0})`;
  }
}
