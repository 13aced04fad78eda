import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { OpenedVersion, RegisteredVersion } from '../registry/registry.js';
import { modelCard } from '../report/card.js';
import { cardFile } from '../report/card-of-run.js';
import { runFolder } from '../store/runs.js';

/** The card that the run wrote which registered the version; it knows more than the version alone. */
export function keptCard(root: string, { name, number, ledger }: RegisteredVersion): string | undefined {
  const run = ledger.flatMap((entry) => (entry.type === 'registered' && entry.run ? [entry.run] : []))[0];
  if (run === undefined) return undefined;
  const files = [1, 2].map((count) => join(runFolder(root, run), cardFile(name, count)));
  return files.find(
    (file) =>
      existsSync(file) && readFileSync(file, 'utf8').startsWith(`# Model card of ${name}@${number}\n`),
  );
}

/** The card of a version as Markdown: that of its run, else one of what the version itself knows. */
export async function cardOf(root: string, opened: OpenedVersion): Promise<string> {
  const kept = keptCard(root, opened);
  return kept === undefined ? modelCard(opened) : readFileSync(kept, 'utf8');
}
