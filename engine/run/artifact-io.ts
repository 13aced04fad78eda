import type { Artifact, ArtifactKind, FileArtifact, Metrics, Model, Report } from '../artifacts/artifact.js';
import { objectsOf } from '../artifacts/manifest.js';
import type { Objects } from '../artifacts/objects.js';
import type { TableManifest } from '../artifacts/table.js';
import type { TableStore } from '../artifacts/tables.js';
import { canonical, type Digest, type Json } from '../canonical.js';
import { bundleObjects } from '../learn/bundle.js';
import type { Bundle } from '../learn/bundle-format.js';
import { ProblemError, problem } from '../problem.js';
import type { StoredOutput } from '../store/record.js';

const bytesOf = (value: unknown): Uint8Array => new TextEncoder().encode(canonical(value as Json));

/** Writes an artifact to the store; `objects` are all that it needs to be read again. */
export async function storeArtifact(
  objects: Objects,
  artifact: Artifact,
): Promise<{ output: StoredOutput; objects: readonly Digest[] }> {
  switch (artifact.kind) {
    case 'table': {
      const object = await objects.put(bytesOf(artifact.manifest));
      return {
        output: { kind: 'table', object, content: artifact.digest, size: artifact.rows },
        objects: [object, ...objectsOf(artifact.manifest)],
      };
    }
    case 'model': {
      const object = await objects.put(bytesOf({ bundle: artifact.object, training: artifact.training }));
      return {
        output: { kind: 'model', object, content: artifact.object },
        objects: [object, artifact.object, ...bundleObjects(artifact.bundle)],
      };
    }
    case 'file': {
      const object = await objects.put(bytesOf(artifact));
      const needed = [
        artifact.object,
        ...Object.values(artifact.also ?? {}),
        ...(artifact.data ? [artifact.data] : []),
      ];
      const data = artifact.data ? await readJson<TableManifest>(objects, artifact.data) : undefined;
      return {
        output: { kind: 'file', object, content: object },
        objects: [object, ...needed, ...(data ? objectsOf(data) : [])],
      };
    }
    case 'metrics':
    case 'report': {
      const object = await objects.put(bytesOf(artifact));
      return { output: { kind: artifact.kind, object, content: object }, objects: [object] };
    }
  }
}

/** Reads an artifact back. A missing object is a problem; results with missing objects are not reused. */
export async function loadArtifact(
  { objects, tables }: { objects: Objects; tables: TableStore },
  output: Pick<StoredOutput, 'kind' | 'object'>,
): Promise<Artifact> {
  switch (output.kind) {
    case 'table':
      return tables.open(output.object);
    case 'model': {
      const { bundle, training } = await readJson<{ bundle: Digest; training?: Digest }>(
        objects,
        output.object,
      );
      return {
        kind: 'model',
        object: bundle,
        bundle: await readJson<Bundle>(objects, bundle),
        ...(training && { training }),
      } satisfies Model;
    }
    case 'file':
      return readJson<FileArtifact>(objects, output.object);
    case 'metrics':
      return readJson<Metrics>(objects, output.object);
    case 'report':
      return readJson<Report>(objects, output.object);
    default:
      throw new Error(`no artifacts of kind ${output.kind satisfies ArtifactKind} are stored yet`);
  }
}

export async function readJson<T>(objects: Objects, digest: Digest): Promise<T> {
  const bytes = await objects.get(digest);
  if (!bytes)
    throw new ProblemError(problem('store/damaged', `object ${digest.slice(0, 12)} is missing or damaged`));
  return JSON.parse(new TextDecoder().decode(Uint8Array.from(bytes))) as T;
}
