import { type Problem, problem } from '../problem.js';
import type { Expression, Step, Value } from './pipeline.js';

/** Steps named by the expressions of a value. */
function stepsIn(value: Value): readonly string[] {
  return expressionsIn(value).flatMap((expression) => expression.steps);
}

function expressionsIn(value: Value): readonly Expression[] {
  switch (value.kind) {
    case 'constant':
      return [];
    case 'expression':
      return [value.expression];
    case 'template':
      return value.parts.filter((part) => typeof part !== 'string');
    case 'list':
      return value.items.flatMap(expressionsIn);
    case 'map':
      return Object.values(value.entries).flatMap(expressionsIn);
  }
}

/** Steps that a step waits for. */
export function waitsFor(step: Step): readonly string[] {
  return [
    ...Object.values(step.in).flatMap((wires) => wires.map((wire) => wire.step)),
    ...step.needs,
    ...stepsIn(step.with),
    ...step.prep.flatMap((item) => stepsIn(item.with)),
    ...Object.values(step.save).flatMap(stepsIn),
    ...(step.when?.steps ?? []),
    ...(step.require?.steps ?? []),
  ];
}

/** One problem for each group of steps that wait for each other, naming the loop. */
export function findCycles(steps: readonly Step[]): Problem[] {
  const byId = new Map(steps.map((step) => [step.id, step]));
  const state = new Map<string, 'open' | 'done'>();
  const problems: Problem[] = [];
  // With a stack of its own: a chain of thousands of steps is no reason to run out of the language's.
  for (const start of steps) {
    if (state.has(start.id)) continue;
    const path: { id: string; rest: string[] }[] = [];
    const enter = (step: Step) => {
      state.set(step.id, 'open');
      path.push({ id: step.id, rest: [...new Set(waitsFor(step))].filter((id) => byId.has(id)) });
    };
    enter(start);
    while (path.length > 0) {
      const top = path.at(-1)!;
      const next = top.rest.shift();
      if (next === undefined) {
        state.set(top.id, 'done');
        path.pop();
      } else if (state.get(next) === 'open') {
        const loop = path.slice(path.findIndex((p) => p.id === next)).map((p) => p.id);
        problems.push(cycle(loop, byId));
      } else if (!state.has(next)) enter(byId.get(next)!);
    }
  }
  return problems;
}

function cycle(loop: readonly string[], byId: ReadonlyMap<string, Step>): Problem {
  const first = byId.get(loop[0]!)!;
  const message =
    loop.length === 1
      ? `step "${loop[0]}" waits for itself`
      : `steps wait for each other: ${[...loop, loop[0]].join(' → ')}`;
  const related = loop.slice(1).map((id) => ({ message: `step "${id}"`, at: byId.get(id)!.at }));
  const hint = 'an arrow says: takes from, or waits for';
  return problem('spec/cycle', message, { at: first.at, related, ...(loop.length > 1 && { hint }) });
}
