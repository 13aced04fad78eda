import { openCatalog } from '../catalog.js';
import type { AnyDefinition, Catalog, ComponentInfo } from '../component.js';
import { byPlace, ok, type Problem, ProblemError, problem, type Result } from '../problem.js';
import type { Project } from '../project.js';
import { discover, type OwnFile } from './discover.js';
import { Modules, type OwnComponent } from './modules.js';
import { programComponent } from './program.js';
import { readProgram } from './program-file.js';

/** The product's components and those of the project; all problems of the latter at once. */
export async function projectCatalog(project: Project): Promise<Result<Catalog>> {
  const base = openCatalog();
  if (project.components.length === 0) return ok(base);
  const { files, problems: found } = discover(project);
  const problems: Problem[] = [...found];
  const modules = new Modules(project.root);
  const own = new Map<string, OwnComponent & { readonly file: string }>();
  for (const file of files) {
    try {
      const component = await open(base, project.root, modules, file);
      const { name } = component.info;
      const taken = own.get(name)?.file ?? (base.components.has(name) ? 'the engine' : undefined);
      if (taken) problems.push(twice(file.file, name, taken));
      else own.set(name, { ...component, file: file.file });
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      problems.push(...error.problems);
    }
  }
  modules.save();
  if (problems.some(({ severity }) => severity === 'error'))
    return { ok: false, problems: problems.sort(byPlace) };
  return ok(withOwn(base, own), problems);
}

async function open(base: Catalog, root: string, modules: Modules, file: OwnFile): Promise<OwnComponent> {
  if (file.kind === 'module') return modules.open(file);
  const spec = readProgram(root, file.file);
  if (file.name !== undefined && spec.info.name !== file.name)
    throw new ProblemError(
      problem('component/invalid', `it calls itself ${spec.info.name}; in this place it is ${file.name}`, {
        at: { file: file.file, line: 1, col: 1, length: 0 },
      }),
    );
  return { info: spec.info, load: async () => programComponent(spec, (name) => base.load(name)) };
}

const twice = (file: string, name: string, other: string): Problem =>
  problem('component/invalid', `${name} is already a component of ${other}`, {
    at: { file, line: 1, col: 1, length: 0 },
    hint: 'choose another stage or name',
  });

function withOwn(base: Catalog, own: ReadonlyMap<string, OwnComponent>): Catalog {
  const loaded = new Map<string, Promise<AnyDefinition>>();
  const infos = [...own.values()].map(({ info }): [string, ComponentInfo] => [info.name, info]);
  return {
    components: new Map([...base.components, ...infos]),
    load(name) {
      const component = own.get(name);
      if (!component) return base.load(name);
      let definition = loaded.get(name);
      if (!definition) {
        definition = component.load();
        loaded.set(name, definition);
      }
      return definition;
    },
  };
}
