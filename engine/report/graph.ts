import { type GraphNode, graphFigure } from '../../components/lib/plot/graph.js';
import type { NodeResult, NodeStatus } from '../run/result.js';
import type { Chart } from './charts.js';
import { csv } from './csv-text.js';
import type { ReportInput } from './input.js';
import { seconds } from './numbers.js';
import { stepOf } from './scores.js';

/** More boxes than this are no picture; the table of steps says the same. */
const mostBoxes = 60;

/** Told apart with every common colour blindness, and the words say the same. */
const colours: { readonly [status in NodeStatus]: string } = {
  ran: '#0072b2',
  reused: '#56b4e9',
  skipped: '#b8b8b8',
  cancelled: '#e69f00',
  gate: '#d55e00',
  failed: '#d55e00',
};
const worst: readonly NodeStatus[] = ['failed', 'gate', 'cancelled', 'skipped', 'ran', 'reused'];

/** The steps with their states and times as a picture, instances of one step in one box. */
export function graphChart({ run, graph }: ReportInput): Chart | undefined {
  if (!graph || run.nodes.length < 2) return undefined;
  const steps = new Map<string, { nodes: NodeResult[]; after: Set<string> }>();
  for (const node of run.nodes) {
    const id = stepOf(node.address);
    const step = steps.get(id) ?? { nodes: [], after: new Set() };
    step.nodes.push(node);
    const { takes = [], waits = [] } = graph.find(({ address }) => address === node.address) ?? {};
    // What it only waits for is drawn where nothing else says that it comes later.
    for (const other of takes.length > 0 ? takes : waits)
      if (stepOf(other) !== id) step.after.add(stepOf(other));
    steps.set(id, step);
  }
  if (steps.size > mostBoxes) return undefined;
  const title = 'Steps, with what they take from one another';
  const boxes = [...steps].map(([id, { nodes, after }]): GraphNode => {
    const status = worst.find((one) => nodes.some((node) => node.status === one))!;
    return {
      id,
      label: nodes.length > 1 ? `${id} × ${nodes.length}` : id,
      note: noteOf(nodes, status),
      colour: colours[status],
      after: [...after],
    };
  });
  return {
    name: 'steps',
    title,
    svg: graphFigure(title, boxes),
    csv: csv([
      ['step', 'state and time', 'takes from'],
      ...boxes.map(({ label, note, after }) => [label, note, after.join(' ')]),
    ]),
  };
}

function noteOf(nodes: readonly NodeResult[], status: NodeStatus): string {
  const count = nodes.filter((node) => node.status === status).length;
  const time = nodes.reduce((sum, node) => sum + (node.status === 'ran' ? node.seconds : 0), 0);
  const words = status === 'gate' ? 'stopped by a gate' : status;
  return [count < nodes.length ? `${count} ${words}` : words, time > 0 ? seconds(time) : '']
    .filter(Boolean)
    .join(', ');
}
