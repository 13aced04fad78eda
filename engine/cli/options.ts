import { ProblemError, problem } from '../problem.js';
import type { Selection } from '../run/run.js';
import type { Options } from './command.js';

/** Values of a flag that may stand more than once. */
export const listOf = (options: Options, name: string): readonly string[] => {
  const value = options[name];
  if (Array.isArray(value))
    return (value as unknown[]).filter((item): item is string => typeof item === 'string');
  return typeof value === 'string' ? [value] : [];
};

/** The text of a flag that must be given; `example` is a value of it. */
export function required(options: Options, name: string, example: string): string {
  const value = options[name];
  if (typeof value === 'string' && value.trim() !== '') return value.trim();
  throw new ProblemError(
    problem('command/usage', `--${name} is missing`, { hint: `for example --${name} ${example}` }),
  );
}

/** A time in milliseconds since 1970: ISO 8601; a date alone means its beginning in UTC. */
export function timeFrom(text: string, what: string): number {
  const time = /^\d{4}-\d{2}-\d{2}/.test(text) ? Date.parse(text) : Number.NaN;
  if (!Number.isNaN(time)) return time;
  throw new ProblemError(
    problem('command/usage', `${what} takes a time, not "${text}"`, {
      hint: 'for example 2026-11-23 or 2026-11-23T08:00Z',
    }),
  );
}

/** A whole number above 0, or undefined where the flag was not given. */
export function countFrom(options: Options, name: string, most = 1024): number | undefined {
  const value = options[name];
  if (value === undefined) return undefined;
  const count = Number(value);
  if (Number.isInteger(count) && count >= 1 && count <= most) return count;
  const flag = name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  throw new ProblemError(
    problem('command/usage', `--${flag} takes a whole number from 1 to ${most}, not "${String(value)}"`),
  );
}

/** `--environment` and `--set` as readPipeline takes them. */
export function settings(options: Options): { environment?: string; set: { [param: string]: string } } {
  const set: { [param: string]: string } = {};
  for (const pair of listOf(options, 'set')) {
    const at = pair.indexOf('=');
    if (at < 1)
      throw new ProblemError(
        problem('command/usage', `--set takes param=value, not "${pair}"`, {
          hint: 'for example --set trees=500',
        }),
      );
    set[pair.slice(0, at)] = pair.slice(at + 1);
  }
  return { set, ...(typeof options['environment'] === 'string' && { environment: options['environment'] }) };
}

/** `--only`, `--from`, `--to`, `--force`. */
export const selectionOf = (options: Options): Selection => {
  const force = listOf(options, 'force');
  return {
    ...(options['only'] !== undefined && { only: listOf(options, 'only') }),
    ...(options['from'] !== undefined && { from: listOf(options, 'from') }),
    ...(options['to'] !== undefined && { to: listOf(options, 'to') }),
    ...(options['force'] !== undefined && { force: force.length > 0 ? force : 'all' }),
  };
};
