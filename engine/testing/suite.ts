import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Json } from '../canonical.js';
import { type Place, type Problem, problem } from '../problem.js';
import type { Project } from '../project.js';
import { Converter } from '../spec/convert.js';
import { entryOf, type Node, placeIn } from '../spec/node.js';
import { readSource } from '../spec/source.js';
import { suiteField } from '../spec/suite-field.js';

/** One test of a pipeline: what it is given, and what must come of it. */
export interface Test {
  readonly name: string;
  readonly at: Place;
  /** Parameters, as `--set` takes them. */
  readonly set: { readonly [param: string]: Json };
  readonly environment?: string;
  /** Steps that are run, with what they need; all where absent. */
  readonly only?: readonly string[];
  /** Files that the test brings along, by path in the project. */
  readonly files: { readonly [path: string]: string };
  /** Expressions over `steps` and `run` that must be true. */
  readonly expect: readonly { readonly source: string; readonly at: Place }[];
  /** The run must fail, with this code where one is named. */
  readonly fails?: { readonly code?: string; readonly message?: string; readonly at: Place };
  /** Outputs that must be as they were recorded: `step` or `step.port`. */
  readonly snapshot: readonly { readonly output: string; readonly at: Place }[];
}

/** A file of tests of one pipeline: `tests/NAME.yaml`. */
export interface Suite {
  readonly file: string;
  readonly pipeline: string;
  readonly tests: readonly Test[];
}

interface Written {
  readonly pipeline: string;
  readonly tests: {
    readonly [name: string]: {
      readonly set: { readonly [param: string]: Json };
      readonly environment?: string;
      readonly only?: readonly string[];
      readonly files: { readonly [path: string]: string };
      readonly expect: readonly string[];
      readonly fails?: boolean | { readonly code?: string; readonly message?: string };
      readonly snapshot: readonly string[];
    };
  };
}

/** Test files of a project: YAML under `tests/`, relative to the root, by code point. */
export function suiteFiles({ root }: Pick<Project, 'root'>): readonly string[] {
  try {
    return readdirSync(join(root, 'tests'))
      .filter((name) => /\.ya?ml$/.test(name))
      .sort()
      .map((name) => `tests/${name}`);
  } catch {
    return [];
  }
}

/** Reads a test file, relative to the project; all problems at once, with their places. */
export function readSuite(root: string, file: string): Suite | { readonly problems: readonly Problem[] } {
  const source = readSource(file, readFileSync(join(root, file)));
  const problems: Problem[] = [...source.problems];
  const at = { file, line: 1, col: 1, length: 1 };
  if (source.root?.kind !== 'map') {
    if (problems.length === 0)
      problems.push(problem('spec/type', 'a file of tests is a map: version, pipeline, tests', { at }));
    return { problems };
  }
  const value = new Converter(problems).convert(source.root, suiteField, 'tests', 'a file of tests');
  if (value?.kind !== 'constant' || problems.some(({ severity }) => severity === 'error'))
    return { problems };
  const written = value.value as unknown as Written;
  const tree = entryOf(source.root, 'tests')!.value;
  const tests = Object.entries(written.tests).map(([name, test]) => testOf(name, test, tree));
  return { file, pipeline: written.pipeline, tests };
}

function testOf(name: string, written: Written['tests'][string], tree: Node): Test {
  const { fails, set, files, environment, only } = written;
  const at = (...path: (string | number)[]) => placeIn(tree, [name, ...path]);
  return {
    name,
    at: at(-1),
    set,
    files,
    ...(environment !== undefined && { environment }),
    ...(only && { only }),
    ...(fails !== undefined &&
      fails !== false && { fails: { ...(fails !== true && fails), at: at('fails') } }),
    expect: written.expect.map((source, i) => ({ source, at: at('expect', i) })),
    snapshot: written.snapshot.map((output, i) => ({ output, at: at('snapshot', i) })),
  };
}
