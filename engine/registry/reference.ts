import { failed, ok, problem, type Result } from '../problem.js';

/** A model in the registry: `name` and `name@latest` mean the newest version, `name@3` that one. */
export interface Reference {
  readonly name: string;
  readonly version: number | 'latest';
}

/** Names that Windows keeps for devices, whatever the folder. */
const DEVICE = /^(con|prn|aux|nul|com[0-9]|lpt[0-9])$/;
const NAME = /^[a-z][a-z0-9-]{0,62}$/;

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

export function parseReference(text: string): Result<Reference> {
  const [name, version = 'latest', ...rest] = text.split('@') as [string, string?, ...string[]];
  const checked = checkModelName(name);
  if (!checked.ok) return checked;
  if (rest.length === 0 && version === 'latest') return ok({ name, version });
  if (rest.length === 0 && /^[1-9]\d{0,8}$/.test(version)) return ok({ name, version: Number(version) });
  return failed(
    problem('registry/name', `"${text}" names no version of a model`, {
      hint: `write ${name}, ${name}@latest or a number: ${name}@3`,
    }),
  );
}
