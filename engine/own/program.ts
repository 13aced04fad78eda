import { mkdir, readFile, stat } from 'node:fs/promises';
import { isAbsolute, join, resolve } from 'node:path';
import type { Artifact, FileArtifact, Metrics, Report } from '../artifacts/artifact.js';
import type { Table } from '../artifacts/table.js';
import type { Json } from '../canonical.js';
import type { AnyDefinition, Catalog, Component, Context, Files } from '../component.js';
import { ProblemError } from '../problem.js';
import type { Field } from '../spec/field.js';
import { runProgram } from './process.js';
import type { ProgramSpec } from './program-file.js';
import { Messages } from './program-messages.js';
import { plannedOutputs, readOutput, textsIn, writeTable } from './program-tables.js';
import { secretsIn, Voice } from './voice.js';

type Given = Artifact | readonly Artifact[] | undefined;
type StepContext = Context & { readonly files: Files; readonly in: { readonly [port: string]: Given } };

const media: { readonly [ending: string]: string } = {
  csv: 'text/csv',
  html: 'text/html',
  json: 'application/json',
  md: 'text/markdown',
  pdf: 'application/pdf',
  png: 'image/png',
  svg: 'image/svg+xml',
  txt: 'text/plain',
};

/** A program of the project as a component: see docs/adding-a-component.md for what it is given and what it says. */
export function programComponent(spec: ProgramSpec, load: Catalog['load']): AnyDefinition {
  const { info } = spec;
  const component: Component = {
    kind: 'component',
    name: info.name,
    version: info.version,
    summary: info.summary,
    config: info.config as never,
    inputs: info.inputs,
    outputs: info.outputs,
    metrics: info.metrics,
    needs: ['files'] as never,
    determinism: info.determinism,
    example: info.example,
    columns: (_config, inputs) => plannedOutputs(spec.outputs, inputs),
    run: (context) => new ProgramRun(spec, load, context as unknown as StepContext).run() as never,
  };
  return component;
}

class ProgramRun {
  readonly #secrets: readonly string[];
  readonly #voice: Voice;

  constructor(
    private readonly spec: ProgramSpec,
    private readonly load: Catalog['load'],
    private readonly context: StepContext,
  ) {
    this.#secrets = secretsIn(spec.info.config as Field, context.config as Json);
    this.#voice = new Voice(context, this.#secrets);
  }

  async run(): Promise<{ readonly [port: string]: Artifact }> {
    const { spec, context } = this;
    const scratch = await context.files.scratch();
    const inputs = await this.#inputs(scratch);
    const outputs = Object.fromEntries(
      Object.entries(spec.outputs).map(([port, { kind, file }]) => {
        const ending = kind === 'table' ? spec.format : 'json';
        return [port, { kind, path: join(scratch, 'out', port, file ?? `${port}.${ending}`) }];
      }),
    );
    for (const port of Object.keys(outputs)) await mkdir(join(scratch, 'out', port), { recursive: true });
    const request = {
      protocol: 1,
      component: spec.info.name,
      config: context.config,
      ...(spec.info.determinism !== 'pure' && { seed: context.seed }),
      scratch,
      inputs,
      outputs,
    };
    await this.#start(request, this.#environment(scratch, inputs, outputs));
    const made: { [port: string]: Artifact } = {};
    for (const [port, { path }] of Object.entries(outputs)) made[port] = await this.#output(port, path);
    return made;
  }

  async #start(request: object, env: NodeJS.ProcessEnv): Promise<void> {
    const { spec, context } = this;
    const [program, ...args] = spec.command;
    const voice = this.#voice;
    const messages = new Messages(voice);
    let ended: Awaited<ReturnType<typeof runProgram>>;
    try {
      ended = await runProgram({
        command: [programPath(program, spec.folder), ...args],
        folder: spec.folder,
        env,
        input: `${JSON.stringify(request)}\n`,
        signal: context.signal,
        onText: (stream, text) => (stream === 'stdout' ? messages.write(text) : voice.write('stderr', text)),
      });
    } catch (error) {
      if (context.signal.aborted || error instanceof ProblemError) throw error;
      const { code = '', message } = error as NodeJS.ErrnoException;
      const hint = code === 'ENOENT' ? 'is the program installed, and on PATH?' : message;
      return this.#refuse(`${spec.info.name}: "${program}" cannot be started`, hint);
    }
    messages.end();
    const last = voice.end('stderr');
    if (messages.failure) {
      const { code, message, ...at } = messages.failure;
      voice.fail(code, message, at);
    }
    if (ended.status === 0) return;
    const how = ended.signal === null ? `with status ${ended.status}` : `by ${ended.signal}`;
    this.#refuse(
      `${spec.info.name} ended ${how}`,
      last.length > 0 ? last.join('\n') : 'it said nothing on stderr',
    );
  }

  /** Nothing of the person's environment but what is declared; no secret is among it. */
  #environment(
    scratch: string,
    inputs: { readonly [port: string]: unknown },
    outputs: { readonly [port: string]: { readonly path: string } },
  ): NodeJS.ProcessEnv {
    const { environment, info } = this.spec;
    const env: NodeJS.ProcessEnv = { LANG: 'C.UTF-8', TMPDIR: scratch, TOOLBOX_SCRATCH: scratch };
    const system = ['PATH', 'SystemRoot', 'ComSpec', 'PATHEXT'].filter(
      (name) => process.env[name] !== undefined,
    );
    for (const name of [...system, ...environment]) {
      const value = process.env[name];
      if (value === undefined)
        this.#refuse(`${info.name} needs the environment variable ${name}, which is not set`);
      env[name] = value;
    }
    for (const [port, input] of Object.entries(inputs)) {
      const { path } = input as { path?: string };
      if (path !== undefined) env[`TOOLBOX_INPUT_${variable(port)}`] = path;
    }
    for (const [port, { path }] of Object.entries(outputs)) env[`TOOLBOX_OUTPUT_${variable(port)}`] = path;
    return env;
  }

  async #inputs(scratch: string): Promise<{ readonly [port: string]: unknown }> {
    const described: { [port: string]: unknown } = {};
    for (const [port, given] of Object.entries(this.context.in)) {
      if (given === undefined) continue;
      described[port] = await this.#input(given as Artifact, join(scratch, 'in', port), port);
    }
    return described;
  }

  async #input(artifact: Artifact, folder: string, port: string): Promise<unknown> {
    if (artifact.kind !== 'table') return artifact;
    await mkdir(folder, { recursive: true });
    const path = join(folder, `${port}.${this.spec.format}`);
    await writeTable(artifact, path, this.spec.format);
    const columns = artifact.schema.fields.map(({ name: column, type, role, unit }) => ({
      name: column,
      type,
      role,
      ...(unit !== undefined && { unit }),
    }));
    return { kind: 'table', path, format: this.spec.format, rows: artifact.rows, columns };
  }

  async #output(port: string, path: string): Promise<Artifact> {
    const { spec, context } = this;
    const output = spec.outputs[port]!;
    if (!(await stat(path).catch(() => undefined))?.isFile())
      return this.#refuse(
        `${spec.info.name} ended without writing its output "${port}"`,
        `it writes it to the path in outputs.${port}.path, which is TOOLBOX_OUTPUT_${variable(port)}, too`,
      );
    // What the store keeps is read by everybody who has the project: this must be known before it is written there.
    if (this.#secrets.length > 0)
      for await (const text of textsIn(path, output.kind === 'table' ? spec.format : 'text'))
        if (this.#voice.redact(text) !== text) return this.#leak(port);
    if (output.kind === 'table') {
      const inputs = Object.entries(context.in).filter((entry): entry is [string, Table] =>
        isTable(entry[1]),
      );
      const reading = { context, format: spec.format, load: this.load };
      const table = await readOutput(reading, path, port, output, Object.fromEntries(inputs)).catch(
        (error: Error) => {
          if (error instanceof ProblemError && error.problems[0]?.code !== 'component/process')
            return this.#refuse(`output "${port}" cannot be read: ${error.message}`, error.problems[0]?.hint);
          if (error instanceof ProblemError) return this.#refuse(error.message, error.problems[0]?.hint);
          return this.#refuse(`output "${port}" is no ${spec.format} that can be read: ${error.message}`);
        },
      );
      return table;
    }
    const bytes = await readFile(path);
    if (output.kind === 'file') return this.#file(output.file!, bytes);
    return this.#document(port, output.kind, bytes);
  }

  #file(name: string, bytes: Uint8Array): Promise<FileArtifact> {
    const ending = name.slice(name.lastIndexOf('.') + 1).toLowerCase();
    return this.context.file({ name, media: media[ending] ?? 'application/octet-stream', bytes });
  }

  #document(port: string, kind: 'metrics' | 'report', bytes: Buffer): Metrics | Report {
    let value: { readonly [key: string]: unknown } = {};
    try {
      value = JSON.parse(bytes.toString('utf8')) as typeof value;
    } catch (error) {
      this.#refuse(`output "${port}" is not JSON: ${(error as Error).message}`);
    }
    if (kind === 'metrics') {
      const simple = Object.entries(value).filter(([, item]) => item === null || typeof item !== 'object');
      const details = Object.entries(value).filter(([, item]) => item !== null && typeof item === 'object');
      return {
        kind,
        values: Object.fromEntries(simple) as Metrics['values'],
        details: Object.fromEntries(details) as Metrics['details'],
      };
    }
    const { title = this.spec.info.name, sections = [] } = value as Partial<Report>;
    const good =
      Array.isArray(sections) &&
      sections.every(
        ({ heading, text }: Report['sections'][number]) =>
          typeof heading === 'string' && typeof text === 'string',
      );
    if (!good)
      this.#refuse(
        `output "${port}" is no report`,
        'write { "title": "…", "sections": [{ "heading": "…", "text": "…" }] }',
      );
    return { kind, title: String(title), sections };
  }

  #leak(port: string): never {
    return this.context.fail('spec/secret', `output "${port}" of ${this.spec.info.name} holds a secret`, {
      hint: 'what a step gives back is kept in the store; leave the secret out of it',
    });
  }

  #refuse(message: string, hint?: string): never {
    return this.#voice.fail('component/process', message, hint === undefined ? {} : { hint });
  }
}

const isTable = (given: Given): given is Table => (given as Artifact | undefined)?.kind === 'table';
const variable = (port: string): string => port.toUpperCase().replaceAll(/[^A-Z0-9]/g, '_');

/** `node` is the one that runs the engine; a path is taken from the folder of the program, a name from PATH. */
function programPath(program: string, folder: string): string {
  if (program === 'node') return process.execPath;
  return !isAbsolute(program) && /[\\/]/.test(program) ? resolve(folder, program) : program;
}
