import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { toPng } from '../../components/lib/plot/to-png.js';
import type { FileArtifact } from '../artifacts/artifact.js';
import { writeArtifact } from '../export/write.js';
import { type Chart, chartsOf } from './charts.js';
import type { Found } from './gather.js';
import { graphChart } from './graph.js';
import type { ReportInput } from './input.js';
import { byStep } from './scores.js';

/** A figure that lies in the report's folder. Paths are relative to it. */
export interface WrittenFigure {
  readonly address: string;
  readonly title: string;
  /** Gets a row of its own: what a step drew, and the number to look at first. */
  readonly own: boolean;
  /** By ending: svg, png, csv. */
  readonly files: { readonly [ending: string]: string };
  /** Too much for a phone's width: it scrolls there. */
  readonly wide: boolean;
  /** `data:` address of the picture, so that the page is whole by itself. */
  readonly embedded: string;
}

export interface WrittenFigures {
  readonly figures: readonly WrittenFigure[];
  /** The steps with states and times. */
  readonly graph?: WrittenFigure;
}

const isWide = (svg: string): boolean => Number(/<svg[^>]* width="([\d.]+)"/.exec(svg)?.[1] ?? 0) > 700;

/** What screen readers say of an SVG. */
const titleOf = (svg: string): string | undefined =>
  /<title>([^<]+)<\/title>/
    .exec(svg)?.[1]
    ?.replace(/&(?:lt|gt|quot|#39|amp);/g, (entity) => entities[entity]!);
const entities: { readonly [entity: string]: string } = {
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#39;': "'",
  '&amp;': '&',
};

const media: { readonly [ending: string]: string } = { svg: 'image/svg+xml', png: 'image/png' };
const dataUri = (ending: string, bytes: Uint8Array): string =>
  `data:${media[ending]};base64,${Buffer.from(bytes).toString('base64')}`;

/** Only letters that every file system takes. `map[survey=a]` is `map-survey-a`. */
const fileName = (text: string): string =>
  text
    .replace(/[^A-Za-z0-9_]+/g, '-')
    .replace(/^-|-$/g, '')
    .slice(0, 80) || 'figure';

/** Writes every figure as SVG and PNG with its data as CSV to `figures/` of the folder, which must be there. */
export async function writeFigures(
  folder: string,
  input: ReportInput,
  found: Found,
): Promise<WrittenFigures> {
  const written: WrittenFigure[] = [];
  const names = new Set<string>();
  const unused = (wanted: string) => {
    let name = fileName(wanted);
    for (let i = 2; names.has(name); i++) name = `${fileName(wanted)}-${i}`;
    names.add(name);
    return name;
  };
  for (const { address, file } of found.figures) {
    const figure = await writeFigure(folder, input, unused(address), address, file);
    if (figure) written.push(figure);
  }
  const draw = async (address: string, wanted: string, { title, svg, csv, own }: Chart) => {
    const path = join('figures', unused(wanted));
    const files = { svg: `${path}.svg`, png: `${path}.png`, csv: `${path}.csv` };
    await writeFile(join(folder, files.svg), svg);
    await writeFile(join(folder, files.png), await pngOf(svg, files, input.earlier ?? []));
    await writeFile(join(folder, files.csv), csv);
    const embedded = dataUri('svg', Buffer.from(svg));
    return { address, title, own: own ?? false, wide: isWide(svg), files: slashed(files), embedded };
  };
  for (const group of byStep(found.scores))
    for (const chart of chartsOf(group))
      written.push(await draw(group.step, `${group.step} ${chart.name}`, chart));
  const graph = graphChart(input);
  return { figures: written, ...(graph && { graph: await draw('', graph.name, graph) }) };
}

/** A second of work the first time in a process, so not done again for a run that reused everything. */
async function pngOf(
  svg: string,
  files: { readonly svg: string; readonly png: string },
  earlier: readonly string[],
): Promise<Uint8Array> {
  for (const folder of earlier) {
    const before = await readFile(join(folder, files.svg), 'utf8').catch(() => undefined);
    const png = before === svg && (await readFile(join(folder, files.png)).catch(() => undefined));
    if (png) return png;
  }
  // On this thread: the run is over, and a worker would first have to load renderer and fonts.
  return toPng(svg);
}

const slashed = (files: { readonly [ending: string]: string }) =>
  Object.fromEntries(Object.entries(files).map(([ending, path]) => [ending, path.replaceAll('\\', '/')]));

/** A figure that a step made, in all the formats that it has; undefined where the store has lost it. */
async function writeFigure(
  folder: string,
  { store }: ReportInput,
  name: string,
  address: string,
  file: FileArtifact,
): Promise<WrittenFigure | undefined> {
  const own = file.media === 'image/svg+xml' ? 'svg' : file.media === 'image/png' ? 'png' : undefined;
  if (!own) return undefined;
  const files: { [ending: string]: string } = {};
  let embedded: string | undefined;
  let svg = '';
  for (const [ending, digest] of Object.entries({ [own]: file.object, ...file.also })) {
    const bytes = await store.objects.get(digest);
    if (!bytes) continue;
    const path = join('figures', `${name}.${ending}`);
    await writeFile(join(folder, path), bytes);
    files[ending] = path;
    if (ending === 'svg' || (ending === 'png' && !embedded)) embedded = dataUri(ending, bytes);
    if (ending === 'svg') svg = Buffer.from(bytes).toString('utf8');
  }
  if (!embedded) return undefined;
  const table = file.data && (await store.tables.open(file.data).catch(() => undefined));
  if (table) {
    const path = join('figures', `${name}.csv`);
    await writeArtifact(store.objects, table, join(folder, path));
    files['csv'] = path;
  }
  const said = titleOf(svg);
  const title = said === undefined ? address : `${said} (${address})`;
  return { address, title, own: true, wide: isWide(svg), files: slashed(files), embedded };
}
