import type { Json } from '../canonical.js';
import { type Problem, problem } from '../problem.js';
import { Converter, type ExpressionReader } from './convert.js';
import { glob } from './glob.js';
import { entryOf, type Node } from './node.js';
import type { Lists } from './wires.js';

/** Most instances of one step. */
const MAX_INSTANCES = 10_000;

/** `foreach:` of a step: lists that are known before the run, written, from parameters, or the files of a pattern. */
export function readForeach(
  node: Node,
  root: string,
  expressions: ExpressionReader | undefined,
  /** Lists from parameters without a value are no problem, and empty. */
  partial: boolean,
  problems: Problem[],
): Lists | undefined {
  if (node.kind !== 'map') {
    const hint = 'write foreach: { survey: [a, b] }';
    problems.push(problem('spec/type', '"foreach" takes a map of lists', { at: node.at, hint }));
    return undefined;
  }
  const lists: { [key: string]: readonly Json[] } = {};
  for (const { key, keyAt, value } of node.entries) {
    if (!/^[a-z][a-z0-9_]*$/.test(key)) {
      problems.push(
        problem('spec/id', `"${key}" cannot be a key of foreach`, { at: keyAt, hint: 'use a-z, 0-9 and _' }),
      );
      return undefined;
    }
    const list = entryOf(value, 'glob')
      ? files(value, root, problems)
      : written(value, key, expressions, partial, problems);
    if (!list) return undefined;
    if (list.length === 0 && !partial) {
      problems.push(
        problem('spec/value', `"${key}" of foreach is an empty list: the step would never run`, {
          at: value.at,
        }),
      );
      return undefined;
    }
    lists[key] = list;
  }
  const count = Object.values(lists).reduce((n, list) => n * list.length, 1);
  if (count <= MAX_INSTANCES) return lists;
  problems.push(
    problem('spec/value', `"foreach" makes ${count} instances; ${MAX_INSTANCES} are allowed`, {
      at: node.at,
    }),
  );
  return undefined;
}

function written(
  node: Node,
  key: string,
  expressions: ExpressionReader | undefined,
  partial: boolean,
  problems: Problem[],
): readonly Json[] | undefined {
  const before = problems.length;
  const value = new Converter(problems, expressions).convert(
    node,
    { type: 'array' },
    `"${key}" of foreach`,
    'foreach',
  );
  if (value?.kind === 'expression' && partial) return [];
  if (value && value.kind !== 'constant')
    problems.push(
      problem('spec/expression', `"${key}" of foreach must be known before the run`, { at: node.at }),
    );
  if (value?.kind !== 'constant' || problems.length > before) return undefined;
  const list = value.value as readonly Json[];
  const odd = list.find((item) => item === null || typeof item === 'object');
  if (odd === undefined) return list;
  problems.push(
    problem('spec/type', `"${key}" of foreach takes words, numbers, true or false`, { at: node.at }),
  );
  return undefined;
}

function files(node: Node, root: string, problems: Problem[]): readonly Json[] | undefined {
  const field = {
    type: 'object',
    additionalProperties: false,
    properties: { glob: { type: 'string', minLength: 1 } },
  } as const;
  const value = new Converter(problems).convert(node, field, 'foreach');
  if (value?.kind !== 'constant') return undefined;
  const { glob: pattern } = value.value as { glob: string };
  if (/^([/~]|[A-Za-z]:)|(^|[/\\])\.\.([/\\]|$)/.test(pattern)) {
    const hint = 'write it relative to the project';
    problems.push(problem('spec/path', `"${pattern}" leads out of the project`, { at: node.at, hint }));
    return undefined;
  }
  const found = glob(root, pattern);
  if (found.length > 0) return found;
  problems.push(
    problem('file/missing', `no file is named by ${pattern}`, {
      at: node.at,
      hint: 'the pattern is relative to the project',
    }),
  );
  return undefined;
}
