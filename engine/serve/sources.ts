import { existsSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import type { Bundle } from '../learn/bundle-format.js';
import { ProblemError, problem } from '../problem.js';
import { parseReference } from '../registry/reference.js';
import { type OpenedVersion, openRegistry } from '../registry/registry.js';
import { MANIFEST, readVersion, type Version, versionDigest, versionObjects } from '../registry/version.js';

/** A version as it is served. */
export interface Opened extends Pick<OpenedVersion, 'bundle' | 'objects' | 'version' | 'digest'> {
  /** `facies@3`; of a folder that is in no registry `facies@` and the beginning of its digest. */
  readonly id: string;
}

/** Where a served model comes from. What a reference means may change while it is served. */
export interface ModelSource {
  /** Name in addresses: `/models/<name>/predict`. */
  readonly name: string;
  /** As it was asked for: `facies@production`, a folder. */
  readonly reference: string;
  /** In no registry: the folder itself may come to hold another version. */
  readonly isFolder: boolean;
  /** Which version it means now. Throws problems. */
  position(): string;
  /** Reads and checks that version. Throws problems. */
  open(): Promise<Opened>;
}

/** A version of the project's registry, or a folder that holds one. */
export function modelSource(root: string | undefined, reference: string): ModelSource {
  if (existsSync(join(reference, MANIFEST))) return folderSource(resolve(reference));
  if (root === undefined || /[\\/]/.test(reference))
    throw new ProblemError(
      problem('registry/none', `there is no model in ${reference}`, {
        hint: `a folder to serve holds ${MANIFEST} and objects/; a name needs a project (toolbox.yaml)`,
      }),
    );
  const registry = openRegistry(root);
  const parsed = parseReference(reference);
  if (!parsed.ok) throw new ProblemError(...parsed.problems);
  return {
    name: parsed.value.name,
    reference,
    isFolder: false,
    position() {
      const resolved = registry.resolve(reference);
      if (!resolved.ok) throw new ProblemError(...resolved.problems);
      return String(resolved.value.number);
    },
    async open() {
      const opened = await registry.open(reference);
      return { ...opened, id: `${opened.name}@${opened.number}` };
    },
  };
}

function folderSource(folder: string): ModelSource {
  const read = (): Version => {
    const version = readVersion(folder);
    if (typeof version === 'object') return version;
    throw new ProblemError(
      problem('store/damaged', `${folder} cannot be served: its ${MANIFEST} is ${version ?? 'missing'}`),
    );
  };
  const number = /^[1-9]\d*$/.test(basename(folder)) ? basename(folder) : undefined;
  const name = nameFrom(number === undefined ? basename(folder) : basename(dirname(folder)));
  return {
    name,
    reference: folder,
    isFolder: true,
    position: () => `${versionDigest(read())} ${statSync(join(folder, MANIFEST)).mtimeMs}`,
    async open() {
      const version = read();
      const objects = versionObjects(folder);
      const manifest = await objects.get(version.model);
      if (!manifest)
        throw new ProblemError(problem('store/damaged', `${folder} cannot be served: its bundle is missing`));
      const digest = versionDigest(version);
      const bundle = JSON.parse(Buffer.from(manifest).toString('utf8')) as Bundle;
      return { id: `${name}@${number ?? digest.slice(0, 12)}`, version, digest, objects, bundle };
    },
  };
}

const nameFrom = (text: string): string =>
  text
    .toLowerCase()
    .replaceAll(/[^a-z0-9-]+/g, '-')
    .replace(/^[^a-z]+/, '')
    .slice(0, 63) || 'model';
