import { failed, ok, problem, type Result } from '../problem.js';

/**
 * A model in the registry: `name` and `name@latest` mean the newest version, `name@3` that one, `name@production`
 * (`@staging`, `@champion`, …) the one that the alias stands for.
 */
export interface Reference {
  readonly name: string;
  /** A number, `latest`, or an alias. */
  readonly version: number | string;
}

/** Names that Windows keeps for devices, whatever the folder. */
const DEVICE = /^(con|prn|aux|nul|com[0-9]|lpt[0-9])$/;
const NAME = /^[a-z][a-z0-9-]{0,62}$/;
/** Words that mean something else where an alias may stand. */
const TAKEN = new Set(['latest', 'none', 'archived']);

export const isModelName = (name: string): boolean => NAME.test(name) && !DEVICE.test(name);

/** The name, or a problem that says the rules. */
export const checkModelName = (name: string): Result<string> =>
  isModelName(name)
    ? ok(name)
    : failed(
        problem('registry/name', `"${name}" cannot be the name of a model`, {
          hint: 'lower-case letters, digits and hyphens, a letter first, at most 63; not a device name of Windows (con, nul, com1)',
        }),
      );

/** The alias as it is kept (`Production` is `production`), or a problem that says the rules. */
export function checkAlias(typed: string): Result<string> {
  const alias = typed.toLowerCase();
  if (NAME.test(alias) && !TAKEN.has(alias)) return ok(alias);
  const hint = TAKEN.has(alias)
    ? `"${alias}" has a meaning of its own; staging and production are stages, any other word is a free alias`
    : 'lower-case letters, digits and hyphens, a letter first, at most 63';
  return failed(problem('registry/name', `"${typed}" cannot be an alias`, { hint }));
}

export function parseReference(text: string): Result<Reference> {
  const [name, version = 'latest', ...rest] = text.split('@') as [string, string?, ...string[]];
  const checked = checkModelName(name);
  if (!checked.ok) return checked;
  if (rest.length === 0) {
    if (/^[1-9]\d{0,8}$/.test(version)) return ok({ name, version: Number(version) });
    const alias = version.toLowerCase();
    if (NAME.test(alias)) return ok({ name, version: alias });
  }
  return failed(
    problem('registry/name', `"${text}" names no version of a model`, {
      hint: `write ${name}, ${name}@latest, a number: ${name}@3, or an alias: ${name}@production`,
    }),
  );
}
