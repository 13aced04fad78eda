import { type Document, isMap, isScalar } from 'yaml';
import type { Json } from '../canonical.js';
import type { Reading } from './roles.js';

type Plain = { readonly [key: string]: Json };

export interface PipelineRequest {
  readonly name: string;
  /** Relative to the project. */
  readonly data: string;
  readonly contract: string;
  /** Component that reads the data, and what it is told beside the path. */
  readonly reader: string;
  readonly settings: Plain;
  readonly reading: Reading;
}

const shared = { params: { data: '${{ params.data }}', trees: '${{ params.trees }}' } } as const;

/** The steps of a first pipeline: read, check, split, learn, score, register behind a gate, predict. */
export async function starterPipeline(request: PipelineRequest): Promise<string> {
  const { Document: Made, visit } = await import('yaml');
  const { name, data, contract, reader, settings, reading } = request;
  const { target, task, roles, split } = reading;
  const rolesMap = Object.fromEntries(roles.map(({ column, role }) => [column, role]));
  const known = target.missing > 0 ? 'known' : 'checked';
  // Whole numbers can be classes or amounts: which it is has to be said.
  const says = target.type === 'string' || target.type === 'bool' ? {} : { task };
  const score = task === 'classify' ? 'f1_weighted' : 'rmse';
  const metric = (which: string) => `steps.score.metrics.${which}`;
  const document = new Made({
    version: 1,
    name: 'main',
    description: `${target.name}, learned from ${data.replace(/^.*\//, '')}.`,
    params: {
      data: { type: 'path', default: data, description: 'the table to learn from' },
      trees: { type: 'integer', default: 200, minimum: 1, description: 'trees of the forest' },
    },
    steps: {
      rows: {
        use: reader,
        with: { path: shared.params.data, ...settings, ...(roles.length > 0 && { roles: rolesMap }) },
      },
      checked: { use: 'prep.contract', in: 'rows', with: { contract, on_breach: 'stop' } },
      ...(target.missing > 0 && {
        known: { use: 'prep.drop-missing', in: 'checked', with: { columns: [target.name] } },
      }),
      split: { use: 'prep.split', in: known, with: { target: target.name, test: '20%', ...split } },
      model: {
        use: 'train.random-forest',
        in: 'split.train',
        with: { ...says, trees: shared.params.trees, min_leaf: 2 },
      },
      score: {
        use: task === 'classify' ? 'evaluate.classification' : 'evaluate.regression',
        in: { model: 'model', data: 'split.test' },
      },
      register: {
        use: 'serve.register',
        in: { model: 'model', metrics: 'score' },
        with: { name },
        require: `\${{ ${metric(score)} ${task === 'classify' ? '>' : '<'} ${metric(`baseline_${score}`)} }}`,
      },
      predictions: {
        use: 'serve.predict',
        in: { model: 'model', data: 'split.test' },
        save: 'results/predictions.csv',
      },
    },
  });
  annotate(document, reading);
  visit(document, {
    Scalar: (_, node) => {
      if (typeof node.value === 'string' && node.value.includes('${{')) node.type = 'QUOTE_DOUBLE';
    },
  });
  return `# yaml-language-server: $schema=../.toolbox/schema/pipeline.json\n${document.toString({ lineWidth: 0, flowCollectionPadding: true })}`;
}

/** Settings on one line, as people write them, and the reasons beside what was decided. */
function annotate(document: Document, { roles, split, task, target }: Reading): void {
  for (const path of [
    ['params', 'data'],
    ['params', 'trees'],
  ])
    flow(document.getIn(path));
  const steps = document.get('steps');
  if (!isMap(steps)) return;
  for (const { value } of steps.items) {
    if (!isMap(value)) continue;
    for (const key of ['with', 'in']) flow(value.get(key));
  }
  if (roles.length > 0) {
    const settings = document.getIn(['steps', 'rows', 'with']);
    if (isMap(settings)) settings.flow = false;
    const dates = document.getIn(['steps', 'rows', 'with', 'dates'], true);
    if (isScalar(dates)) dates.comment = ' as the file writes them';
    const map = document.getIn(['steps', 'rows', 'with', 'roles']);
    if (isMap(map)) {
      map.flow = false;
      for (const [i, { key, value }] of map.items.entries())
        if (isScalar(key) && isScalar(value)) value.comment = ` ${roles[i]!.reason}`;
    }
  }
  comment(
    document,
    ['steps', 'split'],
    split.by === 'time'
      ? ' the latest rows are held out'
      : split.by === 'stratified'
        ? ' each class keeps its share'
        : ' any rows',
  );
  comment(
    document,
    ['steps', 'register'],
    task === 'classify'
      ? ` only a model that beats always saying the commonest ${target.name}`
      : ` only a model that beats always saying the mean ${target.name}`,
  );
}

function flow(node: unknown): void {
  if (isMap(node)) node.flow = true;
}

function comment(document: Document, path: readonly string[], text: string): void {
  const node = document.getIn(path, true);
  if (isMap(node)) node.commentBefore = text;
}
