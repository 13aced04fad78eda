import type { Pipeline, Step, Value } from '../spec/pipeline.js';

/**
 * A pipeline as a Mermaid flowchart: steps as boxes, a pipeline used as a step as a box around its steps, what is
 * taken as arrows with the port's name where it is not the main one, what is only waited for as dotted arrows.
 */
export function mermaid(pipeline: Pipeline): string {
  const lines = ['flowchart LR'];
  draw(pipeline, '', '  ', lines);
  return lines.join('\n');
}

const nodeId = (prefix: string, id: string) => `${prefix}${id}`.replaceAll('/', '__');
const text = (value: string) => `"${value.replaceAll('"', '#quot;')}"`;

function draw(pipeline: Pipeline, prefix: string, indent: string, lines: string[]): void {
  for (const input of Object.keys(pipeline.inputs))
    lines.push(`${indent}${nodeId(prefix, input)}([${text(input)}])`);
  for (const step of pipeline.steps) {
    const id = nodeId(prefix, step.id);
    if (step.target.kind === 'pipeline') {
      lines.push(`${indent}subgraph ${id} [${text(titleOf(step))}]`);
      draw(step.target.pipeline, `${prefix}${step.id}/`, `${indent}  `, lines);
      lines.push(`${indent}end`);
    } else lines.push(`${indent}${id}[${text(`${titleOf(step)}<br/>${step.use}`)}]`);
  }
  for (const step of pipeline.steps) {
    const id = nodeId(prefix, step.id);
    const taken = Object.values(step.in).flat();
    for (const wire of taken) {
      const label = wire.port && wire.port !== mainPort(pipeline, wire.step) ? `|${text(wire.port)}|` : '';
      lines.push(`${indent}${nodeId(prefix, wire.step)} -->${label} ${id}`);
    }
    const sources = new Set(taken.map((wire) => wire.step));
    for (const waited of waitedFor(step))
      if (!sources.has(waited)) lines.push(`${indent}${nodeId(prefix, waited)} -.-> ${id}`);
  }
}

function titleOf(step: Step): string {
  const count = Object.values(step.foreach ?? {}).reduce(
    (product, value) =>
      product * (value.kind === 'constant' ? (value.value as readonly unknown[]).length : 1),
    1,
  );
  const marks = [step.when && 'when', step.require && 'gate', step.foreach && `${count} times`].filter(
    Boolean,
  );
  return marks.length > 0 ? `${step.id} (${marks.join(', ')})` : step.id;
}

function mainPort(pipeline: Pipeline, id: string): string | undefined {
  const target = pipeline.steps.find((step) => step.id === id)?.target;
  if (!target) return undefined;
  return Object.keys(target.kind === 'component' ? target.info.outputs : target.pipeline.outputs)[0];
}

const waitedFor = (step: Step): ReadonlySet<string> =>
  new Set([
    ...step.needs,
    ...(step.when?.steps ?? []),
    ...(step.require?.steps ?? []),
    ...[step.with, ...step.prep.map((item) => item.with)].flatMap(stepsIn),
  ]);

function stepsIn(value: Value): readonly string[] {
  switch (value.kind) {
    case 'constant':
      return [];
    case 'expression':
      return value.expression.steps;
    case 'template':
      return value.parts.flatMap((part) => (typeof part === 'string' ? [] : part.steps));
    case 'list':
      return value.items.flatMap(stepsIn);
    case 'map':
      return Object.values(value.entries).flatMap(stepsIn);
  }
}
