import { readFileSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { sharedBytes } from '../../components/lib/compute/shared.js';
import { zipOf } from '../../components/lib/xlsx/zip.js';
import type { Objects } from '../artifacts/objects.js';
import { canonical, type Digest, sha256 } from '../canonical.js';
import type { Bundle } from '../learn/bundle-format.js';
import { ProblemError, problem } from '../problem.js';
import { isAbsent, replaceFile, writeChunks } from '../store/files.js';
import { openArchive } from '../store/unzip.js';
import { orThrow } from './problems.js';
import { isModelName } from './reference.js';
import type { OpenedVersion } from './registry.js';
import {
  MANIFEST,
  objectsOfModel,
  parseVersion,
  type Version,
  versionDigest,
  versionText,
} from './version.js';

/** What a copy of a version is called where it came from; the version itself knows neither name nor number. */
const LABEL = 'model.json';
/** For people who get a copy; no digest vouches for it, and nothing reads it. */
const CARD = 'MODEL_CARD.md';

/** A version outside of any registry: every byte of it was checked against its digest. */
export interface Copy extends Pick<OpenedVersion, 'name' | 'number' | 'version' | 'digest' | 'bundle'> {
  /** Read-only: what the copy holds. */
  readonly objects: Objects;
}

/** Where an object lies in a copy, as in the registry. */
const pathOf = (digest: Digest): string => `objects/${digest.slice(0, 2)}/${digest.slice(2)}`;

/**
 * Writes a version, and its model card, as a folder, or as a zip where `out` ends in .zip; equal versions with equal
 * cards give equal bytes.
 */
export async function writeCopy(opened: OpenedVersion, out: string, card: string): Promise<void> {
  const { name, number, version, digest, objects } = opened;
  const bytesOf = async (object: Digest) => {
    const bytes = await objects.get(object);
    if (!bytes) throw damagedCopy(`${name}@${number}`, `its object ${object} is missing or damaged`);
    return bytes;
  };
  const texts = [
    [LABEL, `${canonical({ format: 1, name, number, digest })}\n`],
    [MANIFEST, versionText(version)],
    [CARD, card],
  ] as const;
  if (!/\.zip$/i.test(out)) {
    for (const object of version.objects) replaceFile(join(out, pathOf(object)), await bytesOf(object));
    for (const [file, text] of texts) replaceFile(join(out, file), text);
    return;
  }
  const files = [
    ...texts.map(([file, text]) => ({ name: file, content: [text] })),
    ...version.objects.map((object) => ({
      name: pathOf(object),
      content: (async function* () {
        yield await bytesOf(object);
      })(),
    })),
  ];
  await writeChunks(out, zipOf(files));
}

/**
 * Opens a folder or zip with one version. Throws `store/damaged` where a file is missing or is not what its digest
 * says, or where the version names other objects than its bundle is made of; what else lies there is never read.
 */
export async function openCopy(path: string): Promise<Copy> {
  const read = readerOf(path);
  const text = read(MANIFEST);
  if (!text) throw damagedCopy(path, `it has no ${MANIFEST}`);
  const version = parseVersion(Buffer.from(text).toString('utf8'));
  if (version === 'damaged') throw damagedCopy(path, `its ${MANIFEST} does not fit its digest`);
  const found = (digest: Digest) => {
    const bytes = /^[0-9a-f]{64}$/.test(digest) ? read(pathOf(digest)) : undefined;
    return bytes && sha256(bytes) === digest ? onShared(bytes) : undefined;
  };
  for (const digest of version.objects)
    if (!found(digest)) throw damagedCopy(path, `its object ${digest} is missing or damaged`);
  const bundle = bundleOf(path, version, found);
  return {
    ...labelOf(path, read(LABEL)),
    version,
    digest: versionDigest(version),
    bundle,
    objects: {
      get: async (digest) => found(digest),
      has: async (digest) => found(digest) !== undefined,
      put: () => Promise.reject(new Error('a copy of a model is read only')),
    },
  };
}

/** Kernels on other threads see shared memory without a copy. */
function onShared(bytes: Uint8Array): Uint8Array {
  const shared = new Uint8Array(sharedBytes(bytes.length));
  shared.set(bytes);
  return shared;
}

function bundleOf(path: string, version: Version, found: (digest: Digest) => Uint8Array | undefined): Bundle {
  const bytes = found(version.model);
  try {
    const bundle = JSON.parse(Buffer.from(bytes!).toString('utf8')) as Bundle;
    const own = [...objectsOfModel(version.model, bundle), ...(version.parity ? [version.parity.proof] : [])];
    if (canonical(own.sort()) === canonical([...version.objects])) return bundle;
  } catch {
    // told below: it is no bundle
  }
  throw damagedCopy(path, 'its objects are not those of its bundle');
}

/** Reads files of a folder or an archive by name. */
function readerOf(path: string): (name: string) => Uint8Array | undefined {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat) throw new ProblemError(problem('file/missing', `there is no file or folder ${path}`));
  if (stat.isDirectory())
    return (name) => {
      try {
        return readFileSync(join(path, name));
      } catch (error) {
        if (isAbsent(error)) return undefined;
        throw error;
      }
    };
  if (stat.size > 2 * 1024 ** 3 - 1)
    throw new ProblemError(problem('data/format', `${path} is larger than 2 GiB`));
  return orThrow(openArchive(readFileSync(path))).read;
}

/** Name and number where it was exported; of a version's folder in a registry those of its folders. */
function labelOf(path: string, label: Uint8Array | undefined): { name: string; number: number } {
  const [number, name] = [basename(resolve(path)), basename(dirname(resolve(path)))];
  try {
    const read = JSON.parse(Buffer.from(label ?? '').toString('utf8')) as { name: string; number: number };
    if (isModelName(read.name) && Number.isSafeInteger(read.number))
      return { name: read.name, number: read.number };
  } catch {
    // without a label
  }
  return isModelName(name) && /^[1-9]\d*$/.test(number)
    ? { name, number: Number(number) }
    : { name: 'model', number: 0 };
}

const damagedCopy = (path: string, what: string) =>
  new ProblemError(
    problem('store/damaged', `${path} cannot be used: ${what}`, {
      hint: 'it was changed or copied in part: export it again with toolbox models export',
    }),
  );
