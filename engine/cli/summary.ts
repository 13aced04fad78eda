import type { Json } from '../canonical.js';
import { countOf, type NodeResult } from '../run/result.js';
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
    `${t.bold(result.pipeline)} ${states[result.status]} in ${duration(result.seconds)}: ${ran} ran, ${reused} reused, ${skipped} skipped${failed > 0 ? `, ${failed} failed` : ''}`,
  );
  for (const node of result.nodes)
    if (node.status === 'skipped') lines.push(t.dim(`  - ${node.address}: ${node.reason}`));
  const scores = result.nodes.flatMap(scoreRows);
  if (scores.length > 0)
    lines.push(
      '',
      columns(scores, t.columns, [
        'step',
        'metric',
        'value',
        'baseline',
        'shuffled labels',
        'random split',
        'ceiling',
      ]),
    );
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

const first = ['f1_weighted', 'accuracy', 'rmse', 'r2', 'f1_micro', 'mean_f1_micro'];

/** The leading scores of a step that measured some, beside what they must be compared with. */
function scoreRows(node: NodeResult): readonly string[][] {
  const value = (name: string) => {
    const found = node.metrics[name];
    return typeof found === 'number' ? found.toFixed(3) : '';
  };
  return first
    .filter((name) => typeof node.metrics[name] === 'number')
    .map((name) => [
      node.address,
      name,
      value(name),
      value(`baseline_${name}`) || value(name.replace('mean_', 'mean_baseline_')),
      value(`control_${name}`) || value(name.replace('mean_', 'mean_control_')),
      value(`random_split_${name}`),
      value(`oracle_${name}`),
    ]);
}

const headText = (head: { [key: string]: Json }): string => {
  const digest = typeof head['root'] === 'string' ? head['root'] : JSON.stringify(head);
  return `${digest.slice(0, 32)}  keep it elsewhere to prove the log later`;
};
