import { basename } from 'node:path';
import { quoteText } from '../../engine/artifacts/duckdb.js';
import { ingestRelation, literalPath } from '../../engine/artifacts/ingest.js';
import { defineComponent, table } from '../../engine/component.js';
import { ColumnOverrides, ColumnUnits, Config, OneOf, Path, RoleName, Type } from '../../engine/schema.js';

/**
 * JSON by DuckDB: a list of objects, or an object a line. Only texts such as 2024-01-31 are taken for dates; left to
 * itself DuckDB would guess at 01-02-2024.
 */
export default defineComponent({
  name: 'ingest.json',
  version: '1',
  summary: 'Read a JSON file: a list of objects, or one object a line',
  config: Config({
    path: Path({ description: 'the file' }),
    form: OneOf(['auto', 'array', 'lines'], { default: 'auto', description: 'a list, or an object a line' }),
    select: Type.Optional(
      Type.Array(Type.String(), { minItems: 1, description: 'members to read, by their names in the file' }),
    ),
    columns: Type.Optional(ColumnOverrides({ description: 'type, role and unit of columns, by name' })),
    roles: Type.Optional(Type.Record(Type.String(), RoleName(), { description: 'roles alone, by name' })),
    units: Type.Optional(ColumnUnits({ description: 'units alone, by name: kg, EUR/each, EUR at 2024-06' })),
  }),
  inputs: {},
  outputs: { out: table('the objects of the file, one a row') },
  metrics: {
    rows: { description: 'rows read', type: 'integer' },
    columns: { description: 'columns read', type: 'integer' },
  },
  needs: ['files'],
  determinism: 'pure',
  example: 'use: ingest.json\nwith: { path: data/orders.jsonl, roles: { order_id: key } }',
  async run(ctx) {
    const { path } = await ctx.files.input(ctx.config.path);
    const { form } = ctx.config;
    const format = form === 'lines' ? 'newline_delimited' : form;
    const relation = `read_json(${quoteText(await literalPath(path, () => ctx.files.scratch()))}, format = '${format}', sample_size = -1, map_inference_threshold = -1, field_appearance_threshold = 0, dateformat = '%Y-%m-%d', timestampformat = '%Y-%m-%dT%H:%M:%S')`;
    const out = await ingestRelation(ctx, basename(path), relation, true);
    if (out.rows === 0) ctx.fail('data/rows', `${basename(path)} holds no rows`, { path: ['with', 'path'] });
    return { out };
  },
});
