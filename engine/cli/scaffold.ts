import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { engineVersion, packageRoot } from '../catalog.js';
import { failed, ok, type Problem, problem, type Result } from '../problem.js';
import { refusal } from '../store/files.js';

/** Files of every template; not a template itself. */
const COMMON = 'common';
const folder = join(packageRoot, 'templates');

export const templates = (): readonly string[] =>
  readdirSync(folder)
    .filter((name) => name !== COMMON && statSync(join(folder, name)).isDirectory())
    .sort();

/** Something that a template wants to know; its files use the answer by that name. */
export interface Question {
  readonly name: string;
  readonly ask: string;
  readonly default: string;
  /** What an answer must look like; a choice may be typed in small letters. */
  readonly pattern: string;
  /** The same in words, for whoever typed something else. */
  readonly expected: string;
}
const QUESTIONS = 'questions.json';

export function questionsOf(template: string): readonly Question[] {
  const path = join(folder, template, QUESTIONS);
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Question[]) : [];
}

export type Answers = { readonly [name: string]: string };

/** Why no project of that name can be made there. */
export function refusalOf(root: string, name: string): Problem | undefined {
  if (!/^[a-z0-9][a-z0-9._-]{0,79}$/.test(name))
    return problem('command/usage', `"${name}" cannot be the name of a project`, {
      hint: 'lower-case letters, digits, hyphens, underscores and points; a letter or digit first',
    });
  if (existsSync(root) && readdirSync(root).length > 0)
    return problem('command/usage', `${root} is there already and not empty`, {
      hint: 'choose another name',
    });
  return undefined;
}

/**
 * Makes a project from a template (without one, only what every project has); hands back its files, relative to it. A
 * file whose name ends in `.hbs` is a Handlebars template (with `eq` for comparisons) over `name`, `version`,
 * `dependency` (of package.json), `pipeline` (the first to run) and the answers to the template's
 * questions; a leading `_` stands for a dot, which npm would not pack.
 */
export async function scaffold(
  root: string,
  name: string,
  template?: string,
  answers: Answers = {},
): Promise<Result<readonly string[]>> {
  const refused = refusalOf(root, name);
  if (refused) return failed(refused);
  const { default: handlebars } = await import('handlebars');
  const files = [COMMON, ...(template === undefined ? [] : [template])].flatMap((part) =>
    filesIn(join(folder, part)),
  );
  const written = new Map(files.map(({ from, to }) => [to, from]));
  try {
    for (const [to, from] of written) {
      const text = readFileSync(from, 'utf8');
      const path = join(root, to);
      mkdirSync(dirname(path), { recursive: true });
      const filled = from.endsWith('.hbs')
        ? handlebars.compile(text, { noEscape: true, strict: true })(
            {
              ...answers,
              name,
              pipeline: firstPipeline([...written.keys()]),
              version: engineVersion,
              dependency: JSON.stringify(dependencyOf(root)).slice(1, -1),
            },
            { helpers: { eq: (a: unknown, b: unknown) => a === b } },
          )
        : text;
      writeFileSync(path, filled);
    }
  } catch (error) {
    throw refusal(error, root);
  }
  return ok([...written.keys()].sort());
}

/** Where the engine runs from: a checkout, as a path from the project; nothing where it was installed. */
export const checkoutFrom = (root: string): string | undefined =>
  packageRoot.split(sep).includes('node_modules')
    ? undefined
    : relative(root, packageRoot).split(sep).join('/') || '.';

/** What `npm install` of the project takes: this version, or the checkout that is not on any registry. */
function dependencyOf(root: string): string {
  const checkout = checkoutFrom(root);
  return checkout === undefined ? engineVersion : `file:${checkout}`;
}

/** `main`, or the pipeline that has the template's name. */
export const firstPipeline = (files: readonly string[]): string => {
  const names = files.flatMap((file) => /^pipelines\/(.*)\.yaml$/.exec(file)?.[1] ?? []).sort();
  return names.includes('main') || names.length === 0 ? 'main' : names.at(-1)!;
};

const filesIn = (from: string) =>
  readdirSync(from, { recursive: true, encoding: 'utf8' })
    .filter((path) => path !== QUESTIONS && statSync(join(from, path)).isFile())
    .map((path) => ({
      from: join(from, path),
      to: path
        .split(sep)
        .map((part) => part.replace(/^_/, '.'))
        .join('/')
        .replace(/\.hbs$/, ''),
    }));
