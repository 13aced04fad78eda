import type { Json } from '../canonical.js';
import { nearest, type Problem, problem } from '../problem.js';
import { Converter, type ExpressionReader } from './convert.js';
import type { Field } from './field.js';
import { tuneField } from './file-fields.js';
import { entryOf, type Node } from './node.js';
import { own } from './own.js';
import type { Dimension, Tune } from './pipeline.js';
import { report } from './report.js';
import type { Target } from './target.js';

/** `tune:` of an estimator: its space is checked against the estimator's own settings. */
export function readTune(
  node: Node,
  target: Target,
  /** Keys of `with` as written: what is set there cannot be searched. */
  fixed: ReadonlySet<string>,
  expressions: ExpressionReader | undefined,
  problems: Problem[],
): Tune | undefined {
  const before = problems.length;
  const converter = new Converter(problems, expressions);
  const flat: Node =
    node.kind === 'map' ? { ...node, entries: node.entries.filter((e) => e.key !== 'space') } : node;
  const { properties = {} } = tuneField;
  const { space: _, ...others } = properties;
  const value = converter.convert(flat, { ...tuneField, properties: others, required: [] }, '"tune"', 'tune');
  const written = entryOf(node, 'space')?.value;
  if (node.kind === 'map' && !written) converter.missingKey('space', properties['space']!, node.at, 'tune');
  if (written && written.kind !== 'map')
    problems.push(
      problem('spec/type', '"space" takes a map: setting: { int: [from, to] }', { at: written.at }),
    );
  checkMetric(entryOf(node, 'metric')?.value, target, problems);
  const space: { [key: string]: Dimension } = {};
  if (written?.kind === 'map')
    for (const { key, keyAt, value: dimension } of written.entries) {
      const field = own(target.config.properties, key);
      if (!field) converter.unknownKey(key, keyAt, Object.keys(target.config.properties ?? {}), target.label);
      else {
        if (fixed.has(key))
          problems.push(problem('spec/value', `"${key}" is searched here and set in "with"`, { at: keyAt }));
        const read = readDimension(dimension, field, key, converter, problems);
        if (read) space[key] = read;
      }
    }
  if (written?.kind === 'map' && written.entries.length === 0)
    problems.push(problem('spec/value', '"space" is empty: there is nothing to search', { at: written.at }));
  if (problems.length > before || value?.kind !== 'constant') return undefined;
  const { metric, method, trials, folds, round } = value.value as unknown as Omit<Tune, 'space' | 'at'>;
  if (method === 'grid') {
    const endless = Object.keys(space).find((key) => 'float' in space[key]!);
    if (endless) {
      const hint = 'give it a list of values, or take method: random';
      problems.push(
        problem('spec/value', `a grid cannot hold a range of decimals: "${endless}"`, {
          at: written!.at,
          hint,
        }),
      );
      return undefined;
    }
  }
  return { ...(metric !== undefined && { metric }), method, trials, folds, round, space, at: node.at };
}

/** What training may be steered by is what its folds measure: `cv_f1_weighted` says that `f1_weighted` is. */
function checkMetric(node: Node | undefined, target: Target, problems: Problem[]): void {
  const known = Object.keys(target.metrics).flatMap((name) =>
    name.startsWith('cv_') ? [name.slice(3)] : [],
  );
  if (node?.kind !== 'scalar' || known.length === 0 || known.includes(node.text)) return;
  const near = nearest(node.text, known);
  const hint = near ? `did you mean ${near}?` : `known: ${known.join(', ')}`;
  report(problems, 'spec/value', `${target.label} is not steered by "${node.text}"`, node.at, hint);
}

function readDimension(
  node: Node,
  field: Field,
  key: string,
  converter: Converter,
  problems: Problem[],
): Dimension | undefined {
  const name = `"${key}"`;
  if (node.kind === 'list') return choices(node, field, name, converter);
  if (node.kind !== 'map') {
    const hint = 'write [a, b, c], { int: [3, 20] } or { float: [0.01, 1], log: true }';
    problems.push(problem('spec/type', `${name} takes a range or a list of choices`, { at: node.at, hint }));
    return undefined;
  }
  const kinds = node.entries.filter((e) => e.key !== 'log' && !e.key.startsWith('x-'));
  const [range] = kinds;
  const unknown = kinds.find((e) => !['int', 'float', 'choice'].includes(e.key));
  if (unknown) {
    converter.unknownKey(unknown.key, unknown.keyAt, ['int', 'float', 'choice', 'log'], 'space');
    return undefined;
  }
  if (!range || kinds.length > 1) {
    problems.push(problem('spec/value', `${name} takes one of int, float and choice`, { at: node.at }));
    return undefined;
  }
  if (range.key === 'choice') return choices(range.value, field, name, converter);
  const log = entryOf(node, 'log')?.value;
  const isLog = log && converter.convert(log, { type: 'boolean' }, '"log"');
  const pair: Field = { type: 'array', minItems: 2, maxItems: 2, items: field };
  const ends = converter.convert(range.value, pair, name);
  if (ends?.kind !== 'constant' || (log && isLog?.kind !== 'constant')) return undefined;
  const [from, to] = ends.value as [number, number];
  const whole = range.key === 'int';
  const wrong =
    typeof from !== 'number' || typeof to !== 'number'
      ? `${name} is no number, so it has no range`
      : from >= to
        ? `the range of ${name} ends before it begins`
        : whole && !(Number.isInteger(from) && Number.isInteger(to))
          ? `the range of ${name} is to be whole numbers`
          : isLog && (isLog as { value: Json }).value === true && from <= 0
            ? `a logarithmic range of ${name} begins above 0`
            : undefined;
  if (wrong) {
    problems.push(problem('spec/value', wrong, { at: range.value.at }));
    return undefined;
  }
  const scale = isLog && (isLog as { value: Json }).value === true ? { log: true } : {};
  return whole ? { int: [from, to], ...scale } : { float: [from, to], ...scale };
}

function choices(node: Node, field: Field, name: string, converter: Converter): Dimension | undefined {
  const value = converter.convert(node, { type: 'array', minItems: 1, items: field }, name);
  return value?.kind === 'constant' ? { choice: value.value as readonly Json[] } : undefined;
}
