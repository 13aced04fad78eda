import { basename } from 'node:path';
import { quoteText } from '../../engine/artifacts/duckdb.js';
import { ingestRelation, literalPath } from '../../engine/artifacts/ingest.js';
import { defineComponent, table } from '../../engine/component.js';
import { ColumnOverrides, ColumnUnits, Config, Path, RoleName, Type } from '../../engine/schema.js';

/** Parquet by DuckDB: only the columns that are asked for are read. */
export default defineComponent({
  name: 'ingest.parquet',
  version: '1',
  summary: 'Read a Parquet file',
  config: Config({
    path: Path({ description: 'the file' }),
    select: Type.Optional(
      Type.Array(Type.String(), { minItems: 1, description: 'columns to read, by their names in the file' }),
    ),
    columns: Type.Optional(ColumnOverrides({ description: 'type, role and unit of columns, by name' })),
    roles: Type.Optional(Type.Record(Type.String(), RoleName(), { description: 'roles alone, by name' })),
    units: Type.Optional(ColumnUnits({ description: 'units alone, by name: kg, EUR/each, EUR at 2024-06' })),
  }),
  inputs: {},
  outputs: { out: table('the rows of the file') },
  metrics: {
    rows: { description: 'rows read', type: 'integer' },
    columns: { description: 'columns read', type: 'integer' },
  },
  needs: ['files'],
  determinism: 'pure',
  example:
    'use: ingest.parquet\nwith: { path: data/wells.parquet, select: [well, depth, gr], roles: { well: group } }',
  async run(ctx) {
    const { path } = await ctx.files.input(ctx.config.path);
    const relation = `read_parquet(${quoteText(await literalPath(path, () => ctx.files.scratch()))}, binary_as_string = true)`;
    return { out: await ingestRelation(ctx, basename(path), relation) };
  },
});
