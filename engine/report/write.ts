import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeCards } from './card-of-run.js';
import { writeFigures } from './figures.js';
import { gather } from './gather.js';
import type { ReportInput } from './input.js';
import { writeProfiles } from './kept-profiles.js';
import { renderHtml, renderMarkdown } from './render.js';
import { viewOf } from './view.js';

/**
 * Writes `report.md`, `report.html` (whole by itself), `figures/` (SVG, PNG, data as CSV) and a card for each model that
 * was registered to a folder, which is made where it is not there. Everything in it is taken from the run and from what its steps made; nothing but the
 * times of the run differs when it is written again.
 */
export async function writeReport(folder: string, input: ReportInput): Promise<void> {
  await mkdir(join(folder, 'figures'), { recursive: true });
  const found = await gather(input);
  const view = viewOf(input, found, await writeFigures(folder, input, found));
  const redact = input.redact ?? ((text: string) => text);
  await writeFile(join(folder, 'report.md'), redact(await renderMarkdown(view)));
  await writeFile(join(folder, 'report.html'), redact(await renderHtml(view)));
  await writeCards(folder, input, found);
  if (input.machine) {
    const profiles = Object.fromEntries(found.profiles.map(({ table, profile }) => [table, profile]));
    await writeProfiles(folder, { engine: input.machine.engine, profiles }, redact);
  }
}
