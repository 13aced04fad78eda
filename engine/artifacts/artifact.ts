import type { Digest, Json } from '../canonical.js';
import type { Bundle } from '../learn/bundle-format.js';
import type { Table } from './table.js';

export type ArtifactKind = 'table' | 'model' | 'metrics' | 'report' | 'documents' | 'index' | 'file';

/** Numbers that a step measured, by name; read in expressions as `steps.<id>.metrics.<name>`. */
export interface Metrics {
  readonly kind: 'metrics';
  readonly values: { readonly [name: string]: number | string | boolean | null };
  /** Anything wider: per-class tables, curves, confusion matrix, intervals; for reports. */
  readonly details: { readonly [name: string]: Json };
}

/** A file with a media type: a figure, an exported document. */
export interface FileArtifact {
  readonly kind: 'file';
  readonly name: string;
  readonly media: string;
  readonly object: Digest;
  /** The same figure in other formats, by ending: `png` beside `svg`. */
  readonly also?: { readonly [ending: string]: Digest };
  /** Digest of the manifest of the table that a figure draws, exported as CSV beside it. */
  readonly data?: Digest;
}

/** A trained path from input columns to prediction: see learn/bundle-format.ts. */
export interface Model {
  readonly kind: 'model';
  /** Digest of the bundle's manifest in the object store. */
  readonly object: Digest;
  readonly bundle: Bundle;
  /** Digest of the manifest of the table it was trained on, where this project still has it. */
  readonly training?: Digest;
}

/** Text for people, as sections; rendered to Markdown and HTML by the run. */
export interface Report {
  readonly kind: 'report';
  readonly title: string;
  readonly sections: readonly { readonly heading: string; readonly text: string }[];
}

export interface ArtifactTypes {
  table: Table;
  model: Model;
  metrics: Metrics;
  report: Report;
  file: FileArtifact;
  documents: never;
  index: never;
}

export type Artifact = ArtifactTypes[ArtifactKind];
