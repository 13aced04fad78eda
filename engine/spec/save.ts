import type { Problem } from '../problem.js';
import type { Converter } from './convert.js';
import type { Node } from './node.js';
import type { Step, Value } from './pipeline.js';
import { report } from './report.js';
import type { Target } from './target.js';
import type { Lists } from './wires.js';

/** Endings of files that an output of a kind can be saved as; of other kinds any. */
const endings: { readonly [kind: string]: readonly string[] } = {
  table: ['csv', 'tsv', 'xlsx', 'parquet', 'arrow', 'json', 'jsonl', 'sgy', 'segy', 'xyz'],
  metrics: ['json', 'csv', 'yaml'],
  report: ['md', 'txt', 'html', 'json'],
};

/** `save:` of a step: a path for the main output, or paths by output. */
export function readSave(
  node: Node,
  target: Target,
  foreach: Lists | undefined,
  converter: Converter,
): Step['save'] {
  const { problems } = converter;
  const ports = Object.keys(target.outputs);
  const [main] = ports;
  if (main === undefined) {
    report(problems, 'spec/unknown-port', `${target.label} gives nothing that could be saved`, node.at);
    return {};
  }
  const byPort: { [port: string]: Value } = {};
  const one = (port: string, path: Node) => {
    const value = converter.convert(path, { type: 'string', minLength: 1, format: 'path' }, '"save"');
    if (!value) return;
    checkEnding(value, target.outputs[port]!.kind, problems);
    if (foreach && value.kind === 'constant') {
      const hint = `name it by instance: "results/\${{ each.${Object.keys(foreach)[0]} }}.csv", say`;
      report(
        problems,
        'spec/value',
        'every instance of this foreach would write the same file',
        path.at,
        hint,
      );
    }
    byPort[port] = value;
  };
  if (node.kind !== 'map') one(main, node);
  else
    for (const { key, keyAt, value } of node.entries)
      if (Object.hasOwn(target.outputs, key)) one(key, value);
      else if (!key.startsWith('x-')) {
        const hint = `its outputs: ${ports.join(', ')}`;
        report(problems, 'spec/unknown-port', `${target.label} has no output "${key}"`, keyAt, hint);
      }
  return byPort;
}

function checkEnding(value: Value, kind: string, problems: Problem[]): void {
  const last =
    value.kind === 'constant' ? value.value : value.kind === 'template' ? value.parts.at(-1) : undefined;
  if (typeof last !== 'string') return;
  const ending = /\.([A-Za-z0-9]+)$/.exec(last)?.[1]?.toLowerCase();
  const known = endings[kind];
  if (!ending) {
    const message = `the file ${JSON.stringify(last)} has no ending, which says its format`;
    report(problems, 'spec/value', message, value.at, known && `of a ${kind}: ${known.join(', ')}`);
  } else if (known && !known.includes(ending))
    report(
      problems,
      'spec/value',
      `a ${kind} cannot be saved as .${ending}`,
      value.at,
      `known: ${known.join(', ')}`,
    );
}

/** Two steps that would write one file. */
export function sameFile(steps: readonly Step[], problems: Problem[]): void {
  const seen = new Map<string, Value>();
  for (const step of steps)
    for (const value of Object.values(step.save)) {
      if (value.kind !== 'constant') continue;
      const path = String(value.value);
      const before = seen.get(path);
      if (before) {
        const where = `${before.at.line}:${before.at.col}`;
        report(problems, 'spec/value', `two steps write ${path}`, value.at, `the other at ${where}`);
      } else seen.set(path, value);
    }
}
