import type { CelType, Fault } from '../../components/lib/cel.js';
import type { ColumnType, PlannedSchema } from '../artifacts/schema.js';
import type { Json } from '../canonical.js';
import type { Where } from '../component.js';
import { type Place, type Problem, within } from '../problem.js';
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
 * and that types fit. Those over `rate` and `line` have units, which the component checks that gives them a meaning.
 */
export async function checkRowExpressions(
  values: { readonly [key: string]: Json },
  config: Field,
  schema: PlannedSchema | undefined,
  at: (path: Where) => Place,
  problems: Problem[],
): Promise<void> {
  for (const { value, path } of pick(values, config, (f) => f.expression === 'row')) {
    if (typeof value !== 'string') continue;
    const place = at(['with', ...path]);
    const parsed = (await loadCel()).parseCel(value);
    const fault = ({ message, start, end }: Fault) =>
      report(problems, 'spec/expression', message, within(place, value, start, end));
    if ('fault' in parsed) {
      fault(parsed.fault);
      continue;
    }
    const found: CelType[] = [];
    for (const { path, start, end } of parsed.references) {
      const type = typeOf(path[0]!, path[1], schema);
      if (typeof type === 'string') found.push(type);
      else report(problems, type.code, type.message, within(place, value, start, end), type.hint);
    }
    if (found.length < parsed.references.length) continue;
    const checked = parsed.check(found);
    if ('fault' in checked) fault(checked.fault);
  }
}

type Wrong = { readonly code: Problem['code']; readonly message: string; readonly hint: string };

function typeOf(root: string, name: string | undefined, schema: PlannedSchema | undefined): CelType | Wrong {
  if (root !== 'row' || name === undefined) {
    const message = `an expression over each row reads row.NAME, not ${root}${name ? `.${name}` : ''}`;
    const hint = name === undefined ? `write row.${root}` : 'a parameter is put in with "${{ params.NAME }}"';
    return { code: 'spec/expression', message, hint };
  }
  if (!schema) return 'any';
  const column = schema.fields.find((f) => f.name === name);
  if (column) return column.type ? types[column.type] : 'any';
  if (schema.open) return 'any';
  return {
    code: 'spec/column',
    message: `there is no column "${name}" here`,
    hint: nearColumn(name, schema),
  };
}
