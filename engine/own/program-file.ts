import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { ColumnType, Role } from '../artifacts/schema.js';
import { canonical, type Json, sha256 } from '../canonical.js';
import type { ComponentInfo, Determinism, MetricSpec, Ports } from '../component.js';
import { type Place, type Problem, ProblemError, problem } from '../problem.js';
import { Converter } from '../spec/convert.js';
import type { Field } from '../spec/field.js';
import { entryOf, type Node, placeIn } from '../spec/node.js';
import { readSource } from '../spec/source.js';
import { isName, nameHint } from './definition.js';
import { programField } from './program-fields.js';
import { settingsField } from './program-settings.js';

export type TableFormat = 'arrow' | 'parquet' | 'csv' | 'jsonl';

export interface OutputSpec {
  readonly kind: 'table' | 'metrics' | 'report' | 'file';
  readonly description: string;
  /** An input whose columns it has, too. */
  readonly like?: string;
  readonly columns: {
    readonly [name: string]: { readonly type: ColumnType; readonly role: Role; readonly unit?: string };
  };
  /** Name of a file output; its ending says what it is. */
  readonly file?: string;
}

/** A component that is a program, as its `component.yaml` describes it. */
export interface ProgramSpec {
  readonly info: ComponentInfo;
  readonly command: readonly [string, ...string[]];
  /** Absolute: where the program runs. */
  readonly folder: string;
  readonly format: TableFormat;
  readonly outputs: { readonly [name: string]: OutputSpec };
  readonly environment: readonly string[];
}

interface Written {
  readonly name: string;
  readonly version: string;
  readonly summary: string;
  readonly command: readonly [string, ...string[]];
  readonly inputs: {
    readonly [name: string]: 'table' | { kind: string; description?: string; optional?: boolean };
  };
  readonly outputs: {
    readonly [name: string]: OutputSpec['kind'] | (Omit<OutputSpec, 'columns'> & Partial<OutputSpec>);
  };
  readonly metrics: { readonly [name: string]: string | MetricSpec };
  readonly tables: TableFormat;
  readonly determinism: Determinism;
  readonly environment: readonly string[];
  readonly example?: string;
}

/** Reads `component.yaml`; throws all its problems with their places. */
export function readProgram(root: string, file: string): ProgramSpec {
  const source = readSource(file, readFileSync(join(root, file)));
  const problems: Problem[] = [...source.problems];
  const node: Node = source.root ?? { kind: 'map', entries: [], at: { file, line: 1, col: 1, length: 0 } };
  const read = new Converter(problems).convert(node, programField, 'component.yaml', 'component.yaml');
  const inputNode = entryOf(node, 'inputs')?.value;
  const table = inputNode?.kind === 'map' ? inputNode.entries[0]?.key : undefined;
  const config = settingsField(entryOf(node, 'config')?.value, table ?? 'in', problems);
  if (read?.kind === 'constant') check(read.value as unknown as Written, node, problems);
  if (problems.some(({ severity }) => severity === 'error')) throw new ProblemError(...problems);
  const written = (read as { value: unknown }).value as Written;
  const folder = dirname(join(root, file));
  if (folder === root)
    throw new ProblemError(
      problem('component/invalid', 'a program lies in a folder of its own', {
        at: node.at,
        hint: 'everything in its folder is its code, and decides whether results are reused',
      }),
    );
  const outputs = Object.fromEntries(
    Object.entries(written.outputs).map(([name, output]) => [name, outputOf(output)]),
  );
  return {
    info: infoOf(written, config, outputs, file, implementationOf(folder, node.at)),
    command: written.command,
    folder,
    format: written.tables,
    outputs,
    environment: written.environment,
  };
}

const outputOf = (output: Written['outputs'][string]): OutputSpec =>
  typeof output === 'string'
    ? { kind: output, description: '', columns: {} }
    : { ...output, description: output.description ?? '', columns: output.columns ?? {} };

function infoOf(
  written: Written,
  config: Field,
  outputs: ProgramSpec['outputs'],
  module: string,
  implementation: string,
): ComponentInfo {
  const { name, version, summary, determinism, environment } = written;
  const inputs = Object.entries(written.inputs).map(([port, input]) => [
    port,
    { description: '', ...(typeof input === 'string' ? { kind: input } : input) },
  ]);
  const ports = Object.entries(outputs).map(([port, { kind, description }]) => [port, { kind, description }]);
  const metrics = Object.entries(written.metrics).map(([metric, spec]) => [
    metric,
    typeof spec === 'string' ? { description: spec } : spec,
  ]);
  const [first] = Object.keys(written.inputs);
  return {
    name,
    kind: 'component',
    version,
    summary,
    config: config as Json,
    inputs: Object.fromEntries(inputs) as Ports,
    outputs: Object.fromEntries(ports) as Ports,
    metrics: Object.fromEntries(metrics) as ComponentInfo['metrics'],
    effects: [],
    needs: ['files'],
    determinism,
    example: written.example?.trim() ?? `use: ${name}${first === undefined ? '' : `\nin: ${first}`}`,
    implementation,
    module,
    ...(environment.length > 0 && { environment }),
  };
}

/** What the fields alone cannot say. */
function check(written: Written, node: Node, problems: Problem[]): void {
  const report = (path: (string | number)[], message: string, hint: string) =>
    problems.push(problem('component/invalid', message, { at: placeIn(node, path), hint }));
  if (!isName(written.name)) report(['name'], `"${written.name}" cannot be its name`, nameHint);
  for (const [name, output] of Object.entries(written.outputs)) {
    const { kind, like, file } = outputOf(output);
    if (like !== undefined && !Object.hasOwn(written.inputs, like))
      report(
        ['outputs', name, 'like'],
        `there is no input "${like}"`,
        `inputs: ${Object.keys(written.inputs).join(', ')}`,
      );
    if (kind === 'file' && file === undefined)
      report(
        ['outputs', name],
        `the file output "${name}" has no name`,
        'write { kind: file, file: chart.svg }',
      );
  }
  for (const [i, name] of written.environment.entries())
    if (/^TOOLBOX_/.test(name))
      problems.push(
        problem('spec/secret', `${name} belongs to the engine and is not handed on`, {
          at: placeIn(node, ['environment', i]),
          hint: 'give secrets by a setting: config: { token: { type: secret } }',
        }),
      );
}

/** Files of a program at most, and their bytes in all: more is data that has got into its folder. */
const MOST_FILES = 2000;
const MOST_BYTES = 64e6;

/** Digest over every file of the program's folder, but hidden ones, installed packages and compiled leftovers. */
function implementationOf(folder: string, at: Place): string {
  const digests: [string, string][] = [];
  let bytes = 0;
  const walk = (path: string, name: string) => {
    for (const entry of readdirSync(path, { withFileTypes: true })) {
      if (entry.name.startsWith('.') || entry.name === 'node_modules' || entry.name === '__pycache__')
        continue;
      const file = join(path, entry.name);
      if (entry.isDirectory()) walk(file, `${name}${entry.name}/`);
      else if (entry.isFile()) {
        bytes += lstatSync(file).size;
        if (digests.length >= MOST_FILES || bytes > MOST_BYTES)
          throw new ProblemError(
            problem('component/invalid', 'its folder holds too much to be the code of a component', {
              at,
              hint: `at most ${MOST_FILES} files and ${MOST_BYTES / 1e6} MB; keep data elsewhere`,
            }),
          );
        digests.push([`${name}${entry.name}`, sha256(readFileSync(file))]);
      }
    }
  };
  walk(folder, '');
  return sha256(canonical(digests.sort(([a], [b]) => (a < b ? -1 : 1))));
}
