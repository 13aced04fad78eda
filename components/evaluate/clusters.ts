import { isNumber } from '../../engine/artifacts/column.js';
import { type Field, fieldOf, withRole } from '../../engine/artifacts/schema.js';
import type { Table } from '../../engine/artifacts/table.js';
import { labelsOf, numbersOf } from '../../engine/artifacts/values.js';
import { type Context, defineComponent, metrics, table } from '../../engine/component.js';
import { ColumnName, Config, Type } from '../../engine/schema.js';
import { sharedF32, sharedI32 } from '../lib/compute/shared.js';
import {
  adjustedRandIndex,
  daviesBouldin,
  normalizedMutualInformation,
  silhouette,
} from '../lib/metrics/clustering.js';
import { shareLabels } from '../lib/plot/classes.js';

const config = Config({
  cluster: ColumnName({
    port: 'data',
    default: 'cluster',
    description: 'column with the cluster of each row',
  }),
  features: Type.Array(Type.String(), {
    default: [],
    description: 'columns that distances are measured in; all features of numbers where empty',
  }),
  truth: Type.Optional(
    ColumnName({ port: 'data', description: 'column with known classes; the target where absent' }),
  ),
  standardize: Type.Boolean({
    default: true,
    description: 'bring the features to mean 0 and standard deviation 1 first, as one does before clustering',
  }),
  sample: Type.Integer({
    default: 5000,
    minimum: 10,
    maximum: 100_000,
    description: 'rows, drawn at random, that silhouette and Davies–Bouldin index are measured on',
  }),
});
type ClusterContext = Context<typeof config>;

/** How well clusters hold together and apart, without labels, and how they agree with known classes where there are any. */
export default defineComponent({
  name: 'evaluate.clusters',
  version: '1',
  summary: 'Score clusters: sizes, silhouette, Davies–Bouldin index, agreement with known classes',
  config,
  inputs: { data: table('rows with their cluster and the features that it was found in') },
  outputs: { metrics: metrics('sizes and scores') },
  metrics: {
    rows: { description: 'rows with a cluster', type: 'integer' },
    clusters: { description: 'clusters that hold rows', type: 'integer' },
    smallest: { description: 'share of the rows in the smallest cluster' },
    largest: { description: 'share of the rows in the largest cluster' },
    silhouette: { description: 'mean silhouette, −1 to 1, near 0 where clusters overlap', better: 'higher' },
    davies_bouldin: { description: 'Davies–Bouldin index, 0 for clusters far apart', better: 'lower' },
    adjusted_rand: { description: 'agreement with known classes, 0 by chance, 1 alike', better: 'higher' },
    normalized_mutual_information: {
      description: 'information shared with known classes, 0 to 1',
      better: 'higher',
    },
  },
  determinism: 'seeded',
  example: 'use: evaluate.clusters\nin: clustered',
  async run(ctx) {
    const { data } = ctx.in;
    const cluster = shareLabels([labelsOf(await data.column(ctx.config.cluster))]);
    const codes = cluster.codes[0]!;
    const rows = Uint32Array.from(codes.keys()).filter((row) => codes[row]! >= 0);
    if (rows.length === 0) ctx.fail('data/rows', 'no row has a cluster', { path: ['in', 'data'] });
    const sizes = new Float64Array(cluster.labels.length);
    for (const row of rows) sizes[codes[row]!]!++;
    const shares = sizes.map((size) => size / rows.length);
    const values: { [name: string]: number } = {
      rows: rows.length,
      clusters: cluster.labels.length,
      smallest: Math.min(...shares),
      largest: Math.max(...shares),
    };
    Object.assign(values, await shape(ctx, data, codes, rows), await agreement(ctx, data, codes, rows));
    const details = {
      sizes: cluster.labels.map((label, k) => ({ cluster: label, rows: sizes[k]!, share: shares[k]! })),
    };
    return { metrics: { kind: 'metrics', values, details } };
  },
});

/** Silhouette and Davies–Bouldin index of a sample; absent, with a warning, where they are not defined. */
async function shape(ctx: ClusterContext, data: Table, codes: Int32Array, rows: Uint32Array) {
  const { sample, standardize } = ctx.config;
  const drawn =
    rows.length <= sample
      ? rows
      : ctx
          .random()
          .permutation(rows.length)
          .slice(0, sample)
          .sort()
          .map((i) => rows[i]!);
  const columns: Float64Array[] = [];
  for (const field of featuresOf(ctx, data)) {
    const all = numbersOf(await data.column(field.name));
    const values = Float64Array.from(drawn, (row) => all[row]!);
    columns.push(standardize ? standardized(values) : values);
  }
  const whole = Uint32Array.from(drawn.keys()).filter((i) =>
    columns.every((values) => Number.isFinite(values[i])),
  );
  if (whole.length < drawn.length)
    ctx.warn(
      `${drawn.length - whole.length} of ${drawn.length} rows lack a feature and are left out of the scores`,
    );
  const labels = sharedI32(whole.length);
  const x = sharedF32(whole.length * columns.length);
  whole.forEach((row, i) => {
    labels[i] = codes[drawn[row]!]!;
    for (const [j, values] of columns.entries()) x[j * whole.length + i] = values[row]!;
  });
  const occurring = new Set(labels).size;
  if (columns.length === 0 || occurring < 2 || occurring >= whole.length) {
    ctx.warn(
      columns.length === 0
        ? 'there is no feature to measure distances in, so there is no silhouette'
        : `${occurring} clusters of ${whole.length} rows: there is no silhouette`,
    );
    return {};
  }
  const clustered = { x, rows: whole.length, features: columns.length, labels };
  const index = daviesBouldin(clustered);
  return {
    silhouette: await silhouette(ctx.compute, clustered),
    ...(Number.isFinite(index) && { davies_bouldin: index }),
  };
}

function featuresOf(ctx: ClusterContext, { schema }: Table): readonly Field[] {
  const { features, cluster } = ctx.config;
  if (features.length === 0)
    return withRole(schema, 'feature').filter((field) => isNumber(field.type) && field.name !== cluster);
  return features.map((name, i) => {
    const field = fieldOf(schema, name);
    if (field && isNumber(field.type)) return field;
    return ctx.fail('data/column', `there is no column of numbers "${name}"`, {
      path: ['with', 'features', i],
      hint: `the table has ${schema.fields.map((f) => f.name).join(', ')}`,
    });
  });
}

/** A constant column becomes 0. */
function standardized(values: Float64Array): Float64Array {
  const known = values.filter(Number.isFinite);
  const mean = known.reduce((a, b) => a + b, 0) / known.length;
  const spread = Math.sqrt(known.reduce((sum, value) => sum + (value - mean) ** 2, 0) / known.length) || 1;
  return values.map((value) => (value - mean) / spread);
}

async function agreement(ctx: ClusterContext, data: Table, codes: Int32Array, rows: Uint32Array) {
  const name = ctx.config.truth ?? withRole(data.schema, 'target')[0]?.name;
  if (name === undefined) return {};
  const truth = labelsOf(await data.column(name)).codes;
  const both = rows.filter((row) => truth[row]! >= 0);
  if (both.length === 0) return {};
  const [found, known] = [
    Int32Array.from(both, (row) => codes[row]!),
    Int32Array.from(both, (row) => truth[row]!),
  ];
  return {
    adjusted_rand: adjustedRandIndex(found, known),
    normalized_mutual_information: normalizedMutualInformation(found, known),
  };
}
