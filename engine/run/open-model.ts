import { openModel } from '../learn/bundle.js';
import { type Online, openOnline } from '../learn/online.js';
import type { FittedPath } from '../learn/path.js';
import type { OpenedVersion } from '../registry/registry.js';
import { learnEnvironment, type StepDoor } from './context.js';

/**
 * A registered model ready to answer requests, out of the version's own objects. Its example is replayed first: throws
 * `learn/signature` where it does not answer as it did when it was trained.
 */
export async function openServing(
  door: StepDoor,
  { bundle, objects }: Pick<OpenedVersion, 'bundle' | 'objects'>,
): Promise<{ readonly fitted: FittedPath; readonly online: Online }> {
  const env = { ...learnEnvironment(door), objects };
  const fitted = await openModel(env, bundle);
  return { fitted, online: openOnline(env, fitted, bundle.input) };
}
