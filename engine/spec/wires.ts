import type { Json } from '../canonical.js';
import { nearest, type Place, type Problem, problem } from '../problem.js';
import { found, type Node } from './node.js';
import type { Wire } from './pipeline.js';
import type { Target } from './target.js';

/** What wires may lead to: steps, and the inputs of the pipeline itself. */
export interface Sources {
  readonly steps: ReadonlyMap<string, { readonly target?: Target; readonly foreach?: Lists }>;
  readonly inputs: { readonly [name: string]: { readonly kind: string } };
  /** `foreach` of the step that reads: of a step with the same keys it takes the instance of its own values. */
  readonly reader?: Lists;
}

/** Values of a `foreach`, by key. */
export interface Lists {
  readonly [key: string]: readonly Json[];
}

export interface Resolved {
  readonly wire: Wire;
  readonly kind: string;
  /** Leads to all instances of a `foreach`. */
  readonly gathers: boolean;
}

const FORM = /^([A-Za-z_][\w-]*)(?:\[([^\]]*)\])?(?:\.([\w-]+))?$/;

/** `traces`, `split.train`, `traces[survey=a]`; undefined where it reported a problem, or where its target is unknown. */
export function resolveWire(node: Node, sources: Sources, problems: Problem[]): Resolved | undefined {
  const report = (code: Problem['code'], message: string, hint?: string): undefined => {
    problems.push(problem(code, message, { at: node.at, ...(hint && { hint }) }));
  };
  if (node.kind !== 'scalar' || node.text === '')
    return report(
      'spec/type',
      `an input takes the name of a step, not ${found(node)}`,
      'write step or step.output',
    );
  if (node.text.includes('${{'))
    return report(
      'spec/expression',
      'the graph is fixed before the run: an input cannot be an expression',
      'name the step',
    );
  const form = FORM.exec(node.text.trim());
  if (!form)
    return report(
      'spec/unknown-step',
      `${found(node)} is not the name of a step`,
      'write step, step.output or step[key=value]',
    );
  const [, name, instances, port] = form as unknown as [string, string, string?, string?];
  const input = Object.hasOwn(sources.inputs, name) ? sources.inputs[name] : undefined;
  if (input) {
    if (port === undefined && instances === undefined)
      return { wire: { step: name, port: '', at: node.at }, kind: input.kind, gathers: false };
    return report(
      'spec/unknown-port',
      `"${name}" is an input of this pipeline, and has no outputs`,
      `write ${name}`,
    );
  }
  const step = sources.steps.get(name);
  if (!step) {
    const names = [...sources.steps.keys(), ...Object.keys(sources.inputs)];
    const near = nearest(name, names);
    const hint = near ? `did you mean ${near}?` : `known: ${names.slice(0, 20).join(', ')}`;
    return report('spec/unknown-step', `no step "${name}"`, hint);
  }
  if (!step.target) return undefined;
  const ports = Object.keys(step.target.outputs);
  const main = ports[0];
  if (main === undefined)
    return report('spec/unknown-port', `${step.target.label} gives nothing that a step could take`);
  if (port !== undefined && !ports.includes(port)) {
    const near = nearest(port, ports);
    return report(
      'spec/unknown-port',
      `${step.target.label} has no output "${port}"`,
      near ? `did you mean ${name}.${near}?` : `it has ${ports.join(', ')}`,
    );
  }
  const instance =
    instances === undefined ? undefined : readInstance(instances, name, step.foreach, node.at, problems);
  if (instance === null) return undefined;
  const wire: Wire = { step: name, port: port ?? main, at: node.at, ...(instance && { instance }) };
  const fixed = { ...sources.reader, ...instance };
  const gathers = Object.keys(step.foreach ?? {}).some((key) => !Object.hasOwn(fixed, key));
  return { wire, kind: step.target.outputs[wire.port]!.kind, gathers };
}

function readInstance(
  text: string,
  name: string,
  lists: Lists | undefined,
  at: Place,
  problems: Problem[],
): { [key: string]: string } | null {
  const report = (message: string, hint?: string): null => {
    problems.push(problem('spec/unknown-step', message, { at, ...(hint && { hint }) }));
    return null;
  };
  const keys = Object.keys(lists ?? {});
  if (!lists) return report(`step "${name}" has no foreach, so it has no instances`, `write ${name}`);
  const instance: { [key: string]: string } = {};
  for (const part of text.split(',')) {
    const [key, ...rest] = part.split('=');
    if (rest.length === 0)
      return report(`[${text}] does not name an instance`, `write ${name}[${keys[0]}=…]`);
    if (!keys.includes(key!.trim()))
      return report(`step "${name}" has no key "${key!.trim()}"`, `its keys: ${keys.join(', ')}`);
    const value = rest
      .join('=')
      .trim()
      .replace(/^"(.*)"$/, '$1');
    const values = lists[key!.trim()]!.map(String);
    if (values.length > 0 && !values.includes(value)) {
      const near = nearest(value, values);
      return report(
        `step "${name}" has no instance with ${key!.trim()}=${value}`,
        near ? `did you mean ${near}?` : `its values: ${values.slice(0, 12).join(', ')}`,
      );
    }
    instance[key!.trim()] = value;
  }
  return instance;
}
