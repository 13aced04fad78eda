import type { Port } from '../component.js';
import type { Place, Problem } from '../problem.js';
import type { Node } from './node.js';
import type { Step, Wire } from './pipeline.js';
import { report } from './report.js';
import type { Target } from './target.js';
import { resolveWire, type Sources } from './wires.js';

/** `in:` of a step: wires by input. `at` is the place of `use`, where a missing input is reported. */
export function readInputs(
  node: Node | undefined,
  target: Target,
  at: Place,
  sources: Sources,
  problems: Problem[],
): Step['in'] {
  const ports = Object.keys(target.inputs);
  const given = inputNodes(node, target, ports, problems);
  const inputs: { [port: string]: readonly Wire[] } = {};
  for (const name of ports) {
    const port = target.inputs[name]!;
    const written = given.get(name);
    if (written) inputs[name] = wires(name, port, written, target, sources, problems);
    else if (!port.optional) missing(name, target, node?.at ?? at, problems);
  }
  return inputs;
}

/** A bare step, or a list of them, is the main input. */
function inputNodes(
  node: Node | undefined,
  target: Target,
  ports: readonly string[],
  problems: Problem[],
): ReadonlyMap<string, Node> {
  const given = new Map<string, Node>();
  const [main] = ports;
  if (node && node.kind !== 'map') {
    if (main === undefined) report(problems, 'spec/unknown-port', `${target.label} takes no input`, node.at);
    else given.set(main, node);
  }
  if (node?.kind !== 'map') return given;
  for (const { key, keyAt, value } of node.entries) {
    if (Object.hasOwn(target.inputs, key)) given.set(key, value);
    else if (!key.startsWith('x-')) {
      const hint = ports.length > 0 ? `its inputs: ${ports.join(', ')}` : 'it takes none';
      report(problems, 'spec/unknown-port', `${target.label} has no input "${key}"`, keyAt, hint);
    }
  }
  return given;
}

function missing(name: string, target: Target, at: Place, problems: Problem[]): void {
  const { description } = target.inputs[name]!;
  const needed = Object.keys(target.inputs).filter((key) => !target.inputs[key]!.optional);
  const example =
    needed.length === 1 ? 'in: STEP' : `in: { ${needed.map((key) => `${key}: STEP`).join(', ')} }`;
  const hint = `${example}${description ? `; ${name}: ${description}` : ''}`;
  report(problems, 'spec/missing-key', `${target.label} needs the input "${name}"`, at, hint);
}

function wires(
  name: string,
  port: Port,
  node: Node,
  target: Target,
  sources: Sources,
  problems: Problem[],
): readonly Wire[] {
  const input = `input "${name}" of ${target.label}`;
  if (node.kind === 'list' && !port.many) {
    report(problems, 'spec/type', `${input} takes one step, not a list`, node.at);
    return [];
  }
  const items = node.kind === 'list' ? node.items : [node];
  return items.flatMap((item) => {
    const resolved = resolveWire(item, sources, problems);
    if (!resolved) return [];
    const { wire, kind, gathers } = resolved;
    if (kind !== port.kind) {
      const text = (item as { text: string }).text;
      const outputs = sources.steps.get(wire.step)?.target?.outputs ?? {};
      const fitting = Object.keys(outputs).find((key) => outputs[key]!.kind === port.kind);
      const message = `${input} takes ${aKind(port.kind)}, and ${text} is ${aKind(kind)}`;
      report(problems, 'spec/kind', message, item.at, fitting && `did you mean ${wire.step}.${fitting}?`);
    } else if (gathers && kind !== 'table' && !port.many) {
      const message = `${input} takes one, and "${wire.step}" gives one for each of its foreach`;
      report(problems, 'spec/kind', message, item.at, `name one: ${wire.step}[key=value]`);
    }
    return [wire];
  });
}

const aKind = (kind: string): string =>
  kind === 'metrics' || kind === 'documents' ? kind : kind === 'index' ? 'an index' : `a ${kind}`;
