import { mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Artifact } from '../artifacts/artifact.js';
import { csvOf } from '../export/csv.js';
import { metricsCsv } from '../export/metrics.js';
import { isAbsent, replaceFile } from '../store/files.js';

/** Rows of a table that a snapshot holds; its number of rows is in it too. */
const maxRows = 10_000;

/** An output as text that a person can read and a review can compare: CSV, or a digest where there are no rows. */
export async function snapshotOf(artifact: Artifact): Promise<string> {
  switch (artifact.kind) {
    case 'table': {
      const lines: string[] = [];
      for await (const text of csvOf(artifact)) {
        lines.push(...text.trimEnd().split('\n'));
        if (lines.length > maxRows) break;
      }
      const rest = artifact.rows > maxRows ? [`# ${artifact.rows} rows, ${artifact.digest}`] : [];
      return `${[...lines.slice(0, maxRows + 1), ...rest].join('\n')}\n`;
    }
    case 'metrics':
      return metricsCsv(artifact);
    case 'report':
      return `${JSON.stringify(artifact, null, 1)}\n`;
    default:
      return `${artifact.kind} ${artifact.object}\n`;
  }
}

/** `tests/snapshots/SUITE/TEST/OUTPUT.txt`, relative to the project. */
export function snapshotFile(suite: string, test: string, output: string): string {
  const slug = (text: string) =>
    text
      .toLowerCase()
      .replace(/\.ya?ml$/, '')
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-|-$/g, '');
  const [of, name] = [suite.replace(/^.*\//, ''), output.replaceAll('.', '-')];
  return join('tests', 'snapshots', slug(of), slug(test) || 'test', `${slug(name)}.txt`);
}

export function readSnapshot(root: string, file: string): string | undefined {
  try {
    return readFileSync(join(root, file), 'utf8');
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw error;
  }
}

export function writeSnapshot(root: string, file: string, text: string): void {
  mkdirSync(dirname(join(root, file)), { recursive: true });
  replaceFile(join(root, file), text);
}

/** The first line where two texts differ, in words; undefined where they are equal. */
export function difference(recorded: string, now: string): string | undefined {
  if (recorded === now) return undefined;
  const [before, after] = [recorded.split('\n'), now.split('\n')];
  const line = before.findIndex((text, i) => text !== after[i]);
  const at = line < 0 ? before.length : line;
  const show = (lines: readonly string[]) => JSON.stringify(lines[at] ?? 'nothing').slice(0, 120);
  return `line ${at + 1} was ${show(before)} and is ${show(after)}`;
}
