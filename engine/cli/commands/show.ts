import type { Artifact } from '../../artifacts/artifact.js';
import { loadArtifact } from '../../run/artifact-io.js';
import { openWorkspace, type Workspace } from '../../run/workspace.js';
import type { RunRecord, RunStep } from '../../store/runs.js';
import type { Run } from '../command.js';
import { findStep } from '../find-step.js';
import { catalogOf, openProject } from '../open.js';
import { countFrom } from '../options.js';
import { print, printJson } from '../print.js';
import { recordOf } from '../recorded.js';
import { scoreTable } from '../scores.js';
import { frameText, headOf, rowsOfFrame } from '../table-text.js';
import { columns, duration, type Terminal, terminalOf } from '../terminal.js';

export const run: Run = async ([typed], options) => {
  const project = openProject();
  const record = recordOf(project, String(options['run']));
  const { step, port } = findStep(record, String(typed));
  const rows = countFrom(options, 'rows', 10_000)!;
  const output = port === undefined ? undefined : step.outputs?.[port];
  const workspace = openWorkspace(project, await catalogOf(project));
  try {
    const artifact = output && (await loadArtifact(workspace, output));
    if (options['json']) {
      const { address, use, status, metrics = {}, outputs = {}, reason } = step;
      printJson({
        run: record.id,
        address,
        use,
        status,
        ...(reason !== undefined && { reason }),
        metrics,
        outputs,
        ...(artifact && { port, value: await contentOf(artifact, rows) }),
      });
      return 0;
    }
    const t = terminalOf(process.stdout);
    print(headLine(record, step, t));
    if (step.reason) print(step.reason);
    if (artifact?.kind !== 'table' || Object.keys(step.outputs ?? {})[0] === port)
      metricTable(step.metrics, t);
    for (const [name, stored] of Object.entries(step.outputs ?? {}))
      print(
        `${name === port ? '>' : ' '} ${name}  ${stored.kind}${stored.size === undefined ? '' : `, ${stored.size} rows`}`,
      );
    if (artifact) await showArtifact(artifact, rows, t, workspace);
    return 0;
  } finally {
    await workspace.close();
  }
};

const headLine = (record: RunRecord, step: RunStep, t: Terminal): string =>
  `${t.bold(step.address)}  ${step.use}, ${step.status}${step.status === 'ran' ? ` in ${duration(step.seconds ?? 0)}` : ''}, run ${record.id}`;

function metricTable(metrics: RunStep['metrics'], t: Terminal): void {
  const { header, rows } = scoreTable(metrics ?? {});
  if (rows.length > 0) print(columns(rows, t.columns, header));
}

async function showArtifact(
  artifact: Artifact,
  rows: number,
  t: Terminal,
  { objects }: Workspace,
): Promise<void> {
  switch (artifact.kind) {
    case 'table': {
      print(`\n${frameText(await headOf(artifact, rows), t.columns)}`);
      if (artifact.rows > rows) print(t.dim(`${rows} of ${artifact.rows} rows`));
      break;
    }
    case 'metrics':
      break;
    case 'model': {
      const { bundle } = artifact;
      const facts = [
        ['path', [...bundle.items.map((item) => item.component), bundle.estimator.component].join(' > ')],
        ['task', bundle.task],
        ...(bundle.target ? [['target', bundle.target.name]] : []),
        ...(bundle.target?.classes ? [['classes', bundle.target.classes.join(', ')]] : []),
        ['features', String(bundle.features.length)],
        ['trained on', `${bundle.trainingRows} rows`],
      ];
      print(`\n${columns(facts, t.columns)}`);
      break;
    }
    case 'file':
      print(`\n${artifact.name}  ${artifact.media}\n${objects.path(artifact.object)}`);
      break;
    case 'report':
      print(`\n${artifact.title}`);
      for (const { heading, text } of artifact.sections) print(`\n${t.bold(heading)}\n${text}`);
  }
}

/** For programs: rows of a table, the bundle of a model, anything else as it is. */
async function contentOf(artifact: Artifact, rows: number): Promise<unknown> {
  if (artifact.kind === 'table')
    return { schema: artifact.schema, rows: artifact.rows, head: rowsOfFrame(await headOf(artifact, rows)) };
  if (artifact.kind === 'model') return artifact.bundle;
  return artifact;
}
