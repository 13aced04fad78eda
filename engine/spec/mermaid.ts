import type { Json } from '../canonical.js';
import { waitsFor } from './cycles.js';
import type { Pipeline, Step } from './pipeline.js';

/**
 * The graph of a pipeline as Mermaid text, which GitHub, GitLab and most editors draw. Solid arrows carry data and
 * name the output where it is not the main one; dotted ones are waits: `needs`, and results named in expressions.
 */
export function mermaid(pipeline: Pipeline): string {
  return ['flowchart LR', ...graph(pipeline, '', '  ')].join('\n');
}

function graph(pipeline: Pipeline, prefix: string, indent: string): string[] {
  const lines: string[] = [];
  for (const name of Object.keys(pipeline.inputs))
    lines.push(`${indent}${nodeId(prefix, name)}(["${label(name)}"])`);
  for (const step of pipeline.steps) lines.push(...node(step, prefix, indent));
  for (const step of pipeline.steps) lines.push(...edges(step, pipeline, prefix, indent));
  return lines;
}

function node(step: Step, prefix: string, indent: string): string[] {
  const id = nodeId(prefix, step.id);
  const times = instancesOf(step);
  const notes = [
    ...(times === undefined ? [] : [`× ${times}`]),
    ...(step.when ? ['when'] : []),
    ...(step.require ? ['gate'] : []),
  ];
  const text = [step.id, step.use, notes.join(', ')].filter(Boolean).map(label).join('<br/>');
  if (step.target.kind === 'component') return [`${indent}${id}["${text}"]`];
  return [
    `${indent}subgraph ${id}["${text}"]`,
    ...graph(step.target.pipeline, `${prefix}${step.id}_`, `${indent}  `),
    `${indent}end`,
  ];
}

function edges(step: Step, pipeline: Pipeline, prefix: string, indent: string): string[] {
  const to = nodeId(prefix, step.id);
  const solid = new Set<string>();
  const lines = Object.values(step.in).flatMap((wires) =>
    wires.map((wire) => {
      solid.add(wire.step);
      const source = pipeline.steps.find((s) => s.id === wire.step);
      const ports = source?.target.kind === 'component' ? Object.keys(source.target.info.outputs) : [];
      const named = ports.length > 1 && wire.port !== ports[0] ? `|"${label(wire.port)}"|` : '';
      return `${indent}${nodeId(prefix, wire.step)} -->${named} ${to}`;
    }),
  );
  const waits = [...new Set(waitsFor(step))].filter((id) => !solid.has(id) && id !== step.id);
  return [...lines, ...waits.map((id) => `${indent}${nodeId(prefix, id)} -.-> ${to}`)];
}

function instancesOf(step: Step): number | undefined {
  if (!step.foreach) return undefined;
  return Object.values(step.foreach).reduce(
    (n, value) => n * (value.kind === 'constant' ? (value.value as readonly Json[]).length : 1),
    1,
  );
}

/** Ids of steps hold no `-`, so that prefixes cannot collide with them; `end` alone would be a word of Mermaid's. */
const nodeId = (prefix: string, id: string): string => `s_${prefix}${id}`;

const label = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
