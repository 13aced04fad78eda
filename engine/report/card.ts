import type { Bundle } from '../learn/bundle-format.js';
import type { OpenedVersion } from '../registry/registry.js';
import type { Machine } from '../store/runs.js';
import { doubtsOf } from './doubts.js';
import { type Grid, grid } from './grid.js';
import { grouped, seconds, shortDigest, shown } from './numbers.js';
import { renderCard } from './render.js';
import { metricsGrid } from './score-grids.js';
import type { Score } from './scores.js';

/** What the run that registered a model adds to what the version itself knows. */
export interface CardRun {
  readonly id: string;
  readonly pipeline: string;
  readonly description?: string;
  /** Of the step whose metrics were registered with it. */
  readonly score?: Score;
  /** How the training rows were cut from the test rows. */
  readonly split?: string;
  readonly files: readonly (readonly [path: string, digest: string])[];
  /** It took to train. */
  readonly seconds?: number;
  readonly machine?: Machine;
}

export interface CardView {
  readonly title: string;
  readonly sections: readonly {
    readonly heading: string;
    readonly lines: readonly string[];
    readonly grids: readonly Grid[];
  }[];
}

type Section = CardView['sections'][number];
const section = (heading: string, lines: readonly string[], ...grids: readonly Grid[]): Section => ({
  heading,
  lines,
  grids: grids.filter(({ rows }) => rows.length > 0),
});

/**
 * A model card (Mitchell and others 2019) as Markdown, made of what was measured and stated and of nothing else; what
 * was not measured is said to be so.
 */
export const modelCard = (model: OpenedVersion, run?: CardRun): Promise<string> =>
  renderCard({
    title: `Model card of ${model.name}@${model.number}`,
    sections: [
      whatItIs(model, run),
      forWhat(model, run),
      trainedOn(model, run),
      measured(model, run),
      doubts(run),
      made(model, run),
      section('Identity', [], identityGrid(model)),
    ],
  });

const facts = (rows: readonly (readonly [string, string | undefined])[]): Grid =>
  grid(
    ['', ''],
    rows.flatMap(([name, value]) => (value === undefined || value === '' ? [] : [[name, value]])),
  );

const tasks: { readonly [task in Bundle['task']]: string } = {
  classify: 'tells classes apart',
  regress: 'predicts a number',
  cluster: 'finds groups without labels',
  anomaly: 'scores how unusual a row is',
  forecast: 'predicts later values of series',
};

function whatItIs({ bundle, version }: OpenedVersion, run: CardRun | undefined): Section {
  const { target, items, estimator, output } = bundle;
  return section(
    'What it is',
    [],
    facts([
      ['task', tasks[bundle.task]],
      ['target', target?.name],
      ['classes', target?.classes?.join(', ')],
      ['path', [...items, estimator].map(({ component }) => component).join(', then ')],
      ['gives', output.fields.map(({ name }) => name).join(', ')],
      ['pipeline', run?.pipeline ?? version.pipeline],
    ]),
  );
}

function forWhat({ version }: OpenedVersion, run: CardRun | undefined): Section {
  const said = [
    version.description && `Stated at registration: ${version.description}`,
    run?.description && `Stated in the pipeline: ${run.description}`,
  ].filter((line): line is string => Boolean(line));
  return section('Intended use', said.length > 0 ? said : ['Nobody stated what it is for.']);
}

function trainedOn({ bundle, version }: OpenedVersion, run: CardRun | undefined): Section {
  return section(
    'Training data',
    [],
    facts([
      ['rows', grouped(version.trainingRows)],
      ['content digest', version.trainingData],
      ['cut from the test rows by', run?.split],
    ]),
    grid(
      ['column it asks for', 'type', 'role', 'unit', 'personal'],
      bundle.input.fields.map((field) => [
        field.name,
        field.width === undefined ? field.type : `${field.type} of ${field.width}`,
        field.role,
        field.unit ?? field.currency ?? '',
        field.personal ? 'yes' : '',
      ]),
    ),
    grid(['file read by the run', 'SHA-256'], run?.files.map(([path, digest]) => [path, digest]) ?? []),
  );
}

function measured({ version }: OpenedVersion, run: CardRun | undefined): Section {
  if (run?.score) return section('Measured on test rows', [], metricsGrid(run.score));
  const rows = Object.entries(version.metrics).map(([name, value]) => [name, shown(value)]);
  return rows.length > 0
    ? section(
        'Measured',
        ['As registered; the run that measured it is not in this project.'],
        grid(['metric', 'value>'], rows),
      )
    : section('Measured', ['Nothing was measured when it was registered.']);
}

function doubts(run: CardRun | undefined): Section {
  if (!run?.score) return section('Limits', ['Not known: the run that measured it is not in this project.']);
  const { main, details } = run.score;
  const unmeasured = [
    main?.baseline === undefined && 'a baseline',
    main?.control === undefined && 'a control on shuffled labels',
    details['intervals'] === undefined && 'intervals',
  ].filter((name): name is string => typeof name === 'string');
  const found = doubtsOf({ step: run.score.step, scores: [run.score] });
  return section('Limits', [
    ...(found.length > 0 ? found : ['No rule for doubtful scores applies.']),
    ...(unmeasured.length > 0 ? [`Not measured: ${unmeasured.join(', ')}.`] : []),
  ]);
}

function made({ bundle, version }: OpenedVersion, run: CardRun | undefined): Section {
  return section(
    'How it was made',
    [],
    facts([
      ['run', run?.id],
      ['training took', run?.seconds === undefined ? undefined : seconds(run.seconds)],
      ['seed', String(bundle.seed)],
      ['toolbox', version.engine],
      ['Node.js', run?.machine?.node],
      ['machine', run?.machine && `${run.machine.platform}, ${run.machine.cpus} cores`],
    ]),
    grid(
      ['component', 'version', 'settings'],
      [...bundle.items, bundle.estimator].map(({ component, version: number, config }) => [
        component,
        number,
        JSON.stringify(config),
      ]),
    ),
    grid(
      ['feature that the estimator sees'],
      [[bundle.features.map(({ name }) => name).join(', ')]].filter(([text]) => text !== ''),
    ),
  );
}

const identityGrid = ({ digest, version, name, number }: OpenedVersion): Grid =>
  facts([
    ['version', `${name}@${number}`],
    ['digest of the version', digest],
    ['digest of the model', version.model],
    [
      'proof',
      version.parity &&
        `${version.parity.rows} rows gave equal bits in files and requests, ${shortDigest(version.parity.answers)}`,
    ],
  ]);
