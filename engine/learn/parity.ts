import { cell } from '../artifacts/column.js';
import type { Table } from '../artifacts/table.js';
import { canonical, type Digest, digestOf, type Json } from '../canonical.js';
import { ProblemError, problem } from '../problem.js';
import type { Bundle } from './bundle-format.js';
import type { LearnEnvironment } from './environment.js';
import { type Online, openOnline } from './online.js';
import { type FittedPath, predictTable } from './path.js';
import { predictionColumns } from './prediction.js';
import { rowsFromJson, rowsToJson } from './rows.js';

type Row = { readonly [column: string]: Json };

/** Rows and the answers that files and requests both got for them: an object of the version's own, as JSON. */
export interface ParityProof {
  readonly rows: readonly Row[];
  readonly answers: readonly Row[];
}

/** What a version says of its proof. */
export interface Parity {
  readonly rows: number;
  /** Object that holds the rows and answers. */
  readonly proof: Digest;
  /** Digest of the answers, equal for both ways. */
  readonly answers: Digest;
  /** How requests were made: a row each and all at once, or, where rows depend on each other, all at once only. */
  readonly requests: 'one and all' | 'all';
}

/** Most rows that are tried. */
const ROWS = 64;

const range = (n: number) => Array.from({ length: n }, (_, i) => i);
const isWide = ({ path }: FittedPath) => path.items.some(({ definition }) => definition.scope !== 'row');

/**
 * Predicts up to 64 rows, spread over the training table (without one: the bundle's example), as files are predicted
 * and as requests are answered, the rows coming as JSON text. Every number must be the same to the last bit: throws
 * `learn/signature` with the row where it is not.
 */
export async function proveParity(
  env: LearnEnvironment,
  fitted: FittedPath,
  bundle: Bundle,
  training: Table | undefined,
): Promise<Parity> {
  const sample = await sampleOf(env, bundle, training);
  const names = bundle.input.fields.map(({ name }) => name);
  const rows = rowsToJson(await sample.frame(names), range(sample.rows));
  const answers = await bothWays(env, fitted, bundle, sample, rows);
  const proof = await env.objects.put(new TextEncoder().encode(canonical({ rows, answers })));
  const requests = isWide(fitted) ? 'all' : 'one and all';
  return { rows: rows.length, proof, answers: digestOf(answers), requests };
}

/** Tries a stored proof again. Throws `learn/signature` where an answer is another than it was. */
export async function replayParity(
  env: LearnEnvironment,
  fitted: FittedPath,
  bundle: Bundle,
  { rows, answers }: ParityProof,
): Promise<void> {
  const table = await env.tables.create(rowsFromJson(bundle.input, rows));
  const found = await bothWays(env, fitted, bundle, table, rows);
  same('the answers of today', found, 'those when it was registered', answers);
}

async function bothWays(
  env: LearnEnvironment,
  fitted: FittedPath,
  bundle: Bundle,
  table: Table,
  rows: readonly Row[],
): Promise<readonly Row[]> {
  const predicted = await predictTable(env, fitted, table);
  const frame = await predicted.frame(bundle.output.fields.map(({ name }) => name));
  const batch = rowsToJson(frame, range(frame.rows));
  const online = openOnline(env, fitted, bundle.input);
  const sent = rows.map((row) => JSON.stringify(row));
  same('a file', batch, 'a request of all rows', await ask(online, bundle, sent));
  if (!isWide(fitted)) {
    const one: Row[] = [];
    for (const text of sent) one.push(...(await ask(online, bundle, [text])));
    same('a file', batch, 'a request of one row', one);
  }
  return batch;
}

/** Answers to rows as a server reads them: JSON text. */
async function ask(online: Online, bundle: Bundle, sent: readonly string[]): Promise<readonly Row[]> {
  const answered = await online.answer(sent.map((text): unknown => JSON.parse(text)));
  if (!answered.ok) {
    const [{ row, column, found, expected }] = answered.wrong as [(typeof answered.wrong)[0]];
    throw unlike(row, `${column} is ${found} in a request, where ${expected} is due`);
  }
  const frame = predictionColumns(bundle.task, answered.prediction, bundle.target?.classes);
  return rowsToJson(frame, range(frame.rows));
}

function same(one: string, a: readonly Row[], other: string, b: readonly Row[]): void {
  for (let row = 0; row < Math.max(a.length, b.length); row++)
    for (const column of Object.keys(a[row] ?? b[row]!)) {
      const [x, y] = [a[row]?.[column], b[row]?.[column]];
      if (!Object.is(x, y)) throw unlike(row, `${column} is ${x} in ${one}, and ${y} in ${other}`);
    }
}

const unlike = (row: number, message: string) =>
  new ProblemError(
    problem(
      'learn/signature',
      `the model does not answer requests as it answers files: row ${row}, ${message}`,
    ),
  );

/** Rows spread evenly over the training table; where the model takes no gaps, those without. */
async function sampleOf(env: LearnEnvironment, bundle: Bundle, training: Table | undefined): Promise<Table> {
  if (!training || training.rows === 0)
    return env.tables.create(rowsFromJson(bundle.input, bundle.example.rows as readonly Row[]));
  const count = Math.min(ROWS, training.rows);
  const spread = Uint32Array.from({ length: count }, (_, i) => Math.floor((i * training.rows) / count));
  const picked = await env.tables.pick(training, spread);
  if (!takesNoGaps(bundle)) return picked;
  const frame = await picked.frame(bundle.input.fields.map(({ name }) => name));
  const whole = range(count).filter((row) =>
    frame.schema.fields.every(({ name }) => cell(frame.column(name), row) !== null),
  );
  return whole.length === count ? picked : env.tables.pick(picked, Uint32Array.from(whole));
}

/** Rows with gaps were dropped while it was trained: it may not be able to answer them. */
const takesNoGaps = ({ items }: Bundle): boolean =>
  items.some(({ component }) => component === 'prep.drop-missing');
