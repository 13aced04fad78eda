import { evaluateCel, parseCel } from '../../components/lib/cel.js';
import type { Json } from '../canonical.js';
import { better } from '../learn/score.js';
import { type Problem, ProblemError, problem } from '../problem.js';
import type { PromotionRule } from '../project.js';
import type { Gate } from './moves.js';
import { checkAlias } from './reference.js';
import type { RegisteredVersion } from './registry.js';

/** A condition as it turned out; what is missed is told with the number that missed it. */
interface Checked {
  readonly condition: string;
  readonly missed?: string;
}

/** Conditions that a version fulfils, and problems `run/gate` for those that it does not. */
export interface Judged {
  readonly held: readonly string[];
  readonly problems: readonly Problem[];
}

export interface GateRequest {
  readonly alias: string;
  readonly candidate: RegisteredVersion;
  /** The version that the alias stands for now. */
  readonly current?: RegisteredVersion;
  readonly rules: readonly PromotionRule[];
  /** Conditions given with this very promotion. */
  readonly require: readonly string[];
}

/** Judges a promotion by the rules that hold for it. Without rules and conditions nothing is asked. */
export function judge({ alias, candidate, current, rules, require }: GateRequest): Judged {
  const { name, number } = candidate;
  const applying = rules.filter(({ to, models }) => {
    const aimed = checkAlias(to);
    return aimed.ok && aimed.value === alias && (!models || models.includes(name));
  });
  const checked = [
    ...applying.flatMap((rule) => checkRule(rule, candidate, current)),
    ...require.map((condition) => checkExpression(condition, candidate, current)),
  ];
  return {
    held: checked.flatMap(({ condition, missed }) => (missed === undefined ? [condition] : [])),
    problems: checked.flatMap(({ missed }) =>
      missed === undefined
        ? []
        : [problem('run/gate', `${name}@${number} may not become ${alias}: ${missed}`)],
    ),
  };
}

function checkRule(
  rule: PromotionRule,
  candidate: RegisteredVersion,
  current: RegisteredVersion | undefined,
): Checked[] {
  const { from, minimum = {}, maximum = {}, no_worse = [], require = [] } = rule;
  const metrics = candidate.version.metrics;
  const bound = (metric: string, limit: number, sign: '>=' | '<=') => {
    const condition = `${metric} ${sign} ${limit}`;
    const value = metrics[metric];
    if (typeof value !== 'number') return { condition, missed: noMetric(metric, metrics) };
    if (sign === '>=' ? value >= limit : value <= limit) return { condition };
    const side = sign === '>=' ? 'at least' : 'at most';
    return { condition, missed: `${metric} is ${value}, and must be ${side} ${limit}` };
  };
  return [
    ...(from === undefined ? [] : [checkFrom(from, candidate)]),
    ...Object.entries(minimum).map(([metric, limit]) => bound(metric, limit, '>=')),
    ...Object.entries(maximum).map(([metric, limit]) => bound(metric, limit, '<=')),
    ...no_worse.map((metric) => checkNoWorse(metric, candidate, current)),
    ...require.map((condition) => checkExpression(condition, candidate, current)),
  ];
}

function checkFrom(from: string, { stage, aliases }: RegisteredVersion): Checked {
  const wanted = from.toLowerCase();
  const condition = `from ${wanted}`;
  if (stage.toLowerCase() === wanted || aliases.includes(wanted)) return { condition };
  return { condition, missed: `it must be ${wanted} first, and its stage is ${stage}` };
}

function checkNoWorse(
  metric: string,
  candidate: RegisteredVersion,
  current: RegisteredVersion | undefined,
): Checked {
  const condition = `${metric} no worse than before`;
  const own = candidate.version.metrics[metric];
  if (typeof own !== 'number') return { condition, missed: noMetric(metric, candidate.version.metrics) };
  const before = current?.version.metrics[metric];
  if (typeof before !== 'number' || !better(metric, before, own)) return { condition };
  const held = `${current!.name}@${current!.number}`;
  return { condition, missed: `${metric} is ${own}, and ${held}, which it would replace, has ${before}` };
}

/** A gate of a project's rules and of conditions given besides; a refusal is told to `refuse` before it is thrown. */
export const gateOf =
  (
    alias: string,
    rules: readonly PromotionRule[],
    require: readonly string[],
    refuse: (missed: readonly string[]) => Promise<void>,
  ): Gate =>
  async (candidate, current) => {
    const judged = judge({ alias, candidate, rules, require, ...(current && { current }) });
    if (judged.problems.length === 0) return judged.held;
    await refuse(judged.problems.map(({ message }) => message));
    throw new ProblemError(...judged.problems);
  };

/** A CEL condition; what it reads is told with its values. */
function checkExpression(
  condition: string,
  { version }: RegisteredVersion,
  current: RegisteredVersion | undefined,
): Checked {
  const view = {
    metrics: version.metrics,
    rows: version.trainingRows,
    task: version.task,
    ...(current && { current: { metrics: current.version.metrics } }),
  };
  const result = evaluateCel(condition, view);
  if ('fault' in result) return { condition, missed: `${condition}: ${result.fault.message}` };
  if (result.value === true) return { condition };
  if (result.value !== false)
    return { condition, missed: `${condition} is ${JSON.stringify(result.value)}, neither true nor false` };
  const parsed = parseCel(condition);
  const paths = 'references' in parsed ? parsed.references.map(({ path }) => path) : [];
  const values = [...new Set(paths.map((path) => `${path.join('.')} is ${String(valueAt(view, path))}`))];
  return { condition, missed: `${condition} does not hold${values.map((text) => `, ${text}`).join('')}` };
}

const valueAt = (view: object, path: readonly string[]): unknown =>
  path.reduce<unknown>((value, key) => (value as { [key: string]: unknown } | undefined)?.[key], view);

function noMetric(metric: string, metrics: { readonly [name: string]: Json }): string {
  const names = Object.keys(metrics);
  const known = names.length === 0 ? 'it was registered without metrics' : `it has ${names.join(', ')}`;
  return `it has no number for ${metric}; ${known}`;
}
