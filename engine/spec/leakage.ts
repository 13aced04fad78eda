import type { PlannedField, PlannedSchema, Role } from '../artifacts/schema.js';
import type { Code } from '../codes.js';
import type { ComponentInfo } from '../component.js';
import { type Place, type Problem, problem } from '../problem.js';
import { allowed } from './allow.js';
import type { Step } from './pipeline.js';

/** How rows came to a table, or to the model that learned from them. */
export interface Lineage {
  /** By address of the step that held rows out: which side these are; `both` where they were put together again. */
  readonly sides: Sides;
  /** Addresses of the steps above that take nothing: where the rows come from. */
  readonly readers: ReadonlySet<string>;
  /** Transforms above, with what had been held out by then. */
  readonly transforms: readonly Transformed[];
}

interface Transformed {
  readonly step: Step;
  readonly learns: boolean;
  /** Features that it makes of a column. */
  made(from: string): readonly string[];
  readonly after: ReadonlySet<string>;
}

type Sides = ReadonlyMap<string, 'train' | 'test' | 'both'>;

/** Rows of several tables as one: a side that one is of and another is not becomes `both`. */
export function mergedLineage(lineages: readonly Lineage[]): Lineage {
  const [first, ...rest] = lineages;
  if (!first) return { sides: new Map(), readers: new Set(), transforms: [] };
  if (rest.length === 0) return first;
  const sides = new Map(first.sides);
  for (const { sides: one } of rest)
    for (const [split, part] of one) {
      const before = sides.get(split);
      sides.set(split, before === undefined || before === part ? part : 'both');
    }
  const readers = new Set(lineages.flatMap((lineage) => [...lineage.readers]));
  const transforms = [...new Set(lineages.flatMap((lineage) => lineage.transforms))];
  return { sides, readers, transforms };
}

/** Of what a step gives: all that its inputs went through, and the side that an output is of. */
export function lineageOf(
  address: string,
  inputs: readonly Lineage[],
  side: 'train' | 'test' | undefined,
  transform: Omit<Transformed, 'after'> | undefined,
): Lineage {
  const merged = mergedLineage(inputs);
  const { sides, transforms } = merged;
  return {
    sides: side ? new Map([...sides, [address, side]]) : sides,
    readers: inputs.length === 0 ? new Set([address]) : merged.readers,
    transforms: transform ? [...transforms, { ...transform, after: new Set(sides.keys()) }] : transforms,
  };
}

/** The side that an output is of, where the step itself held rows out: its inputs were not cut that way. */
export function sideOf(
  output: PlannedSchema,
  inputs: readonly (PlannedSchema | undefined)[],
): 'train' | 'test' | undefined {
  const part = output.split?.part;
  if (part !== 'train' && part !== 'test') return undefined;
  return inputs.some((input) => input?.split?.part === part) ? undefined : part;
}

const nameOf = (address: string): string => address.replace(/^.*\//, '');

interface Said {
  readonly at: Place;
  readonly hint: string;
  readonly severity?: 'error';
}

function report(problems: Problem[], step: Step, code: Code, message: string, said: Said): void {
  problems.push(allowed(problem(code, message, { severity: 'warning', ...said }), step));
}

const listed = (names: readonly string[]): string => names.map((name) => `"${name}"`).join(', ');

/** A step that holds rows out: how it does, and what became of the rows before. */
export function heldOut(
  step: Step,
  address: string,
  input: PlannedSchema | undefined,
  output: PlannedSchema,
  lineage: Lineage,
  problems: Problem[],
): void {
  const before = lineage.transforms.filter(({ after }) => !after.has(address));
  for (const { step: transform, learns } of before)
    if (learns)
      report(
        problems,
        transform,
        'leak/learned-before-split',
        `"${transform.id}" learns from the rows too that "${step.id}" holds out for testing`,
        {
          at: transform.place(['use']),
          hint: 'put it under "prep:" of the train step, where it learns from training rows only',
        },
      );
  const target = output.fields.find(({ role }) => role === 'target')?.name;
  const wasFeature = input?.fields.some(({ name, role }) => name === target && role !== 'target');
  if (target !== undefined && wasFeature)
    for (const { step: transform, made } of before) {
      const features = made(target);
      if (features.length > 0)
        report(
          problems,
          transform,
          'leak/target-in-features',
          `"${transform.id}" makes ${listed(features)} of "${target}", which "${step.id}" makes the target`,
          {
            at: transform.place(['use']),
            hint: `say roles: { ${target}: target } where the rows are read, or put it under "prep:" of the train step`,
          },
        );
    }
  if (output.split?.by === 'random' || output.split?.by === 'stratified')
    heldAtRandom(step, input?.fields ?? [], problems);
}

/** What a random cut takes apart, by the role that says so. */
const torn: readonly { role: Role; code: Code; say: (columns: string) => string; hint: string }[] = [
  {
    role: 'order',
    code: 'leak/random-order',
    say: (columns) =>
      `holds out rows at random, and they follow one another by ${columns}: a model learns from rows after those that test it`,
    hint: 'by: time holds out the latest rows',
  },
  {
    role: 'position',
    code: 'leak/random-space',
    say: (columns) =>
      `holds out rows at random, and they lie beside one another by ${columns}: each test row has its neighbours in training`,
    hint: 'by: block holds out whole squares of a survey, by: group whole wells or lines',
  },
  {
    role: 'group',
    code: 'leak/random-groups',
    say: (columns) =>
      `holds out rows at random, and those of one ${columns} belong together: a group is on both sides`,
    hint: 'by: group holds out whole groups',
  },
];

function heldAtRandom(step: Step, fields: readonly PlannedField[], problems: Problem[]): void {
  for (const { role, code, say, hint } of torn) {
    const columns = fields.filter((field) => field.role === role).map(({ name }) => name);
    if (columns.length > 0)
      report(problems, step, code, `"${step.id}" ${say(listed(columns))}`, {
        at: step.place(['with', 'by']),
        hint,
      });
  }
}

/** A model that is scored must not have learned from the rows that score it. */
export function scoredOnOwnRows(
  step: Step,
  info: ComponentInfo,
  lineage: { readonly [port: string]: Lineage | undefined },
  problems: Problem[],
): void {
  const ports = Object.keys(info.inputs);
  const modelPort = ports.find((port) => info.inputs[port]!.kind === 'model' && !info.inputs[port]!.many);
  const dataPort = ports.find((port) => info.inputs[port]!.kind === 'table' && !info.inputs[port]!.many);
  const scores = Object.values(info.outputs).some((port) => port.kind === 'metrics');
  if (!scores || modelPort === undefined || dataPort === undefined) return;
  const [model, data] = [lineage[modelPort], lineage[dataPort]];
  if (!model || !data) return;
  const at = step.in[dataPort]![0]!.at;
  for (const [split, side] of data.sides) {
    const trained = model.sides.get(split);
    if (side === 'test') tested(step, nameOf(split), trained, model, data, at, problems);
    else if (side === 'train' && trained === 'train')
      report(
        problems,
        step,
        'leak/tested-on-training',
        `"${step.id}" scores the model on the rows that it was trained on`,
        { at, hint: `${nameOf(split)}.test has the rows held out` },
      );
  }
}

function tested(
  step: Step,
  name: string,
  trained: 'train' | 'test' | 'both' | undefined,
  model: Lineage,
  data: Lineage,
  at: Place,
  problems: Problem[],
): void {
  const hint = `train it on ${name}.train`;
  if (trained === 'test' || trained === 'both')
    report(
      problems,
      step,
      'leak/trained-on-test',
      `the model was trained on the rows that "${name}" holds out, which test it here`,
      { at, hint, severity: 'error' },
    );
  else if (trained === undefined && sharesRows(model, data))
    report(
      problems,
      step,
      'leak/trained-beside-split',
      `the model may have been trained on these rows: it learned past "${name}", which holds them out`,
      { at, hint },
    );
}

/** Do model and data come from one reader? */
const sharesRows = (model: Lineage, data: Lineage): boolean =>
  [...data.readers].some((address) => model.readers.has(address));
