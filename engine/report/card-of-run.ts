import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Digest } from '../canonical.js';
import type { NodeResult } from '../run/result.js';
import { type CardRun, modelCard } from './card.js';
import type { Found } from './gather.js';
import type { ReportInput } from './input.js';

/** File of the card of a model, of `count` that the run registered. */
export const cardFile = (name: string, count: number): string =>
  count > 1 ? `MODEL_CARD-${name}.md` : 'MODEL_CARD.md';

/** Writes a card for each model that the run registered; none where its registry was lost meanwhile. */
export async function writeCards(folder: string, input: ReportInput, found: Found): Promise<void> {
  const { run, registry, redact = (text: string) => text } = input;
  const registered = run.nodes.filter(
    ({ use, metrics }) => use === 'serve.register' && metrics['version'] !== undefined,
  );
  for (const node of registered) {
    const name = String(node.metrics['name']);
    const model = await registry?.open(`${name}@${node.metrics['version']}`).catch(() => undefined);
    if (!model) continue;
    const card = await modelCard(model, runOf(input, found, node));
    await writeFile(join(folder, cardFile(name, registered.length)), redact(card));
  }
}

/** What led to a registered model, found by the contents that each step took. */
function runOf(input: ReportInput, found: Found, registration: NodeResult): CardRun {
  const { run, description, machine, results } = input;
  const record = ({ key }: NodeResult) => (key === undefined ? undefined : results?.read(key)?.record);
  const taken = (node: NodeResult | undefined, port: string): Digest | undefined =>
    node && record(node)?.parts.inputs[port]?.[0];
  const maker = (content: Digest | undefined) =>
    run.nodes.find(({ outputs }) => Object.values(outputs).some((output) => output.content === content));
  const training = maker(taken(registration, 'model'));
  const scoring = maker(taken(registration, 'metrics'));
  const score = found.scores.find(({ address }) => address === scoring?.address);
  const split = found.tables.find(({ content }) => content === taken(training, 'in'))?.split;
  const time = training && record(training)?.seconds;
  return {
    id: run.id,
    pipeline: run.pipeline,
    files: run.nodes.flatMap((node) => Object.entries(record(node)?.parts.externals ?? {})),
    ...(description !== undefined && { description }),
    ...(score && { score }),
    ...(split && { split: split.replace(/^.*cut by /, '') }),
    ...(time !== undefined && { seconds: time }),
    ...(machine && { machine }),
  };
}
