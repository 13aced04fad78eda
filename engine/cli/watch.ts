import { statSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';

const EVERY_MS = 300;

const stampOf = (path: string): string => {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat ? `${stat.mtimeMs}:${stat.size}` : 'none';
};

/**
 * Waits until one of the files changes, appears or goes, and then until it has been quiet for one look; gives the file,
 * or undefined where it was cancelled. Looks instead of listening: file events differ between systems and are missing
 * on network drives.
 */
export async function nextChange(paths: readonly string[], cancel: AbortSignal): Promise<string | undefined> {
  const stamps = new Map(paths.map((path) => [path, stampOf(path)]));
  let changed: string | undefined;
  while (!cancel.aborted) {
    await setTimeout(EVERY_MS, undefined, { signal: cancel }).catch(() => {});
    const found = paths.find((path) => stampOf(path) !== stamps.get(path));
    if (found === undefined && changed !== undefined) return changed;
    for (const path of paths) stamps.set(path, stampOf(path));
    changed = found ?? changed;
  }
  return undefined;
}
