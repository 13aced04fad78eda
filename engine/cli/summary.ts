import type { Json } from '../canonical.js';
import { countOf, type NodeResult } from '../run/result.js';
import { leadingScores, scoreCells, scoreHeadings, withoutEmpty } from './scores.js';
import type { Performed } from './session.js';
import { columns, duration, type Terminal } from './terminal.js';

/** What matters at the end of a run: what ran, what came out, where it lies, and the head to keep elsewhere. */
export function summary({ result, sealed, folder }: Performed, t: Terminal): string {
  const { ran, reused, skipped, failed } = countOf(result.nodes);
  const lines: string[] = [''];
  const states = {
    done: t.good('done'),
    failed: t.error('failed'),
    gate: t.error('stopped by a gate'),
    cancelled: t.warn('cancelled'),
  };
  lines.push(
    `${t.bold(result.pipeline)} ${states[result.status]} in ${duration(result.seconds)}: ${ran} ran, ${reused} reused, ${skipped} skipped${failed > 0 ? `, ${failed} ${result.status === 'cancelled' ? 'failed or cancelled' : 'failed'}` : ''}`,
  );
  for (const node of result.nodes)
    if (node.status === 'skipped') lines.push(t.dim(`  - ${node.address}: ${node.reason}`));
  for (const { address, metrics } of result.nodes)
    if (typeof metrics['unmatched'] === 'number' && metrics['unmatched'] > 0)
      lines.push(
        t.warn(
          `  ! ${address}: ${metrics['matched']} rows matched, ${metrics['unmatched']} found no partner`,
        ),
      );
  const scores = scoreRows(result.nodes);
  if (scores.length > 0) {
    const { header, rows } = withoutEmpty(['step', 'metric', ...scoreHeadings], scores);
    lines.push('', columns(rows, t.columns, header));
  }
  const saved = result.nodes.flatMap((node) => node.saved);
  if (saved.length > 0) {
    lines.push('', 'Results');
    for (const file of saved)
      lines.push(
        `  ${file.kept ?? file.path}${file.kept ? t.warn(`  (${file.path} was changed by someone)`) : ''}`,
      );
  }
  lines.push('', `Report  ${folder}/report.html`);
  lines.push(`Run     ${result.id}   ${t.dim(`toolbox runs show ${result.id}`)}`);
  lines.push(`Log     ${headText(sealed.head as unknown as { [key: string]: Json })}`);
  return lines.join('\n');
}

/**
 * The leading scores of each step that measured some, beside what it must be compared with. The ceiling may come from
 * another step: the one that made data with known truth.
 */
function scoreRows(nodes: readonly NodeResult[]): readonly string[][] {
  const ceilings = Object.assign({}, ...nodes.map((node) => withPrefix('oracle_', node.metrics)));
  return nodes.flatMap(({ address, metrics }) =>
    leadingScores(metrics).map((name) => [
      readable(address),
      name,
      ...scoreCells({ ...ceilings, ...metrics }, name),
    ]),
  );
}

const withPrefix = (prefix: string, metrics: NodeResult['metrics']) =>
  Object.fromEntries(Object.entries(metrics).filter(([name]) => name.startsWith(prefix)));

/** `score[well="LUKE G U"]` as `score LUKE G U`: the keys' names are the same on every line. */
const readable = (address: string): string =>
  address.replaceAll(/\[([^\]]*)\]/g, (_, keys: string) =>
    ` ${keys
      .replaceAll(/(^|,)\w+=/g, '$1')
      .replaceAll('"', '')
      .replaceAll(',', ', ')}`.trimEnd(),
  );

const headText = (head: { [key: string]: Json }): string => {
  const digest = typeof head['root'] === 'string' ? head['root'] : JSON.stringify(head);
  return `${digest.slice(0, 32)}  keep it elsewhere to prove the log later`;
};
