import type { Field } from '../../artifacts/schema.js';
import type { Json } from '../../canonical.js';
import type { Task } from '../../learn/bundle-format.js';
import type { Loaded } from '../served-model.js';

/** What the log holds of a version: its columns, and what is needed to fill them. */
export interface LogColumns {
  readonly id: string;
  readonly name: string;
  readonly task: Task;
  readonly classes: readonly string[];
  /** Columns of a request, and the name of each in the log. */
  readonly names: readonly (readonly [from: string, to: string])[];
  readonly fields: readonly Field[];
  /** What training saw of the columns of a request, for drift. */
  readonly reference: { readonly [feature: string]: Json };
}

const own: readonly Field[] = [
  { name: 'request_id', type: 'string', role: 'key', nullable: false },
  { name: 'time', type: 'timestamp', role: 'order', nullable: false },
  { name: 'model_version', type: 'string', role: 'key', nullable: false },
];

/** Columns marked personal are left out; one that has a name of the log's is called `input_…`. */
export function columnsOf({ id, name, input, classes, bundle }: Loaded): LogColumns {
  const ends = [...own, ...bundle.output.fields];
  const kept = input.fields.filter(({ personal }) => !personal);
  const nameOf = (column: string) =>
    ends.some((field) => field.name === column) ? `input_${column}` : column;
  const inputs = kept.map((field) => ({ ...field, name: nameOf(field.name), nullable: true }));
  // Times move on: that they differ from those of training is no news.
  const reference = kept.flatMap(({ name, type }) => {
    const seen = bundle.reference[name];
    return seen === undefined || type === 'date' || type === 'timestamp' ? [] : [[name, seen] as const];
  });
  return {
    id,
    name,
    task: bundle.task,
    classes,
    names: kept.map((field) => [field.name, nameOf(field.name)] as const),
    fields: [...own, ...inputs, ...bundle.output.fields],
    reference: Object.fromEntries(reference),
  };
}
