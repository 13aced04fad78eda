import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Digest } from '../canonical.js';
import type { TableProfile } from './profile.js';

/** Profiles of a report by the digests of their tables, which are all that they depend on besides the engine. */
export interface KeptProfiles {
  readonly format: 3;
  readonly engine: string;
  readonly profiles: { readonly [table: Digest]: TableProfile };
}

const file = 'profiles.json';

/** Those of earlier reports by this engine, so that a run which reused everything reads no data to describe it. */
export async function readProfiles(
  earlier: readonly string[],
  engine: string,
): Promise<KeptProfiles['profiles']> {
  for (const folder of earlier) {
    const kept = await readFile(join(folder, file), 'utf8').then(
      (text) => JSON.parse(text) as KeptProfiles,
      () => undefined,
    );
    if (kept?.format === 3 && kept.engine === engine) return kept.profiles;
  }
  return {};
}

export const writeProfiles = (
  folder: string,
  kept: Omit<KeptProfiles, 'format'>,
  redact: (text: string) => string,
) => writeFile(join(folder, file), redact(JSON.stringify({ format: 3, ...kept })));
