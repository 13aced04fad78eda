import type { Artifact, FileArtifact } from '../artifacts/artifact.js';
import type { Digest } from '../canonical.js';
import type { Catalog } from '../component.js';
import { loadArtifact } from '../run/artifact-io.js';
import type { NodeResult } from '../run/result.js';
import type { ReportInput } from './input.js';
import { readProfiles } from './kept-profiles.js';
import { profileOf, type TableProfile } from './profile.js';
import { ceilings, type Score, scoreOf } from './scores.js';

/** A table that a step made, in one line. */
export interface TableLine {
  readonly output: string;
  readonly content: Digest;
  readonly rows: number;
  readonly columns: number;
  readonly target: string;
  readonly split: string;
}

export interface Found {
  readonly scores: readonly Score[];
  readonly figures: readonly { readonly address: string; readonly file: FileArtifact }[];
  readonly texts: readonly {
    readonly address: string;
    readonly title: string;
    readonly sections: readonly { heading: string; text: string }[];
  }[];
  readonly tables: readonly TableLine[];
  readonly profiles: readonly { readonly table: Digest; readonly profile: TableProfile }[];
}

const mostProfiles = 6;

/** Reads back what the steps made. An output that the store has lost is left out: a report must not fail a run. */
export async function gather({ run, store, catalog, machine, earlier = [] }: ReportInput): Promise<Found> {
  const scores: Score[] = [];
  const top = ceilings(run.nodes);
  const figures: { address: string; file: FileArtifact }[] = [];
  const texts: Found['texts'][number][] = [];
  const tables: TableLine[] = [];
  const kept = machine ? await readProfiles(earlier, machine.engine) : {};
  const profiles: Found['profiles'][number][] = [];
  let targeted = false;
  for (const node of run.nodes) {
    const outputs = await outputsOf(node, store, catalog);
    let details = {};
    for (const [port, artifact] of outputs) {
      const output = port === outputs[0]![0] ? node.address : `${node.address}.${port}`;
      if (artifact.kind === 'metrics') details = { ...details, ...artifact.details };
      else if (artifact.kind === 'file' && artifact.media.startsWith('image/'))
        figures.push({ address: node.address, file: artifact });
      else if (artifact.kind === 'report') texts.push({ ...artifact, address: node.address });
      else if (artifact.kind === 'table') {
        const { fields, split } = artifact.schema;
        const target = fields.filter((field) => field.role === 'target').map((field) => field.name);
        tables.push({
          output,
          content: artifact.digest,
          rows: artifact.rows,
          columns: fields.length,
          target: target.join(', '),
          split: split ? `${split.part}, cut by ${split.by}` : '',
        });
        // What came in, and the first table in which something is to be learned.
        const isFirst: boolean = target.length > 0 && !targeted;
        const cameIn = node.use.startsWith('ingest.') && output === node.address;
        if ((cameIn || isFirst) && profiles.length < mostProfiles) {
          const before = kept[artifact.digest];
          const profile = before ? { ...before, title: output } : await profileOf(output, artifact);
          profiles.push({ table: artifact.digest, profile });
          targeted ||= isFirst;
        }
      }
    }
    if (Object.keys(node.metrics).length > 0) scores.push(scoreOf(node, details, top, catalog));
  }
  return { scores, figures, texts, tables, profiles };
}

/** In the order that the component states, main output first: that of a stored result is by name. */
export async function outputsOf(
  node: Pick<NodeResult, 'use' | 'outputs'>,
  store: ReportInput['store'],
  catalog?: Catalog,
): Promise<readonly [string, Artifact][]> {
  const found: [string, Artifact][] = [];
  const order = Object.keys(catalog?.components.get(node.use)?.outputs ?? {});
  const place = (port: string) => (order.includes(port) ? order.indexOf(port) : order.length);
  const outputs = Object.entries(node.outputs).sort(([a], [b]) => place(a) - place(b));
  for (const [port, output] of outputs) {
    const artifact = await loadArtifact(store, output).catch(() => undefined);
    if (artifact) found.push([port, artifact]);
  }
  return found;
}
