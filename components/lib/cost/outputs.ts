import type { ModelText } from './model.js';

/** A column of a table that a model makes, before it is made. */
interface Planned {
  readonly name: string;
  readonly type: 'string' | 'float64';
  readonly role: 'feature';
}

/** Columns that the items get. */
export const addedColumns = ({ lines, quote }: Pick<ModelText, 'lines' | 'quote'>): readonly string[] => [
  ...Object.keys(lines).map((name) => `cost_${name}`),
  'cost_total',
  ...(quote === undefined ? [] : ['quoted', 'gap', 'gap_share']),
];

/** Columns of the other tables, for lines of these names and items with these columns as their keys. */
export const plannedTables = <Key>(lines: readonly string[], keys: readonly Key[]) => ({
  drivers: { fields: planned('kind: name: amount share elasticity low high') },
  scenarios: {
    fields: [
      ...planned('scenario: total change change_share'),
      ...lines.flatMap((name) => planned(`cost_${name}`)),
    ],
  },
  gaps: {
    fields: [...planned('row'), ...keys, ...planned('kind: name: amount gap needed_change')],
  },
  inputs: { fields: planned('kind: name: stated stated_unit: of: value unit: follows:') },
});

/** Columns of numbers; those with a colon are of text. */
const planned = (names: string): Planned[] =>
  names.split(' ').map((name) => ({
    name: name.replace(':', ''),
    type: name.endsWith(':') ? 'string' : 'float64',
    role: 'feature',
  }));
