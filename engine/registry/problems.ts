import { nearest, ProblemError, problem, type Result } from '../problem.js';

export function orThrow<T>(result: Result<T>): T {
  if (!result.ok) throw new ProblemError(...result.problems);
  return result.value;
}

export const damaged = (name: string, number: number, what: string) =>
  problem('store/damaged', `${name}@${number} cannot be used: ${what}`, {
    hint: 'restore its folder under .toolbox/registry from a copy, or train and register the model again',
  });

export function noModel(name: string, all: readonly string[]) {
  const near = nearest(name, all);
  const known = all.length === 0 ? 'nothing is registered yet' : `registered: ${all.slice(0, 10).join(', ')}`;
  return problem('registry/none', `there is no model "${name}"`, {
    hint: near ? `did you mean ${near}?` : known,
  });
}

export const noVersion = (name: string, number: number, all: readonly number[]) =>
  problem('registry/none', `${name} has no version ${number}`, {
    hint: `it has ${all.slice(-10).join(', ')}`,
  });

export const noAlias = (name: string, alias: string, all: readonly string[]) => {
  const near = nearest(alias, [...all, 'latest']);
  const known = all.length === 0 ? `${name} has no aliases yet` : `${name} has the aliases ${all.join(', ')}`;
  return problem('registry/none', `no version of ${name} is its ${alias}`, {
    hint: near ? `did you mean ${name}@${near}?` : known,
  });
};
