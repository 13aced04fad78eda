import { mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import type { FastifyRequest } from 'fastify';
import type { Table } from '../artifacts/table.js';
import { writeArtifact } from '../export/write.js';
import { isRow } from '../learn/cells.js';
import { ProblemError } from '../problem.js';
import { type Project, resolvePath } from '../project.js';
import type { StepDoor } from '../run/context.js';
import { predictFile } from '../run/predict-file.js';
import { loadedOf } from './predict.js';
import { Refusal, refusalOf } from './refusal.js';
import type { ServedModel } from './served-model.js';

export interface BatchOptions {
  /** Whose roots files must lie under. */
  readonly project: Pick<Project, 'root' | 'roots'>;
  readonly door: StepDoor;
}

const members = ['input_path', 'output_path', 'include_probabilities'];

/** Bytes that file systems take for a name, and that leave room for the project's folder in a path. */
const isTooLong = (path: string): boolean =>
  Buffer.byteLength(path) > 2048 || path.split(/[\\/]/).some((name) => Buffer.byteLength(name) > 255);

/** `POST /batch_predict`: predicts a file of the project into another; one at a time, for each takes all cores. */
export function batchHandler({ project, door }: BatchOptions) {
  let isBusy = false;
  const fileIn = (body: { readonly [key: string]: unknown }, key: string): string => {
    const path = body[key];
    if (typeof path !== 'string' || path === '' || path.includes('\0'))
      throw new Refusal('request/shape', `"${key}" is no path`);
    if (isTooLong(path)) throw new Refusal('request/path', `"${key}" is too long for a path`);
    const resolved = resolvePath(project, path);
    if ('problem' in resolved)
      throw new Refusal('request/path', `"${key}" lies outside the folders that this project may use`);
    return resolved.path;
  };
  return (model: ServedModel | undefined) => async (request: FastifyRequest) => {
    const loaded = loadedOf(model);
    const { body } = request;
    if (!isRow(body) || Object.keys(body).some((key) => !members.includes(key)))
      throw new Refusal('request/shape', `the body holds ${members.join(', ')} and nothing else`);
    const probabilities = body['include_probabilities'] ?? true;
    if (typeof probabilities !== 'boolean')
      throw new Refusal('request/shape', '"include_probabilities" is neither true nor false');
    const input = fileIn(body, 'input_path');
    const output = fileIn(body, 'output_path');
    if (!statSync(input, { throwIfNoEntry: false })?.isFile())
      throw new Refusal('request/path', 'there is no file at "input_path"');
    if (statSync(output, { throwIfNoEntry: false }))
      throw new Refusal('request/path', 'there is something at "output_path" already', {
        hint: 'files are never overwritten by a request',
      });
    if (isBusy)
      throw new Refusal('serve/busy', 'another file is being predicted', { headers: { 'retry-after': '5' } });
    isBusy = true;
    try {
      const predicted = await predictFile(
        door,
        { ...loaded, number: loaded.id.slice(loaded.name.length + 1) },
        input,
      );
      const kept = predicted.schema.fields
        .map(({ name }) => name)
        .filter((name) => probabilities || !name.startsWith('prob_'));
      const table = await door.workspace.tables.select(predicted, kept);
      mkdirSync(dirname(output), { recursive: true });
      await writeArtifact(door.workspace.objects, table, output);
      return {
        num_predictions: table.rows,
        output_path: body['output_path'],
        class_distribution: await distributionOf(table, loaded.classes),
        timestamp: new Date().toISOString(),
        model_version: loaded.id,
      };
    } catch (error) {
      if (error instanceof ProblemError) throw refusalOf(error, 'request/values');
      throw error;
    } finally {
      isBusy = false;
    }
  };
}

/** Rows by predicted class; empty for models of numbers. */
async function distributionOf(table: Table, classes: readonly string[]): Promise<{ [name: string]: number }> {
  const counts = Object.fromEntries(classes.map((name) => [name, 0]));
  if (classes.length === 0) return counts;
  for await (const frame of table.batches({ columns: ['predicted'] })) {
    const column = frame.column('predicted');
    if (column.type !== 'string') continue;
    for (const code of column.values) counts[column.dictionary[code]!]! += 1;
  }
  return counts;
}
