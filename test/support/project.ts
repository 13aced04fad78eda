import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { openCatalog } from '#dist/engine/catalog.js';
import { type Performed, perform, type SessionOptions } from '#dist/engine/cli/session.js';
import type { AnyDefinition, Catalog } from '#dist/engine/component.js';
import { infoOf } from '#dist/engine/info.js';
import { ProblemError, type Result } from '#dist/engine/problem.js';
import type { Project } from '#dist/engine/project.js';
import { readPipeline } from '#dist/engine/spec/read.js';

/** A project in a folder of its own, with files by path; the user's state folder is in it too. */
export function testProject(files: { readonly [path: string]: string }) {
  const root = mkdtempSync(join(tmpdir(), 'project-'));
  process.env['XDG_STATE_HOME'] = join(root, '.state');
  const write = (path: string, text: string) => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  };
  write('toolbox.yaml', 'version: 1\nname: test\n');
  for (const [path, text] of Object.entries(files)) write(path, text);
  const project: Project = { root, name: 'test', roots: ['.'], environments: {}, components: [] };
  return {
    root,
    project,
    write,
    remove: () => rmSync(root, { recursive: true, force: true }),
    /** Runs a pipeline file of the project; problems of its text are thrown. */
    async run(
      file: string,
      options: Partial<SessionOptions> & { set?: { [name: string]: string }; catalog?: Catalog } = {},
    ): Promise<Performed> {
      const { set = {}, catalog = openCatalog(), ...rest } = options;
      const pipeline = orThrow(
        await readPipeline(join(root, file), { project, catalog, set, variables: rest.env ?? {} }),
      );
      return orThrow(
        await perform(project, catalog, pipeline, {
          cancel: new AbortController().signal,
          workers: 1,
          ...rest,
        }),
      );
    },
  };
}

export function orThrow<T>(result: Result<T>): T {
  if (result.ok) return result.value;
  throw new ProblemError(...result.problems);
}

/** The product's components and some of a test's own. */
export function catalogWith(...own: readonly AnyDefinition[]): Catalog {
  const base = openCatalog();
  const byName = new Map(own.map((definition) => [definition.name, definition]));
  return {
    components: new Map([
      ...base.components,
      ...own.map((d) => [d.name, infoOf(d, '', `test ${d.name}`)] as const),
    ]),
    load: async (name) => byName.get(name) ?? base.load(name),
  };
}

export const statusOf = ({ result }: Performed): { [address: string]: string } =>
  Object.fromEntries(result.nodes.map((node) => [node.address, node.status]));
