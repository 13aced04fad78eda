import { formatUnit, type Mixing, plain } from '../units/unit.js';
import { unstated } from './conversions.js';
import type { Expression } from './expression.js';
import { rebaseHint, stateDate } from './moments.js';
import type { Complaint, Names, Typed } from './names.js';

/** Two sides of an expression that do not go together, with the conversion that is missing. */
export interface Meeting {
  readonly node: Expression;
  readonly mixing: Mixing;
  /** `cannot be added`, `meet in one product`. */
  readonly verb: string;
  text(node: Expression): string;
  typed(node: Expression): Typed;
}

export function mixedUnits(meeting: Meeting, names: Names): Complaint {
  const { mixing, verb } = meeting;
  const { left, right } = mixing;
  const unconverted = `${left} and ${right} ${verb} without a conversion`;
  const told = (message: string, hint: string | undefined): Complaint => ({
    code: 'spec/unit',
    message,
    ...(hint && { hint }),
  });
  switch (mixing.of) {
    case 'money':
      return told(unconverted, convertHint(meeting, names));
    case 'base':
      return told(
        `money of ${left} and money of ${right} ${verb} without an index between them`,
        baseHint(meeting, names),
      );
    case 'dimension': {
      const shown = (unit: string) => (unit === '1' ? 'a plain number' : unit);
      return told(`${shown(left)} and ${shown(right)} ${verb}`, dimensionHint(meeting));
    }
    default:
      return told(unconverted, toHint(meeting));
  }
}

function convertHint({ node, mixing, text }: Meeting, { currency }: Names): string {
  const ours = mixing.left === currency;
  const part = partsOf(node)[ours ? 1 : 0];
  return `convert the ${ours ? mixing.right : mixing.left}: convert(${part ? text(part) : '…'}, '${currency}')`;
}

function baseHint({ node, mixing, text }: Meeting, { baseDate, indexNames }: Names): string {
  const { left, right } = mixing;
  if ([left, right].includes('no stated date')) return stateDate;
  const old = partsOf(node)[left === baseDate ? 1 : 0];
  return `bring it to ${baseDate}: ${rebaseHint(old ? text(old) : '…', indexNames)}`;
}

function dimensionHint({ node, mixing, typed }: Meeting): string | undefined {
  const { left, right } = mixing;
  if ([left, right].some((unit) => unit.includes('%')))
    return "a column in % is made a plain number with to(row.NAME, '1')";
  const [first, second] = partsOf(node);
  const [bare, other] = left === '1' ? [first, second] : right === '1' ? [second, first] : [];
  const unit = other && typed(other).unit;
  return bare && unit && unstated(bare, plain, formatUnit(unit));
}

/** The side that is measured in one unit alone is the one to convert. */
function toHint({ node, mixing, text, typed }: Meeting): string {
  const parts = partsOf(node);
  const alone = (part: Expression | undefined, symbol: string): part is Expression =>
    part !== undefined && formatUnit({ powers: typed(part).unit?.powers ?? {} }) === symbol;
  const [first, second] = parts;
  if (alone(second, mixing.right)) return `convert it: to(${text(second)}, '${mixing.left}')`;
  if (alone(first, mixing.left)) return `convert it: to(${text(first)}, '${mixing.right}')`;
  return "convert one of them: to(…, 'UNIT')";
}

const partsOf = (node: Expression): readonly Expression[] =>
  node.kind === 'binary'
    ? [node.left, node.right]
    : node.kind === 'choice'
      ? [node.yes, node.no]
      : node.kind === 'call'
        ? node.args
        : [];
