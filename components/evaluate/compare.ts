import { frameOfPlain } from '../../engine/artifacts/plain.js';
import { type Field, fieldOf } from '../../engine/artifacts/schema.js';
import type { Table } from '../../engine/artifacts/table.js';
import { type Compared, compareColumn, type Pair } from '../../engine/component/compare-column.js';
import { type Context, defineComponent, file, metrics, report, table } from '../../engine/component.js';
import { Config, Type } from '../../engine/schema.js';
import { type ColumnVerdict, columnVerdict } from '../lib/statistics/compare.js';
import { benjaminiHochberg } from '../lib/statistics/many-tests.js';

const config = Config({
  columns: Type.Optional(
    Type.Array(Type.String({ minLength: 1 }), {
      minItems: 1,
      description: 'columns to compare; all that both tables have where absent, but keys',
    }),
  ),
  alpha: Type.Number({
    default: 0.05,
    exclusiveMinimum: 0,
    exclusiveMaximum: 1,
    description: 'greatest p-value, corrected for the number of tests, that counts as a difference',
  }),
  shown: Type.Integer({ default: 20, minimum: 1, maximum: 100, description: 'columns in the figure' }),
});
type Comparing = Context<typeof config>;

/** A column with its tests corrected and judged. */
interface Judged extends Compared {
  readonly adjusted: number;
  readonly missingAdjusted: number;
  readonly verdict: ColumnVerdict;
}

/**
 * Two tables, column by column: the whole against a sample, an old delivery against a new one. Effect sizes say how much
 * differs, tests corrected for their number (Benjamini and Hochberg) whether chance explains it; a column is judged by both.
 */
export default defineComponent({
  name: 'evaluate.compare',
  version: '1',
  summary:
    'Compare the distributions of two tables column by column: effect sizes, corrected tests, verdicts',
  config,
  inputs: {
    reference: table('what it is compared with: the whole, the old'),
    data: table('the sample, the new'),
  },
  outputs: {
    columns: table('a row a column, the largest population stability index first'),
    figure: file('population stability index by column'),
    report: report('what differs, in words'),
    metrics: metrics('how many columns differ, and how severe that is'),
  },
  metrics: {
    rows_reference: { description: 'rows of the reference', type: 'integer' },
    rows: { description: 'rows that were compared with it', type: 'integer' },
    columns: { description: 'columns compared', type: 'integer' },
    significant: {
      description: 'columns whose difference chance does not explain',
      type: 'integer',
      better: 'lower',
    },
    shifted: { description: 'columns that are shifted or moved', type: 'integer', better: 'lower' },
    moved: { description: 'columns that are moved', type: 'integer', better: 'lower' },
    shifted_share: { description: 'share of the columns that are shifted or moved', better: 'lower' },
    severity: {
      description: 'by that share: none of 0, low below 0.1, medium below 0.3, else high',
      type: 'string',
    },
    largest_psi: { description: 'largest population stability index', better: 'lower' },
    only_reference: { description: 'columns that only the reference has', type: 'integer', better: 'lower' },
    only_data: { description: 'columns that only the other has', type: 'integer', better: 'lower' },
  },
  determinism: 'pure',
  example: 'use: evaluate.compare\nin: { reference: full, data: sample }',
  async run(ctx) {
    const { reference, data } = ctx.in;
    for (const port of ['reference', 'data'] as const)
      if (ctx.in[port].rows === 0) ctx.fail('data/rows', 'the table has no rows', { path: ['in', port] });
    const compared: Compared[] = [];
    const pairs = pairsOf(ctx, reference, data);
    for (const [i, pair] of pairs.entries()) {
      ctx.progress(i, pairs.length, pair.name);
      compared.push(...(await compareColumn(ctx, pair, reference, data)));
    }
    if (compared.length === 0)
      ctx.fail('data/column', 'the two tables have no column with values in common', { path: ['in'] });
    const judged = judge(compared, ctx.config.alpha);
    const shifted = judged.filter(({ verdict }) => verdict !== 'stable');
    const share = shifted.length / judged.length;
    const only = (a: Table, b: Table) =>
      a.schema.fields.filter(({ name }) => !fieldOf(b.schema, name)).map(({ name }) => name);
    const values = {
      rows_reference: reference.rows,
      rows: data.rows,
      columns: judged.length,
      significant: judged.filter(
        ({ adjusted, missingAdjusted }) => Math.min(adjusted, missingAdjusted) <= ctx.config.alpha,
      ).length,
      shifted: shifted.length,
      moved: shifted.filter(({ verdict }) => verdict === 'moved').length,
      shifted_share: share,
      severity: share === 0 ? 'none' : share < 0.1 ? 'low' : share < 0.3 ? 'medium' : 'high',
      largest_psi: judged[0]!.psi,
      only_reference: only(reference, data).length,
      only_data: only(data, reference).length,
    };
    const out = await ctx.tables.create(frameOfJudged(judged));
    const [{ comparisonFigure }, { svgFigure }] = await Promise.all([
      import('../lib/plot/comparison.js'),
      import('../../engine/component/svg-figure.js'),
    ]);
    const bars = judged.slice(0, ctx.config.shown).map(({ name, psi, verdict }) => ({
      label: name,
      value: psi,
      ...(verdict !== 'stable' && { main: true as const }),
    }));
    const svg = comparisonFigure(
      'How far columns are from the reference',
      'population stability index',
      bars,
    );
    return {
      columns: out,
      figure: await svgFigure(ctx, 'comparison', svg, out),
      report: {
        kind: 'report',
        title: 'Comparison of two tables',
        sections: sections(judged, shifted, values, only(reference, data), only(data, reference)),
      },
      metrics: { kind: 'metrics', values, details: { alpha: ctx.config.alpha } },
    };
  },
});

function pairsOf(ctx: Comparing, reference: Table, data: Table): Pair[] {
  const { columns } = ctx.config;
  if (columns)
    for (const [i, name] of columns.entries())
      for (const [port, side] of [
        ['reference', reference],
        ['data', data],
      ] as const)
        if (!fieldOf(side.schema, name))
          ctx.fail('data/column', `the table "${port}" has no column "${name}"`, {
            path: ['with', 'columns', i],
          });
  const wanted = (field: Field) => (columns ? columns.includes(field.name) : field.role !== 'key');
  return reference.schema.fields.filter(wanted).flatMap((before): Pair[] => {
    const after = fieldOf(data.schema, before.name);
    return after ? [{ name: before.name, before, after }] : [];
  });
}

/** Tests of values and of missing values are corrected together; the order is by PSI, then by name. */
function judge(compared: readonly Compared[], alpha: number): Judged[] {
  const tests = compared.flatMap((column) => [column.p, column.missingP ?? []].flat());
  const adjusted = benjaminiHochberg(tests).values();
  const next = () => adjusted.next().value!;
  return compared
    .map((column): Judged => {
      const value = next();
      const missing = column.missingP === undefined ? 1 : next();
      const gone = Math.abs(column.missing - column.missingBefore);
      const byMissing = missing > alpha || gone < 0.1 ? 'stable' : gone > 0.25 ? 'moved' : 'shifted';
      const byValue = columnVerdict(column.psi, value, alpha);
      const verdict = byValue === 'moved' || byMissing === 'stable' ? byValue : byMissing;
      return { ...column, adjusted: value, missingAdjusted: missing, verdict };
    })
    .sort((a, b) => b.psi - a.psi || (a.name < b.name ? -1 : 1));
}

function frameOfJudged(judged: readonly Judged[]) {
  const numbers = (name: string, of: (column: Judged) => number | undefined) => ({
    name,
    numbers: Float64Array.from(judged, (column) => of(column) ?? Number.NaN),
  });
  const texts = (name: string, of: (column: Judged) => string) => ({ name, texts: judged.map(of) });
  return frameOfPlain([
    texts('column', ({ name }) => name),
    texts('verdict', ({ verdict }) => verdict),
    numbers('psi', ({ psi }) => psi),
    numbers('jensen_shannon', ({ jensenShannon }) => jensenShannon),
    numbers('distance', ({ distance }) => distance),
    numbers('wasserstein', ({ wasserstein }) => wasserstein),
    numbers('wasserstein_scaled', ({ wassersteinScaled }) => wassersteinScaled),
    numbers('mean_shift', ({ meanShift }) => meanShift),
    texts('test', ({ test }) => test),
    numbers('p', ({ p }) => p),
    numbers('p_adjusted', ({ adjusted }) => adjusted),
    numbers('missing_reference', ({ missingBefore }) => missingBefore),
    numbers('missing', ({ missing }) => missing),
    numbers('missing_p_adjusted', ({ missingAdjusted }) => missingAdjusted),
  ]);
}

const short = (value: number): string => String(Number(value.toPrecision(3)));

function sections(
  judged: readonly Judged[],
  shifted: readonly Judged[],
  values: { readonly rows: number; readonly rows_reference: number; readonly severity: string },
  gone: readonly string[],
  fresh: readonly string[],
) {
  const lines = [
    `${shifted.length} of ${judged.length} columns differ in more than chance explains, by a population stability index of 0.1 or more: severity ${values.severity}.`,
    `${values.rows} rows are compared with ${values.rows_reference}.`,
    ...(gone.length > 0 ? [`Only the reference has ${gone.join(', ')}.`] : []),
    ...(fresh.length > 0 ? [`Only the other has ${fresh.join(', ')}.`] : []),
  ];
  const line = (column: Judged) =>
    `- ${column.name}: ${column.verdict}, PSI ${short(column.psi)}, distance ${short(column.distance)}, p ${short(column.adjusted)} (corrected)${
      column.missing === column.missingBefore
        ? ''
        : `, missing ${short(100 * column.missingBefore)}% before and ${short(100 * column.missing)}% now`
    }`;
  return [
    { heading: 'In short', text: lines.join('\n\n') },
    { heading: 'Columns', text: judged.map(line).join('\n') },
  ];
}
