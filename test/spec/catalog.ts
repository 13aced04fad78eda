import type { Catalog, ComponentInfo } from '#dist/engine/component.js';
import {
  ColumnName,
  Config,
  Expression,
  OneOf,
  Path,
  PeriodOf,
  Quantity,
  Secret,
  Type,
} from '#dist/engine/schema.js';

/** Components for the tests of the file format: every kind of field and port, and nothing behind them. */
const table = (description: string, extra = {}) => ({ kind: 'table' as const, description, ...extra });
const model = (description: string, extra = {}) => ({ kind: 'model' as const, description, ...extra });

const info = (
  name: string,
  config: object,
  rest: Partial<ComponentInfo> = {},
): readonly [string, ComponentInfo] => [
  name,
  {
    name,
    kind: 'component',
    version: '1',
    summary: `${name} of the tests`,
    config: JSON.parse(JSON.stringify(config)),
    inputs: {},
    outputs: {},
    metrics: {},
    effects: [],
    needs: [],
    determinism: 'pure',
    example: `use: ${name}`,
    implementation: '0'.repeat(64),
    module: `${name}.js`,
    ...rest,
  },
];
const rows = { in: table('rows') };
const out = { out: table('rows') };

export const catalog: Pick<Catalog, 'components'> = {
  components: new Map([
    info('ingest.demo-survey', Config({ traces: Type.Integer({ default: 2000, minimum: 1 }) }), {
      outputs: { survey: { kind: 'file', description: 'survey' }, labels: table('labels') },
      determinism: 'seeded',
    }),
    info(
      'ingest.segy',
      Config({
        path: Path({ description: 'SEG-Y file' }),
        window: Type.Optional(Type.Tuple([Quantity('time'), Quantity('time')])),
        stride: Type.Optional(Quantity('length', { minimum: 1 })),
      }),
      { outputs: out },
    ),
    info(
      'ingest.csv',
      Config({
        path: Path({ description: 'file' }),
        separator: Type.String({ default: ',', minLength: 1, maxLength: 1 }),
        header: Type.Boolean({ default: true }),
        null_text: Type.Optional(Type.Array(Type.String())),
        limit: Type.Optional(Quantity('bytes')),
      }),
      { outputs: out },
    ),
    info(
      'ingest.sql',
      Config({
        query: Type.String({ minLength: 1 }),
        password: Type.Optional(Secret()),
        every: PeriodOf({ default: { count: 1, unit: 'day' } }),
      }),
      { outputs: out, determinism: 'recorded' },
    ),
    info(
      'prep.join',
      Config({
        keys: Type.Array(ColumnName({ port: 'left' }), { minItems: 1, uniqueItems: true }),
        unmatched: OneOf(['drop', 'set_aside', 'fail'], { default: 'fail' }),
      }),
      {
        inputs: { left: table('rows'), right: table('rows to join') },
        outputs: out,
        metrics: { matched: { description: 'rows that matched', type: 'integer' } },
      },
    ),
    info('prep.concat', Config({}), { inputs: { in: table('tables', { many: true }) }, outputs: out }),
    info('prep.filter', Config({ where: Expression('row') }), { inputs: rows, outputs: out }),
    info(
      'prep.split',
      Config({
        target: ColumnName(),
        test: Quantity('share', { default: 0.2, exclusiveMinimum: 0, exclusiveMaximum: 1 }),
        by: OneOf(['random', 'block', 'group'], { default: 'random' }),
        block: Type.Optional(Type.Record(Type.String(), Type.Integer({ minimum: 1 }))),
      }),
      { inputs: rows, outputs: { train: table('training rows'), test: table('test rows') } },
    ),
    info('prep.scale', Config({ columns: Type.Optional(Type.Array(ColumnName())) }), {
      kind: 'transform',
      scope: 'row',
      inputs: rows,
      outputs: out,
    }),
    info('prep.trace-pca', Config({ components: Type.Integer({ default: 32, minimum: 1 }) }), {
      kind: 'transform',
      scope: 'row',
      inputs: rows,
      outputs: out,
    }),
    info(
      'train.random-forest',
      Config({
        trees: Type.Integer({ default: 100, minimum: 1, maximum: 10_000, description: 'number of trees' }),
        max_depth: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000 })),
        min_leaf: Type.Integer({ default: 1, minimum: 1 }),
        rate: Type.Number({ default: 0.1, minimum: 0 }),
        features: Type.Union([OneOf(['sqrt', 'log2', 'all']), Type.Integer({ minimum: 1 })], {
          default: 'sqrt',
        }),
        bootstrap: Type.Boolean({ default: true }),
      }),
      {
        kind: 'estimator',
        task: 'classify',
        determinism: 'seeded',
        inputs: { in: table('training rows') },
        outputs: { model: model('the model') },
        metrics: {
          cv_f1: { description: 'mean over folds' },
          cv_f1_weighted: { description: 'mean over folds' },
        },
      },
    ),
    info('evaluate.classification', Config({}), {
      inputs: { model: model('model'), data: table('rows') },
      outputs: {
        metrics: { kind: 'metrics', description: 'scores' },
        report: { kind: 'report', description: 'report' },
      },
      metrics: {
        f1_weighted: { description: 'F1' },
        baseline_f1_weighted: { description: 'F1 of the majority' },
        rows: { description: 'rows', type: 'integer' },
      },
    }),
    info('evaluate.compare', Config({}), {
      inputs: { models: model('models', { many: true }), data: table('rows') },
      outputs: { metrics: { kind: 'metrics', description: 'scores' } },
    }),
    info('serve.predict', Config({}), {
      inputs: { model: model('model'), data: table('rows') },
      outputs: out,
    }),
    info('serve.register', Config({ name: Type.Optional(Type.String({ pattern: '^[a-z0-9-]+$' })) }), {
      inputs: { model: model('model'), metrics: { kind: 'metrics', description: 'scores', optional: true } },
      effects: [{ kind: 'registry', description: 'adds a version', idempotent: true }],
    }),
  ]),
};
