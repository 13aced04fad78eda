import { random } from '#dist/components/lib/random.js';
import { type Cell, type ColumnSpec, frameOf } from './table-of.js';

/**
 * Small tables with a column of every type and role, under the names that the examples of components use, so that
 * most components run on them with the configuration of their example.
 */
export type Kind = 'ordinary' | 'empty' | 'one row' | 'constant' | 'missing' | 'infinite';

export interface Shape {
  /** `class` where absent. */
  readonly target?: 'class' | 'number';
  /** Ends at numbers and the target, for estimators that take no text or traces. */
  readonly numeric?: boolean;
  /** Rows whose features hold other values than they would. */
  readonly corrupt?: ReadonlySet<number>;
}

const samples = 32;

export function surveyFrame(
  kind: Kind,
  { target = 'class', numeric = false, corrupt = new Set() }: Shape = {},
) {
  const rows = kind === 'empty' ? 0 : kind === 'one row' ? 1 : 120;
  const draw = random(7);
  const numbers = (spread: number, mean: number): Cell[] =>
    Array.from({ length: rows }, (_, row) => {
      const value = mean + spread * (draw.normal() + (row % 3));
      if (corrupt.has(row)) return row % 2 === 0 ? 1e9 : null;
      if (kind === 'constant') return mean;
      if (kind === 'missing') return null;
      return kind === 'infinite' && row % 5 === 0 ? Number.POSITIVE_INFINITY : value;
    });
  const texts = (prefix: string, count: number): Cell[] =>
    Array.from({ length: rows }, (_, row) =>
      corrupt.has(row)
        ? 'never seen in training'
        : kind === 'missing' && row % 2 === 0
          ? null
          : `${prefix}${kind === 'constant' ? 0 : row % count}`,
    );
  const line = (of: (row: number) => Cell): Cell[] => Array.from({ length: rows }, (_, row) => of(row));
  const traces: Cell[] = Array.from({ length: rows }, (_, row) =>
    Array.from({ length: samples }, (_, i) => {
      const value = Math.sin((i * (1 + (row % 3))) / 4) + 0.1 * draw.normal();
      return corrupt.has(row)
        ? 1e6 * value
        : kind === 'constant'
          ? 1
          : kind === 'missing'
            ? Number.NaN
            : value;
    }),
  );
  const columns: { [name: string]: ColumnSpec } = {
    row: { type: 'int64', role: 'key', values: line((row) => row) },
    inline: { type: 'int32', role: 'position', values: line((row) => 100 + Math.floor(row / 12)) },
    crossline: { type: 'int32', role: 'position', values: line((row) => 200 + (row % 12)) },
    depth: { type: 'float64', role: 'order', unit: 'm', values: line((row) => 1000 + row / 2) },
    GR: { type: 'float64', values: numbers(10, 60) },
    density: { type: 'float32', values: numbers(0.1, 2.3) },
    facies: {
      type: target === 'class' ? 'string' : 'float64',
      role: 'target',
      values: line((row) => {
        const code = kind === 'constant' ? 0 : row % 3;
        return target === 'class' ? ['sand', 'shale', 'lime'][code]! : code;
      }),
    },
  };
  if (!numeric) {
    columns['well'] = {
      type: 'string',
      role: 'group',
      values: line((row) => `W${row % 4}`),
    };
    columns['comment'] = { type: 'string', values: texts('c', 5) };
    columns['flag'] = {
      type: 'bool',
      values: line((row) => kind !== 'constant' && row % 2 === 0),
    };
    columns['trace'] = {
      type: 'vector',
      width: samples,
      axis: { start: 0, step: 0.004, unit: 's' },
      values: traces,
    };
  }
  return frameOf({ columns });
}

/** What is joined to such a table, or compared with it: another column for the same places. */
export function labelFrame(kind: Kind) {
  const survey = surveyFrame(kind, { numeric: true });
  const values = Array.from({ length: survey.rows }, (_, row) => `${row % 2}`);
  const labels = frameOf({ columns: { label: { type: 'string', values } } });
  return survey.select(['inline', 'crossline']).with(labels.field('label'), labels.column('label'));
}
