import { mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Objects } from '../artifacts/objects.js';
import type { Parity } from '../learn/parity.js';
import { ProblemError, problem } from '../problem.js';
import { Durability } from '../store/durability.js';
import { faultPoint } from '../store/fault.js';
import { isAbsent, refusal, replaceFile, temporaryBeside } from '../store/files.js';
import { openObjects } from '../store/objects.js';
import type { RegisterRequest } from './registry.js';
import { MANIFEST, objectsOfModel, type Version, versionText } from './version.js';

export function versionOf(request: RegisterRequest, parity?: Parity): Version {
  const { model, description, pipeline, address, engine } = request;
  const { bundle } = model;
  const metrics = Object.entries(request.metrics).map(([name, value]) => [
    name,
    typeof value === 'number' && !Number.isFinite(value) ? String(value) : value,
  ]);
  return {
    format: 1,
    model: model.object,
    objects: [...objectsOfModel(model.object, bundle), ...(parity ? [parity.proof] : [])].sort(),
    task: bundle.task,
    estimator: bundle.estimator.component,
    metrics: Object.fromEntries(metrics) as Version['metrics'],
    trainingData: bundle.trainingData,
    trainingRows: bundle.trainingRows,
    engine,
    ...(description !== undefined && { description }),
    ...(pipeline !== undefined && { pipeline }),
    ...(address !== undefined && { address }),
    ...(parity && { parity }),
  };
}

/** Writes a version's folder aside, makes it durable, and gives it its name: it is there whole or not at all. */
export async function fill(folder: string, from: Objects, version: Version): Promise<void> {
  const aside = temporaryBeside(folder);
  const durability = new Durability();
  try {
    mkdirSync(aside, { recursive: true });
    const objects = openObjects(join(aside, 'objects'), { durability });
    for (const digest of version.objects) {
      const bytes = await from.get(digest);
      if (!bytes)
        throw new ProblemError(
          problem('store/damaged', `the model's object ${digest} is missing or damaged`, {
            hint: 'train it again: the run rebuilds what is missing',
          }),
        );
      await objects.put(bytes);
    }
    replaceFile(join(aside, MANIFEST), versionText(version), { mode: 0o444 });
    durability.file(join(aside, MANIFEST));
    await durability.flush();
    faultPoint('registry.filled');
    renameSync(aside, folder);
    faultPoint('registry.named');
    durability.folder(join(folder, '..'));
    await durability.flush();
  } catch (error) {
    rmSync(aside, { recursive: true, force: true });
    throw refusal(error, folder);
  }
}

/** Names in a folder by code point; none where there is no folder. */
export function entries(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch (error) {
    if (isAbsent(error)) return [];
    throw error;
  }
}
