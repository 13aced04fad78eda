import type { PlannedSchema } from '../artifacts/schema.js';
import type { ComponentInfo } from '../component.js';
import { type Place, type Problem, problem } from '../problem.js';
import type { Step } from './pipeline.js';

/** How rows came to a table, or to the model that learned from them. */
export interface Lineage {
  /** By address of the step that held rows out: which side these are; `both` where they were put together again. */
  readonly sides: Sides;
  /** Addresses of the steps above that take nothing: where the rows come from. */
  readonly readers: ReadonlySet<string>;
  /** Transforms above that learned from rows, with what had been held out by then. */
  readonly learned: readonly { readonly step: Step; readonly after: ReadonlySet<string> }[];
}

type Sides = ReadonlyMap<string, 'train' | 'test' | 'both'>;

/** Rows of several tables as one: a side that one is of and another is not becomes `both`. */
export function mergedLineage(lineages: readonly Lineage[]): Lineage {
  const [first, ...rest] = lineages;
  if (!first) return { sides: new Map(), readers: new Set(), learned: [] };
  if (rest.length === 0) return first;
  const sides = new Map(first.sides);
  for (const { sides: one } of rest)
    for (const [split, part] of one) {
      const before = sides.get(split);
      sides.set(split, before === undefined || before === part ? part : 'both');
    }
  const readers = new Set(lineages.flatMap((lineage) => [...lineage.readers]));
  const learned = [...new Set(lineages.flatMap((lineage) => lineage.learned))];
  return { sides, readers, learned };
}

/** Of what a step gives: all that its inputs went through, and the side that an output is of. */
export function lineageOf(
  address: string,
  inputs: readonly Lineage[],
  side: 'train' | 'test' | undefined,
  learner: Step | undefined,
): Lineage {
  const merged = mergedLineage(inputs);
  const { sides, learned } = merged;
  return {
    sides: side ? new Map([...sides, [address, side]]) : sides,
    readers: inputs.length === 0 ? new Set([address]) : merged.readers,
    learned: learner ? [...learned, { step: learner, after: new Set(sides.keys()) }] : learned,
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

/** A transform that learned from all rows before some were held out has seen the ones that it is tested on. */
export function learnedBefore(split: string, input: Lineage, problems: Problem[]): void {
  for (const { step, after } of input.learned) {
    if (after.has(split)) continue;
    problems.push(
      problem(
        'spec/leakage',
        `"${step.id}" learns from the rows too that "${nameOf(split)}" holds out for testing`,
        {
          at: step.place(['use']),
          severity: 'warning',
          hint: 'put it under "prep:" of the train step, where it learns from training rows only',
        },
      ),
    );
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
    if (side === 'test') tested(nameOf(split), trained, model, data, at, problems);
    else if (side === 'train' && trained === 'train')
      problems.push(
        problem('spec/leakage', `"${step.id}" scores the model on the rows that it was trained on`, {
          at,
          severity: 'warning',
          hint: `${nameOf(split)}.test has the rows held out`,
        }),
      );
  }
}

function tested(
  name: string,
  trained: 'train' | 'test' | 'both' | undefined,
  model: Lineage,
  data: Lineage,
  at: Place,
  problems: Problem[],
): void {
  if (trained === 'test' || trained === 'both')
    problems.push(
      problem(
        'spec/leakage',
        `the model was trained on the rows that "${name}" holds out, which test it here`,
        {
          at,
          hint: `train it on ${name}.train`,
        },
      ),
    );
  else if (trained === undefined && sharesRows(model, data))
    problems.push(
      problem(
        'spec/leakage',
        `the model may have been trained on these rows: it learned past "${name}", which holds them out`,
        {
          at,
          severity: 'warning',
          hint: `train it on ${name}.train`,
        },
      ),
    );
}

/** Do model and data come from one reader? */
const sharesRows = (model: Lineage, data: Lineage): boolean =>
  [...data.readers].some((address) => model.readers.has(address));
