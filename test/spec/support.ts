import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Pipeline, Step, Value } from '#dist/engine/spec/pipeline.js';
import { type ReadOptions, readPipeline } from '#dist/engine/spec/read.js';
import { catalog } from './catalog.js';

export const folder = fileURLToPath(new URL('.', import.meta.url));

/** A first line `# read: {…}` gives what the command line would: set, environment, variables. */
export function optionsOf(text: string): ReadOptions {
  const given = /^# read: (\{.*\})/m.exec(text)?.[1];
  const project = { root: folder, environments: { staging: { params: { trees: 150 } } } };
  return { project, catalog, cwd: folder, variables: {}, ...(given && JSON.parse(given)) };
}

export async function pipelineOf(text: string, options: Partial<ReadOptions> = {}): Promise<Pipeline> {
  const result = await readPipeline(join(folder, 'ok', 'text.yaml'), {
    ...optionsOf(text),
    text,
    ...options,
  });
  if (result.ok) return result.value;
  throw new Error(result.problems.map((p) => `${p.at?.line}:${p.at?.col} ${p.message}`).join('\n'));
}

export const textOf = (file: string): string => readFileSync(join(folder, file), 'utf8');

export function stepOf(pipeline: Pipeline, id: string): Step {
  const step = pipeline.steps.find((s) => s.id === id);
  if (!step) throw new Error(`no step ${id}`);
  return step;
}

/** A value without places: expressions as `${{ … }}`. */
export function bare(value: Value): unknown {
  switch (value.kind) {
    case 'constant':
      return value.value;
    case 'expression':
      return `\${{ ${value.expression.source} }}`;
    case 'template':
      return value.parts.map((part) => (typeof part === 'string' ? part : `\${{ ${part.source} }}`)).join('');
    case 'list':
      return value.items.map(bare);
    case 'map':
      return Object.fromEntries(Object.entries(value.entries).map(([key, item]) => [key, bare(item)]));
  }
}

/** All that a pipeline says, without places. */
export const said = (pipeline: Pipeline): unknown => ({
  name: pipeline.name,
  seed: pipeline.seed,
  description: pipeline.description,
  inputs: pipeline.inputs,
  outputs: mapOf(pipeline.outputs, ({ at: _, ...wire }) => wire),
  steps: pipeline.steps.map((step) => ({
    ...step,
    at: undefined,
    place: undefined,
    target: step.target.kind === 'component' ? step.target.info.name : 'pipeline',
    in: mapOf(step.in, (wires) => wires.map(({ at: _, ...wire }) => wire)),
    with: bare(step.with),
    save: mapOf(step.save, bare),
    prep: step.prep.map((item) => [item.use, bare(item.with)]),
    tune: step.tune && { ...step.tune, at: undefined },
    foreach: step.foreach && mapOf(step.foreach, bare),
    when: step.when?.source,
    require: step.require?.source,
  })),
});

const mapOf = <T, U>(map: { readonly [key: string]: T }, of: (item: T) => U) =>
  Object.fromEntries(Object.entries(map).map(([key, item]) => [key, of(item)]));
