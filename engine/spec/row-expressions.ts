import type { CelType } from '../../components/lib/cel.js';
import type { ColumnType, PlannedSchema } from '../artifacts/schema.js';
import type { Json } from '../canonical.js';
import type { Where } from '../component.js';
import type { Place, Problem } from '../problem.js';
import { nearColumn } from './column-names.js';
import { loadCel } from './evaluate.js';
import type { Field } from './field.js';
import { pick } from './known.js';
import { report } from './report.js';

const types: { readonly [type in ColumnType]: CelType } = {
  float64: 'number',
  float32: 'number',
  int64: 'number',
  int32: 'number',
  bool: 'bool',
  string: 'text',
  date: 'any',
  timestamp: 'any',
  vector: 'list',
};

/**
 * Settings that are expressions over rows (`row.depth > 3`): their grammar, that the columns they read are there,
 * and that types fit. Of `rate` and `line` only the grammar is known here.
 */
export async function checkRowExpressions(
  values: { readonly [key: string]: Json },
  config: Field,
  schema: PlannedSchema | undefined,
  at: (path: Where) => Place,
  problems: Problem[],
): Promise<void> {
  for (const { value, field, path } of pick(values, config, (f) => f.expression !== undefined)) {
    if (typeof value !== 'string') continue;
    const place = at(['with', ...path]);
    const parsed = (await loadCel()).parseCel(value);
    if ('fault' in parsed) {
      report(problems, 'spec/expression', parsed.fault.message, place);
      continue;
    }
    const found = parsed.references.map(({ path: [root, name] }) =>
      typeOf(root!, name, field.expression!, schema),
    );
    const wrong = found.find((one) => typeof one === 'object');
    if (wrong) {
      report(problems, wrong.code, wrong.message, place, wrong.hint);
      continue;
    }
    const checked = parsed.check(found as readonly CelType[]);
    if ('fault' in checked) report(problems, 'spec/expression', checked.fault.message, place);
  }
}

type Wrong = { readonly code: Problem['code']; readonly message: string; readonly hint: string };

function typeOf(
  root: string,
  name: string | undefined,
  context: string,
  schema: PlannedSchema | undefined,
): CelType | Wrong {
  if (root !== context || name === undefined) {
    const message = `an expression over each ${context} reads ${context}.NAME, not ${root}${name ? `.${name}` : ''}`;
    const hint =
      name === undefined ? `write ${context}.${root}` : 'a parameter is put in with "${{ params.NAME }}"';
    return { code: 'spec/expression', message, hint };
  }
  if (context !== 'row' || !schema) return 'any';
  const column = schema.fields.find((f) => f.name === name);
  if (column) return column.type ? types[column.type] : 'any';
  if (schema.open) return 'any';
  return {
    code: 'spec/column',
    message: `there is no column "${name}" here`,
    hint: nearColumn(name, schema),
  };
}
