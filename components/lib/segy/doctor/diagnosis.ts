import type { Overrides } from '../overrides.js';
import type { ReadSettings } from '../settings.js';
import type { Verdict } from './verdict.js';

/** What the doctor finds out about a file. Plain data. */
export interface Diagnosis {
  /** Whether the file can be read with `settings`. */
  readonly readable: boolean;
  /** How sure it is that this is a SEG-Y or SU file at all, 0 … 1. */
  readonly confidence: number;
  readonly verdicts: readonly Verdict[];
  /** Settings of ingest.segy beside the path; empty where the defaults read the file alike. */
  readonly settings: ReadSettings;
  /** The same as lines of YAML. */
  readonly lines: readonly string[];
  /** What no setting mends. */
  readonly remarks: readonly string[];
}

/** Settings in the order in which people think of them, as YAML below `with:`. */
export function settingLines({ bytes, ...rest }: ReadSettings): string[] {
  const lines = Object.entries(rest).map(([name, value]) => `${name}: ${String(value)}`);
  if (!bytes || Object.keys(bytes).length === 0) return lines;
  const fields = Object.entries(bytes).map(([name, at]) =>
    typeof at === 'number' || at.type === undefined
      ? `${name}: ${typeof at === 'number' ? at : at.byte}`
      : `${name}: { byte: ${at.byte}, type: ${at.type} }`,
  );
  return [...lines, `bytes: { ${fields.join(', ')} }`];
}

/** The settings about layout that a reading can have. */
export const layoutNames = [
  'kind',
  'endian',
  'format',
  'samples',
  'extended_headers',
  'truncated',
] as const satisfies readonly (keyof Overrides)[];
