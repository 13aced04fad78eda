import { percent } from '../../components/lib/plot/text.js';
import type { NodeResult } from '../run/result.js';
import type { KeyParts } from '../store/record.js';
import { type Answer, answerOf, brokeContract } from './answer.js';
import { barsOf } from './bars.js';
import type { WrittenFigure, WrittenFigures } from './figures.js';
import type { Found } from './gather.js';
import { type Cell, type Grid, grid } from './grid.js';
import type { ReportInput } from './input.js';
import { grouped, seconds, shortDigest, shown } from './numbers.js';
import type { TableProfile } from './profile.js';
import { type Quality, qualityOf } from './quality.js';
import { instancesGrid, isScored, metricsGrid, perClassGrid, sizesGrid, valueText } from './score-grids.js';
import { byStep } from './scores.js';

/** Everything in a report, as text. The templates only lay it out, and escape it. */
export interface View {
  readonly title: string;
  readonly status: string;
  readonly state: string;
  readonly subtitle: string;
  readonly answer: Answer;
  readonly figures: readonly WrittenFigure[];
  /** Of the steps that score a model. */
  readonly metrics: readonly Grid[];
  readonly perClass: readonly Grid[];
  readonly quality: readonly Quality[];
  /** The steps as a picture. */
  readonly graph?: WrittenFigure;
  /** What the other steps counted and measured. */
  readonly others?: Grid;
  readonly steps: Grid;
  readonly tables?: Grid;
  readonly profiles: readonly Grid[];
  readonly texts: Found['texts'];
  readonly problems: readonly Notice[];
  readonly saved?: Grid;
  readonly params?: Grid;
  readonly environment: Grid;
  /** Files that were read, with their digests. */
  readonly files?: Grid;
  readonly digests?: Grid;
  readonly head?: string;
}

interface Notice {
  readonly severity: string;
  readonly where: string;
  readonly message: string;
  readonly code: string;
  readonly hint?: string;
}

const unlessEmpty = (made: Grid): Grid | undefined => (made.rows.length > 0 ? made : undefined);

const states = { done: 'done', failed: 'failed', gate: 'stopped by a gate', cancelled: 'cancelled' } as const;

export function viewOf(input: ReportInput, found: Found, { figures, graph }: WrittenFigures): View {
  const { run, description, head } = input;
  const groups = byStep(found.scores);
  const scored = groups.filter(({ scores }) => scores.some(isScored));
  const alone = scored.flatMap(({ scores }) => (scores.length === 1 ? scores : []));
  const quality = qualityOf(found.scores, run.nodes);
  const checked = new Set(quality.map(({ address }) => address));
  const optional = {
    others: unlessEmpty(
      grid(
        ['step', 'number', 'value>', 'what it is'],
        found.scores
          .filter((score) => !isScored(score) && !checked.has(score.address))
          .flatMap(({ address, measures }) =>
            measures.map((m) => [address, m.name, valueText(m), m.description]),
          ),
      ),
    ),
    tables: unlessEmpty(
      grid(
        ['table', 'rows>', 'columns>', 'target', 'part'],
        found.tables.map((t) => [t.output, grouped(t.rows), String(t.columns), t.target, t.split]),
      ),
    ),
    saved: unlessEmpty(
      grid(
        ['file', 'step', ''],
        run.nodes.flatMap((node) =>
          node.saved.map((file) => [
            file.kept ?? file.path,
            node.address,
            file.kept === undefined ? '' : `${file.path} was changed by someone and left alone`,
          ]),
        ),
      ),
    ),
    params: unlessEmpty(
      grid(
        ['parameter', 'value'],
        Object.entries(run.params).map(([name, value]) => [name, shown(value)]),
      ),
    ),
    files: unlessEmpty(
      grid(
        ['file', 'read by', 'digest'],
        run.nodes.flatMap((node) =>
          Object.entries(partsOf(input, node)?.externals ?? {}).map(([path, digest]) => [
            path,
            node.address,
            shortDigest(digest),
          ]),
        ),
      ),
    ),
    digests: unlessEmpty(
      grid(
        ['output', 'kind', 'content'],
        run.nodes.flatMap((node) =>
          Object.entries(node.outputs).map(([port, { kind, content }]) => [
            `${node.address}.${port}`,
            kind,
            shortDigest(content),
          ]),
        ),
      ),
    ),
  };
  return {
    title: run.pipeline,
    status: run.status === 'gate' && brokeContract(run) ? 'stopped by a contract' : states[run.status],
    state: run.status === 'done' ? 'good' : run.status === 'cancelled' ? 'unsure' : 'bad',
    subtitle: `Run ${run.id}, started ${run.started.slice(0, 16).replace('T', ' ')} UTC`,
    answer: answerOf(run, description, groups),
    figures,
    metrics: scored.map((group) =>
      group.scores.length > 1 ? instancesGrid(group) : metricsGrid(group.scores[0]!),
    ),
    quality,
    ...(graph && { graph }),
    perClass: alone.flatMap((score) => [...perClassGrid(score), ...sizesGrid(score)]),
    steps: stepsGrid(run.nodes, found),
    profiles: found.profiles.map(({ profile }) => profileGrid(profile)),
    // The rules of a contract stand under Quality.
    texts: found.texts.filter(({ address }) => !checked.has(address)),
    problems: run.nodes.flatMap(noticesOf),
    environment: environmentGrid(input),
    ...(head && { head: `head ${head.index}: ${head.count} entries, root ${head.root}` }),
    ...(Object.fromEntries(
      Object.entries(optional).filter(([, made]) => made !== undefined),
    ) as Partial<View>),
  };
}

const partsOf = ({ results }: ReportInput, { key }: NodeResult): KeyParts | undefined =>
  key === undefined ? undefined : results?.read(key)?.record.parts;

const stateOf = {
  ran: 'good',
  reused: 'good',
  skipped: 'unsure',
  failed: 'bad',
  gate: 'bad',
  cancelled: 'unsure',
};

function stepsGrid(nodes: readonly NodeResult[], { tables }: Found): Grid {
  const made = grid(
    ['step', 'component', 'state', 'time>', 'rows>', 'why'],
    nodes.map((node) => [
      node.address,
      node.use,
      node.status + (node.attempts > 1 ? `, attempt ${node.attempts}` : ''),
      node.status === 'ran' ? seconds(node.seconds) : '',
      grouped(tables.find((line) => line.output === node.address)?.rows ?? Number.NaN).replace('NaN', ''),
      node.reason?.split('\n')[0] ?? '',
    ]),
  );
  return withCells(made, 'state', (i) => ({ state: stateOf[nodes[i]!.status] }));
}

function profileGrid({ title, rows, columns, more }: TableProfile): Grid {
  const drawn = columns.map(barsOf);
  const made = grid(
    ['column', 'role', 'type', 'missing>', 'spread', 'values'],
    columns.map((c, i) => [
      c.name,
      c.role,
      c.type,
      c.missing === 0 ? '' : `${grouped(c.missing)} (${percent(c.missing / rows)})`,
      drawn[i]?.text ?? '',
      c.values,
    ]),
    `${title}: ${grouped(rows)} rows`,
    more > 0 ? `and ${more} more columns` : undefined,
  );
  return withCells(made, 'spread', (i) => drawn[i] && { bars: drawn[i].bars });
}

/** More about the cells of one column, by row. */
function withCells(made: Grid, label: string, more: (row: number) => Partial<Cell> | undefined): Grid {
  const at = made.head.findIndex((head) => head.label === label);
  const rows = made.rows.map((row, i) => row.map((cell, j) => (j === at ? { ...cell, ...more(i) } : cell)));
  return { ...made, rows };
}

function noticesOf(node: NodeResult): Notice[] {
  return [...node.problems, ...node.warnings].map(({ severity, message, code, hint, at }) => ({
    severity,
    where: at ? `${node.address}, ${at.file}:${at.line}` : node.address,
    message,
    code,
    ...(hint !== undefined && { hint }),
  }));
}

function environmentGrid(input: ReportInput): Grid {
  const { run, machine, actor, specDigest } = input;
  const who =
    actor &&
    (actor.kind === 'claimed'
      ? `${actor.user} on ${actor.host}, as claimed`
      : `${actor.subject}, verified by ${actor.by}`);
  const programs = Object.assign({}, ...run.nodes.map((node) => partsOf(input, node)?.programs ?? {})) as {
    readonly [name: string]: string;
  };
  const lines: readonly (readonly [string, string | undefined])[] = [
    ['run', run.id],
    ['pipeline file', run.file],
    ['digest of the pipeline', specDigest && shortDigest(specDigest)],
    ['environment', run.environment],
    ['seed', String(run.seed)],
    ['exit status', String(run.exit)],
    ['started', run.started],
    ['time', seconds(run.seconds)],
    ['by', who],
    ['toolbox', machine?.engine],
    ['Node.js', machine?.node],
    [
      'machine',
      machine && `${machine.platform}, ${machine.cpus} cores, ${(machine.memory / 1e9).toFixed(1)} GB`,
    ],
    ...Object.entries({ ...machine?.packages, ...programs }).sort(([a], [b]) => (a < b ? -1 : 1)),
  ];
  return grid(
    ['', ''],
    lines.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}
