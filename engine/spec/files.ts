import { readFileSync } from 'node:fs';
import { isAbsolute, relative, sep } from 'node:path';
import type { Catalog } from '../component.js';
import { type Place, type Problem, problem } from '../problem.js';
import type { Project } from '../project.js';
import type { loadCel } from './evaluate.js';
import { entryOf } from './node.js';
import { own } from './own.js';
import { declareParams } from './params.js';
import type { Pipeline, Wire } from './pipeline.js';
import { type Call, PipelineReader } from './reader.js';
import { readSource, type Source } from './source.js';
import type { Declaration } from './target.js';

export interface ReadOptions {
  readonly project: Pick<Project, 'root' | 'environments'>;
  readonly catalog: Pick<Catalog, 'components'>;
  /** `-e NAME`. */
  readonly environment?: string;
  /** `--set name=text`. */
  readonly set?: { readonly [name: string]: string };
  /** Folder where `--set` was typed. */
  readonly cwd?: string;
  /** Of the process, for `env.NAME`. */
  readonly variables?: { readonly [name: string]: string | undefined };
  /** Text in place of the file's: an editor's unsaved one. */
  readonly text?: string;
  /** A parameter without a value is no problem: for checking a file that others use. */
  readonly partial?: boolean;
}

/** Most files that one pipeline may unfold into by using others. */
const MAX_CALLS = 1000;
const MAX_DEPTH = 16;

/** The files of one reading: each is parsed once, and read once for each use. */
export class Files {
  cel: Awaited<ReturnType<typeof loadCel>> | undefined;
  readonly #sources = new Map<string, Source>();
  readonly #declarations = new Map<string, Declaration | undefined>();
  readonly #open: string[] = [];
  #calls = 0;

  constructor(
    readonly options: ReadOptions,
    readonly problems: Problem[],
  ) {}

  /** `path` absolute; `at`: who uses it. */
  open(path: string, at: Place | undefined, text?: string): Source | undefined {
    const known = this.#sources.get(path);
    if (known) return known;
    const shown = this.shown(path);
    let bytes: Uint8Array | string;
    try {
      bytes = text ?? readFileSync(path);
    } catch {
      const hint = at ? `it would be ${shown}, seen from the project's folder` : undefined;
      this.problems.push(
        problem('file/missing', `no file ${shown}`, { ...(at && { at }), ...(hint && { hint }) }),
      );
      return undefined;
    }
    const source = readSource(shown, bytes);
    this.problems.push(...source.problems);
    this.#sources.set(path, source);
    return source;
  }

  shown(path: string): string {
    const way = relative(this.options.project.root, path);
    return way.startsWith('..') || isAbsolute(way) ? path : way.split(sep).join('/');
  }

  read(path: string, source: Source, call: Call): Pipeline | undefined {
    if (!source.root) {
      if (!source.problems.some((p) => p.severity === 'error'))
        this.problems.push(
          problem('spec/missing-key', 'the file is empty', {
            at: { file: source.file, line: 1, col: 1, length: 1 },
            hint: 'a pipeline has "version: 1" and "steps:"',
          }),
        );
      return undefined;
    }
    if (++this.#calls > MAX_CALLS || this.#open.length >= MAX_DEPTH) {
      this.problems.push(
        problem('yaml/too-large', 'pipelines that use pipelines: too many', { at: source.root.at }),
      );
      return undefined;
    }
    this.#open.push(path);
    const pipeline = new PipelineReader(this, path, source, call).read();
    this.#open.pop();
    return pipeline;
  }

  /** What a pipeline declares, whatever values it is given. */
  declaration(path: string, at: Place): Declaration | undefined {
    if (this.#open.includes(path)) {
      const loop = [...this.#open.slice(this.#open.indexOf(path)), path].map((p) => this.shown(p));
      this.problems.push(problem('spec/cycle', `the pipeline uses itself: ${loop.join(' → ')}`, { at }));
      return undefined;
    }
    if (this.#declarations.has(path)) return this.#declarations.get(path);
    const source = this.open(path, at);
    const outputs: { [name: string]: { kind: string } } = {};
    const pipeline = source && this.read(path, source, { set: {}, partial: true });
    const declaration = pipeline && {
      params: declareParams(entryOf(source.root, 'params')?.value, []),
      inputs: pipeline.inputs,
      outputs,
    };
    if (pipeline)
      for (const [name, wire] of Object.entries(pipeline.outputs))
        outputs[name] = { kind: kindOf(pipeline, wire) };
    this.#declarations.set(path, declaration);
    return declaration;
  }
}

function kindOf(pipeline: Pipeline, wire: Wire): string {
  const input = own(pipeline.inputs, wire.step);
  if (input) return input.kind;
  const { target } = pipeline.steps.find((step) => step.id === wire.step)!;
  if (target.kind === 'component') return target.info.outputs[wire.port]!.kind;
  return kindOf(target.pipeline, target.pipeline.outputs[wire.port]!);
}
