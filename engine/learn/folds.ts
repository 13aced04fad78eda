import { random } from '../../components/lib/random.js';
import { groupRows } from '../artifacts/groups.js';
import type { Table } from '../artifacts/table.js';
import type { Target } from '../component.js';
import { ProblemError, problem } from '../problem.js';

/** Rows to learn from and rows to be scored on, by index. */
export interface Fold {
  readonly train: Uint32Array;
  readonly valid: Uint32Array;
}

/**
 * Folds cut the way the split was: groups and blocks stay whole, time only looks back (the first of k + 1 slices
 * is only learned from), classes keep their shares otherwise (scikit-learn: GroupKFold with shuffling,
 * TimeSeriesSplit, StratifiedKFold, KFold).
 */
export async function makeFolds(
  table: Table,
  target: Target | undefined,
  folds: number,
  seed: number,
): Promise<readonly Fold[]> {
  const by = table.schema.split?.by;
  const need = by === 'time' ? folds + 1 : folds;
  if (table.rows < 2 * need)
    throw new ProblemError(
      problem('data/rows', `${table.rows} rows are too few for ${folds} folds`, { hint: 'use fewer folds' }),
    );
  if (by === 'time') return timeFolds(await orderOf(table), folds);
  const grouping = table.schema.fields.filter((field) => field.role === 'group');
  if (grouping.length > 0)
    return groupFolds(
      await groupsOf(
        table,
        grouping.map((f) => f.name),
      ),
      folds,
      seed,
    );
  return fromAssignment(
    target?.kind === 'class' ? stratified(target, folds, seed) : plain(table.rows, folds, seed),
    folds,
  );
}

async function orderOf(table: Table): Promise<Uint32Array> {
  const name = table.schema.split?.columns[0] ?? table.schema.fields.find((f) => f.role === 'order')?.name;
  const column = name === undefined ? undefined : await table.column(name);
  if (!column || column.type === 'string' || column.type === 'vector')
    throw new ProblemError(
      problem('data/column', 'folds by time need a column of times or numbers with the role order'),
    );
  const rows = Uint32Array.from({ length: table.rows }, (_, i) => i);
  return rows.sort((a, b) => column.values[a]! - column.values[b]! || a - b);
}

/** Rows at equal times may fall on both sides of a cut only if whole slices do; the training side always ends before. */
function timeFolds(order: Uint32Array, folds: number): readonly Fold[] {
  const slice = Math.floor(order.length / (folds + 1));
  return Array.from({ length: folds }, (_, k) => {
    const start = order.length - (folds - k) * slice;
    return { train: order.slice(0, start).sort(), valid: order.slice(start, start + slice).sort() };
  });
}

/** A number for each distinct combination of the grouping columns, in order of first appearance. */
async function groupsOf(table: Table, names: readonly string[]): Promise<Int32Array> {
  return groupRows(await Promise.all(names.map((name) => table.column(name)))).codes;
}

/** Whole groups, the largest first, each to the fold that has fewest rows; ties and equal sizes by chance. */
function groupFolds(groups: Int32Array, folds: number, seed: number): readonly Fold[] {
  const sizes: number[] = [];
  for (const group of groups) sizes[group] = (sizes[group] ?? 0) + 1;
  if (sizes.length < folds)
    throw new ProblemError(
      problem('data/rows', `${sizes.length} groups are too few for ${folds} folds`, {
        hint: `use at most ${sizes.length} folds`,
      }),
    );
  const shuffled = random(seed).permutation(sizes.length);
  const order = [...shuffled].sort((a, b) => sizes[b]! - sizes[a]!);
  const load = new Float64Array(folds);
  const foldOf = new Int32Array(sizes.length);
  for (const group of order) {
    let best = 0;
    for (let k = 1; k < folds; k++) if (load[k]! < load[best]!) best = k;
    foldOf[group] = best;
    load[best]! += sizes[group]!;
  }
  return fromAssignment(
    groups.map((group) => foldOf[group]!),
    folds,
  );
}

function stratified(target: Extract<Target, { kind: 'class' }>, folds: number, seed: number): Int32Array {
  const r = random(seed);
  const assignment = new Int32Array(target.codes.length);
  let next = 0;
  for (let c = 0; c < target.classes.length; c++) {
    const rows: number[] = [];
    for (let i = 0; i < target.codes.length; i++) if (target.codes[i] === c) rows.push(i);
    // Dealt out in turn from where the last class stopped, so that fold sizes differ by at most one.
    for (const k of r.permutation(rows.length)) assignment[rows[k]!] = next++ % folds;
  }
  return assignment;
}

function plain(rows: number, folds: number, seed: number): Int32Array {
  const assignment = new Int32Array(rows);
  for (const [i, row] of random(seed).permutation(rows).entries()) assignment[row] = i % folds;
  return assignment;
}

function fromAssignment(assignment: Int32Array, folds: number): readonly Fold[] {
  const rowsWhere = (test: (fold: number) => boolean) => {
    const rows: number[] = [];
    for (let i = 0; i < assignment.length; i++) if (test(assignment[i]!)) rows.push(i);
    return Uint32Array.from(rows);
  };
  return Array.from({ length: folds }, (_, k) => ({
    train: rowsWhere((fold) => fold !== k),
    valid: rowsWhere((fold) => fold === k),
  }));
}
