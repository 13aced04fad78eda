import type { PlannedSchema } from '../artifacts/schema.js';
import type { Json } from '../canonical.js';
import type { ComponentInfo, Where } from '../component.js';
import { unclearTarget } from '../learn/task.js';
import { nearest, type Place, type Problem } from '../problem.js';
import type { Field } from './field.js';
import { pick } from './known.js';
import type { Step } from './pipeline.js';
import { report } from './report.js';

type Inputs = { readonly [port: string]: PlannedSchema | undefined };

/** Roles that a transform never sees, since a model must not learn from them. */
const unseen = new Set(['key', 'target', 'weight', 'prediction']);

/** Each setting that names a column names one that its input has. `viewer`: who sees no keys and targets. */
export function checkNames(
  values: { readonly [key: string]: Json },
  config: Field,
  inputs: Inputs,
  at: (path: Where) => Place,
  problems: Problem[],
  viewer?: string,
): void {
  for (const { value, field, path } of pick(values, config, (f) => f.column !== undefined)) {
    const { port, types } = field.column!;
    const schema = inputs[port];
    if (typeof value !== 'string' || !schema) continue;
    const place = at(['with', ...path]);
    const column = schema.fields.find((f) => f.name === value);
    if (!column) {
      if (!schema.open)
        report(
          problems,
          'spec/column',
          `there is no column "${value}" here`,
          place,
          nearColumn(value, schema),
        );
    } else if (viewer && column.role && unseen.has(column.role)) {
      const message = `column "${value}" is a ${column.role}, which ${viewer} does not see`;
      report(problems, 'spec/column', message, place, 'what a model learns from has the role feature');
    } else if (types && column.type && !types.includes(column.type))
      report(
        problems,
        'spec/column',
        `column "${value}" holds ${column.type}, and ${types.join(' or ')} is due`,
        place,
      );
  }
}

/** Nearest names, or all of them. */
export function nearColumn(name: string, schema: PlannedSchema): string {
  const names = schema.fields.map((field) => field.name);
  const near = nearest(name, names);
  if (near) return `did you mean ${near}?`;
  if (names.length === 0) return 'the table has no columns';
  return `its columns: ${names.slice(0, 20).join(', ')}${names.length > 20 ? `, … (${names.length})` : ''}`;
}

/** A classifier and a regression need a target, and every model something to learn from. */
export function checkTarget(step: Step, schema: PlannedSchema, problems: Problem[]): void {
  if (step.target.kind !== 'component' || schema.open) return;
  const { task, name } = step.target.info;
  const place = step.in['in']?.[0]?.at ?? step.at;
  const targets = schema.fields.filter((field) => field.role === 'target');
  if ((task === 'classify' || task === 'regress' || task === 'supervised') && targets.length === 0) {
    const hint = 'prep.split names it: with: { target: … }';
    report(problems, 'spec/column', `${name} learns a target, and no column here has that role`, place, hint);
  }
  const unclear = targets[0] && unclearTarget(targets[0]);
  if (task === 'supervised' && unclear && !step.with.entries['task'])
    report(problems, 'learn/target', unclear.message, step.at, unclear.hint);
  if (!schema.fields.some((field) => (field.role ?? 'feature') === 'feature')) {
    const hint = 'set roles where the table is read, with "columns:"';
    report(problems, 'spec/column', `${name} has no column with the role feature to learn from`, place, hint);
  }
}

/** A forecast needs to know which column holds the values and which the times. */
export function checkSeries(
  step: Step,
  values: { readonly [key: string]: Json },
  schema: PlannedSchema,
  problems: Problem[],
): void {
  if (schema.open) return;
  for (const [key, role] of [
    ['target', 'target'],
    ['time', 'order'],
  ] as const) {
    const found = schema.fields.filter((field) => field.role === role);
    if (values[key] !== undefined || found.length === 1) continue;
    const message = `${step.use} needs a column with the role ${role}, and ${found.length === 0 ? 'none has it' : `${found.length} have it`}`;
    report(problems, 'spec/column', message, step.place([]), `name it: with: { ${key}: … }`);
  }
}

/** A table that a model is applied to has the features that it was trained on. */
export function checkModelFits(step: Step, info: ComponentInfo, inputs: Inputs, problems: Problem[]): void {
  const ports = Object.keys(info.inputs).filter((port) => !info.inputs[port]!.many);
  const model = ports.find((port) => info.inputs[port]!.kind === 'model');
  const data = ports.find((port) => info.inputs[port]!.kind === 'table');
  const trained = model && inputs[model];
  const table = data && inputs[data];
  if (!trained || !table || table.open) return;
  const names = new Set(table.fields.map((field) => field.name));
  const lacking = trained.fields.filter((f) => (f.role ?? 'feature') === 'feature' && !names.has(f.name));
  if (lacking.length === 0) return;
  const listed = lacking
    .slice(0, 5)
    .map((field) => `"${field.name}"`)
    .join(', ');
  const more = lacking.length > 5 ? ` and ${lacking.length - 5} more` : '';
  const message = `the model was trained on ${listed}${more}, which this table does not have`;
  report(problems, 'spec/column', message, step.in[data]![0]!.at, nearColumn(lacking[0]!.name, table));
}
