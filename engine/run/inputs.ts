import { existsSync, readdirSync, statSync } from 'node:fs';
import { isAbsolute, join, relative, sep } from 'node:path';
import { sharedF64, sharedI32 } from '../../components/lib/compute/shared.js';
import type { Artifact } from '../artifacts/artifact.js';
import type { Column } from '../artifacts/column.js';
import { Frame } from '../artifacts/frame.js';
import type { Field } from '../artifacts/schema.js';
import type { Table } from '../artifacts/table.js';
import { type Digest, digestOf, type Json } from '../canonical.js';
import type { Each, Node, Source } from '../plan/graph.js';
import type { Problem } from '../problem.js';
import { resolvePath } from '../project.js';
import { missingFile } from '../spec/missing-files.js';
import type { StoredOutput } from '../store/record.js';
import { loadArtifact } from './artifact-io.js';
import type { Workspace } from './workspace.js';

/** Outputs of nodes that have ended, by address. */
export type Outputs = ReadonlyMap<string, { readonly [port: string]: StoredOutput }>;

const members = (source: Source): readonly { address: string; port: string; each: Each }[] =>
  source.kind === 'one'
    ? [{ ...source, each: {} }]
    : source.members.map((m) => ({ ...m, port: source.port }));

/** Content digests of a node's inputs by port, in the order wired; an absent optional output is left out. */
export function inputContents(node: Node, outputs: Outputs): { readonly [port: string]: readonly Digest[] } {
  return Object.fromEntries(
    Object.entries(node.inputs).map(([port, sources]) => [
      port,
      sources
        .flatMap(members)
        .map(({ address, port: output, each }) => {
          const content = outputs.get(address)?.[output]?.content;
          return content && Object.keys(each).length > 0 ? digestOf([content, each]) : content;
        })
        .filter((content) => content !== undefined),
    ]),
  );
}

/** The artifacts themselves. Instances of a `foreach` come as one table with the keys as columns, or as a list. */
export async function loadInputs(
  workspace: Workspace,
  node: Node,
  outputs: Outputs,
): Promise<{ readonly [port: string]: Artifact | readonly Artifact[] }> {
  const loaded: { [port: string]: Artifact | readonly Artifact[] } = {};
  for (const [port, sources] of Object.entries(node.inputs)) {
    const many = node.step.target.kind === 'component' && node.step.target.info.inputs[port]?.many;
    const artifacts: Artifact[] = [];
    for (const source of sources) {
      const found = await loadSource(workspace, source, outputs);
      if (source.kind === 'gather' && !many && found.every((one) => one.artifact.kind === 'table'))
        artifacts.push(await gather(workspace, found as { artifact: Table; each: Each }[]));
      else artifacts.push(...found.map((one) => one.artifact));
    }
    loaded[port] = many || artifacts.length > 1 ? artifacts : artifacts[0]!;
  }
  return loaded;
}

async function loadSource(workspace: Workspace, source: Source, outputs: Outputs) {
  const found: { artifact: Artifact; each: Each }[] = [];
  for (const { address, port, each } of members(source)) {
    const output = outputs.get(address)?.[port];
    if (output) found.push({ artifact: await loadArtifact(workspace, output), each });
  }
  return found;
}

async function gather(
  workspace: Workspace,
  parts: readonly { artifact: Table; each: Each }[],
): Promise<Table> {
  const tables: Table[] = [];
  for (const { artifact, each } of parts) {
    const keys = keyColumns(each, artifact.rows, parts);
    const names = [...keys.schema.fields, ...artifact.schema.fields].map((field) => field.name);
    tables.push(
      await workspace.tables.select(await workspace.tables.with(artifact, keys), [...new Set(names)]),
    );
  }
  return workspace.tables.concat(tables);
}

/** The keys of an instance as constant columns: numbers where all instances have numbers, otherwise text. */
function keyColumns(each: Each, rows: number, parts: readonly { each: Each }[]): Frame {
  const fields: Field[] = [];
  const columns = new Map<string, Column>();
  for (const [name, value] of Object.entries(each)) {
    const numeric = parts.every((part) => typeof part.each[name] === 'number');
    fields.push({ name, type: numeric ? 'float64' : 'string', role: 'key', nullable: false });
    columns.set(
      name,
      numeric
        ? { type: 'float64', values: sharedF64(rows).fill(value as number) }
        : {
            type: 'string',
            values: sharedI32(rows),
            dictionary: [typeof value === 'string' ? value : JSON.stringify(value)],
          },
    );
  }
  return new Frame({ fields }, columns, rows);
}

/* ------------------------------------------------------------------------------------------ files */

export interface FileInputs {
  /** Configuration with absolute paths, for the component. */
  readonly config: Json;
  /** Digests by absolute path. */
  readonly digests: ReadonlyMap<string, Digest>;
  /** Digests by path as it enters the key: relative to the project where it lies in it. */
  readonly externals: { readonly [path: string]: Digest };
  /** The configuration as it enters the key, so that a project gives the same keys wherever it lies. */
  readonly keyConfig: Json;
}

/**
 * Finds the fields with `format: path` in a configuration, makes them absolute and takes the digests of the files
 * that they name; of a folder the digest covers names and contents of the files in it (not in folders below).
 */
export async function fileInputs(
  workspace: Workspace,
  schema: Json,
  config: Json,
  typed: ReadonlySet<string>,
  placeOf: (path: (string | number)[]) => Problem['at'],
  problems: Problem[],
): Promise<FileInputs> {
  const digests = new Map<string, Digest>();
  const externals: { [path: string]: Digest } = {};
  const key = (path: string) => {
    const inside = relative(workspace.project.root, path);
    return inside.startsWith('..') || isAbsolute(inside) ? path : inside.split(sep).join('/');
  };
  const one = async (written: string, at: (string | number)[]): Promise<{ path: string; key: string }> => {
    const place = placeOf(at);
    const found = resolvePath(workspace.project, written, {
      typed: typed.has(written),
      ...(place && { at: place }),
    });
    if ('problem' in found) {
      problems.push(found.problem);
      return { path: written, key: written };
    }
    const { path } = found;
    if (!existsSync(path)) problems.push(missingFile(key(path), typed.has(written), place));
    else if (statSync(path).isDirectory()) {
      const names = readdirSync(path, { withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => entry.name)
        .sort();
      const each: Json[] = [];
      for (const name of names) {
        const digest = await workspace.digests.digest(join(path, name));
        digests.set(join(path, name), digest);
        each.push([name, digest]);
      }
      digests.set(path, digestOf(each));
    } else digests.set(path, await workspace.digests.digest(path));
    if (digests.has(path)) externals[key(path)] = digests.get(path)!;
    return { path, key: key(path) };
  };
  const walk = async (
    node: Json | undefined,
    value: Json,
    at: (string | number)[],
  ): Promise<[Json, Json]> => {
    const rule = node as { [word: string]: Json } | undefined;
    if (rule?.['format'] === 'path' && typeof value === 'string') {
      const found = await one(value, at);
      return [found.path, found.key];
    }
    for (const choice of (rule?.['anyOf'] as Json[] | undefined) ?? []) {
      const [absolute, written] = await walk(choice, value, at);
      if (absolute !== value || written !== value) return [absolute, written];
    }
    if (Array.isArray(value)) {
      const pairs: [Json, Json][] = [];
      for (const [i, item] of value.entries()) pairs.push(await walk(rule?.['items'], item, [...at, i]));
      return [pairs.map(([a]) => a), pairs.map(([, b]) => b)];
    }
    if (value !== null && typeof value === 'object') {
      const absolute: { [name: string]: Json } = {};
      const written: { [name: string]: Json } = {};
      for (const [name, item] of Object.entries(value as { [name: string]: Json })) {
        const properties = rule?.['properties'] as { [name: string]: Json } | undefined;
        const patterns = rule?.['patternProperties'] as { [pattern: string]: Json } | undefined;
        const child = properties?.[name] ?? (patterns && Object.values(patterns)[0]);
        [absolute[name], written[name]] = await walk(child, item, [...at, name]);
      }
      return [absolute, written];
    }
    return [value, value];
  };
  const [absolute, written] = await walk(schema, config, ['with']);
  return { config: absolute, keyConfig: written, digests, externals };
}
