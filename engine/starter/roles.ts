import type { ColumnFacts } from '../artifacts/facts.js';
import { nearest, type Problem, problem } from '../problem.js';

/** A column that a model must not learn from. */
export interface Left {
  readonly column: string;
  readonly role: 'key' | 'order';
  readonly reason: string;
}

/** What a first model of a table needs to be told, and why. */
export interface Reading {
  readonly target: ColumnFacts;
  readonly task: 'classify' | 'regress';
  /** Roles of columns that a model must not learn from, with the reason. */
  readonly roles: readonly Left[];
  readonly features: readonly ColumnFacts[];
  readonly split: { readonly by: 'time'; readonly time: string } | { readonly by: 'stratified' | 'random' };
}

const isDate = ({ type }: ColumnFacts): boolean => type === 'date' || type === 'timestamp';
const isText = ({ type }: ColumnFacts): boolean => type === 'string';
const named = /(^|[_\s.-])(id|ids|key|uuid|guid|nr|no|index|row|code)$|^(id|uuid|guid|index|row)([_\s.-]|$)/i;

/** Rows that a class needs, so that both sides of a split hold some of it. */
const rowsOfClass = 5;

/**
 * Reads a table as a person would who sees it first: which column is learned, which ones only name rows, which one tells
 * the time. What is learned: text and truth as classes, whole numbers of few values too, other numbers as numbers.
 */
export function readRoles(columns: readonly ColumnFacts[], name: string): Reading | Problem {
  const target = columns.find((column) => column.name === name);
  const names = columns.map((column) => column.name);
  if (!target) {
    const near = nearest(name, names);
    return problem('command/usage', `the data have no column "${name}"`, {
      hint: near ? `did you mean "${near}"?` : `they have ${names.join(', ')}`,
    });
  }
  if (isDate(target) || target.type === 'vector')
    return problem('learn/target', `"${name}" is a ${target.type}, which no model learns to predict`);
  if (target.distinct < 2)
    return problem(
      'learn/target',
      `"${name}" has ${target.distinct === 1 ? 'one value throughout' : 'no values'}`,
      {
        hint: 'there is nothing to learn from it',
      },
    );
  const task = taskOf(target);
  const classes = task === 'classify' && target.distinct > Math.max(2, target.rows / 2);
  if (classes)
    return problem(
      'learn/target',
      `"${name}" has ${target.distinct} different texts in ${target.rows} rows`,
      {
        hint: 'a class needs several rows; is it the right column?',
      },
    );
  const time = timeOf(columns, target);
  const roles = columns.flatMap((column): Left[] => {
    if (column === target) return [];
    if (column === time) return [{ column: column.name, role: 'order', reason: 'it tells the time' }];
    const reason = whyNot(column);
    return reason === undefined ? [] : [{ column: column.name, role: 'key', reason }];
  });
  const left = new Set([name, ...roles.map(({ column }) => column)]);
  const features = columns.filter((column) => !left.has(column.name));
  if (features.length === 0)
    return problem('data/column', 'no column is left to learn from', {
      hint: roles.map(({ column, reason }) => `"${column}": ${reason}`).join('; '),
    });
  const enough = task === 'classify' && (target.rows - target.missing) / target.distinct >= rowsOfClass;
  const split = time
    ? { by: 'time' as const, time: time.name }
    : { by: enough ? ('stratified' as const) : ('random' as const) };
  return { target, task, roles, features, split };
}

function taskOf({ type, whole, distinct, rows }: ColumnFacts): Reading['task'] {
  if (type === 'string' || type === 'bool') return 'classify';
  return whole && distinct <= 20 && rows >= rowsOfClass * distinct ? 'classify' : 'regress';
}

/** The one column of dates or times that every row has; with several nobody can say which one orders the rows. */
function timeOf(columns: readonly ColumnFacts[], target: ColumnFacts): ColumnFacts | undefined {
  const dates = columns.filter((column) => column !== target && isDate(column) && column.missing === 0);
  const many = dates.filter((column) => column.distinct > 2);
  return many.length === 1 ? many[0] : undefined;
}

/** Why a column should not be learned from; undefined where it may. */
function whyNot(column: ColumnFacts): string | undefined {
  const { rows, missing, distinct, whole, ascending } = column;
  const present = rows - missing;
  if (present === 0) return 'it is empty';
  if (distinct === 1) return 'it has one value throughout';
  if (isDate(column)) return 'a date is no number: prep.calendar makes features of it';
  if (column.type === 'vector') return 'it holds many values a row: make features of them in prep';
  const unique = distinct === present && present >= 20;
  if (unique && isText(column)) return 'each row has its own';
  const consecutive = ascending && Number(column.largest) - Number(column.smallest) === distinct - 1;
  if (unique && whole && (consecutive || named.test(column.name))) return 'it numbers the rows';
  if (isText(column) && distinct > 50 && distinct > present / 5)
    return `${distinct} different texts in ${present} rows: prep.target-encode may help`;
  if (isText(column) && distinct > 1000) return `${distinct} different texts: prep.target-encode may help`;
  return undefined;
}
