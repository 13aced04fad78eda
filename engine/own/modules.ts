import { readFileSync } from 'node:fs';
import { dirname, isAbsolute, join, relative, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import { canonical, type Json, sha256 } from '../canonical.js';
import { engineVersion } from '../catalog.js';
import type { AnyDefinition, ComponentInfo } from '../component.js';
import { type Problem, ProblemError, problem } from '../problem.js';
import { folders } from '../project.js';
import { replaceFile } from '../store/files.js';
import { type Bundled, bundle, digestOfFile } from './bundle.js';
import type { OwnFile } from './discover.js';
import { remote } from './remote.js';
import { Member, Threads } from './threads.js';

/** A component of the project, known without loading it. */
export interface OwnComponent {
  readonly info: ComponentInfo;
  load(): Promise<AnyDefinition>;
}

interface Built extends Omit<Bundled, 'digest'> {
  readonly info: ComponentInfo;
}
interface Index {
  readonly engine: string;
  readonly modules: { [file: string]: Built };
}

/** How long a component's module may take to load. */
const LOAD_MS = 20_000;

const threads = new Threads();

/**
 * Components in TypeScript or JavaScript. What was built before is taken as it is while none of its sources changed,
 * so that commands pay only for reading those.
 */
export class Modules {
  readonly #folder: string;
  readonly #file: string;
  readonly #index: Index;
  #changed = false;

  constructor(private readonly root: string) {
    this.#folder = folders(root).build;
    this.#file = join(this.#folder, 'index.json');
    this.#index = readIndex(this.#file);
  }

  async open({ file, name }: OwnFile): Promise<OwnComponent> {
    const built = this.#fresh(file) ?? (await this.#build(file));
    const { info, module } = built;
    if (name !== undefined && info.name !== name)
      throw invalid(file, `${file} calls itself ${info.name}; in this place it is ${name}`);
    return {
      info,
      load: async () => {
        const loaded = (await import(pathToFileURL(module).href)) as { default: AnyDefinition };
        return remote(loaded.default, info, module, threads, (stack) => placeIn(this.root, stack));
      },
    };
  }

  /** Keeps what was built for the next command. */
  save(): void {
    if (this.#changed) replaceFile(this.#file, `${JSON.stringify(this.#index)}\n`);
  }

  #fresh(file: string): Built | undefined {
    const built = this.#index.modules[file];
    const same =
      built &&
      digestOfFile(this.root, built.module) !== undefined &&
      Object.entries(built.inputs).every(([path, digest]) => digestOfFile(this.root, path) === digest);
    return same ? { ...built, module: join(this.root, built.module) } : undefined;
  }

  async #build(file: string): Promise<Built> {
    const { module, digest, inputs } = await bundle(this.root, file, this.#folder);
    const info = await describe(this.root, file, module, digest);
    this.#index.modules[file] = { info, inputs, module: relative(this.root, module).split(sep).join('/') };
    this.#changed = true;
    return { info, inputs, module };
  }
}

function readIndex(file: string): Index {
  const empty = { engine: engineVersion, modules: {} };
  try {
    const index = JSON.parse(readFileSync(file, 'utf8')) as Index;
    return index.engine === engineVersion ? index : empty;
  } catch {
    return empty;
  }
}

/** Loads the module in a thread of its own, so that one that hangs or ends the process is a problem and no more. */
async function describe(root: string, file: string, module: string, digest: string): Promise<ComponentInfo> {
  const member = new Member({});
  const signal = AbortSignal.timeout(LOAD_MS);
  try {
    const quiet = { onMessage: () => {} };
    const done = await member.serve({ type: 'describe', module, implementation: digest }, quiet, signal);
    if (done.fault) {
      const stack = done.fault.kind === 'thrown' ? done.fault.stack : '';
      const message = 'message' in done.fault ? done.fault.message : 'it failed';
      throw invalid(file, `${file} cannot be loaded: ${message}`, placeIn(root, stack));
    }
    const { info, wrong } = done.value as { info?: ComponentInfo; wrong?: string };
    if (!info) throw invalid(file, `${file} is no component: ${wrong}`);
    // What learns is decided by the engine's own part in learning, too.
    const implementation =
      info.kind === 'component' ? digest : sha256(canonical([digest, engineVersion] as Json));
    return { ...info, implementation };
  } catch (error) {
    if (error instanceof ProblemError) throw error;
    const why = signal.aborted
      ? `it takes longer than ${LOAD_MS / 1000} s to load`
      : (error as Error).message;
    throw invalid(file, `${file} cannot be loaded: ${why}`);
  } finally {
    await member.end();
  }
}

const invalid = (file: string, message: string, at?: Problem['at']): ProblemError =>
  new ProblemError(
    problem('component/invalid', message, {
      at: at ?? { file, line: 1, col: 1, length: 0 },
      hint: 'docs/adding-a-component.md shows how one is written',
    }),
  );

/** The first line of a stack that lies in the project's own sources. */
function placeIn(root: string, stack: string): Problem['at'] {
  for (const [, path, line, col] of stack.matchAll(
    /\(?(?:file:\/\/)?(\/[^\s():]+|[A-Z]:[^\s():]+):(\d+):(\d+)\)?/g,
  )) {
    const file = relative(root, path!);
    if (isAbsolute(file) || /^(\.\.|\.toolbox|node_modules)/.test(dirname(file))) continue;
    return { file: file.split(sep).join('/'), line: Number(line), col: Number(col), length: 1 };
  }
  return undefined;
}
