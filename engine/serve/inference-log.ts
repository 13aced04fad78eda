import { createHash } from 'node:crypto';
import { link, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { Field } from '../artifacts/schema.js';
import type { Prediction } from '../component.js';
import { parquetOf } from '../export/parquet.js';
import { frameOfRows, type JsonRow } from '../learn/cells.js';
import { predictionFrame } from '../learn/path.js';
import { rowsToJson } from '../learn/rows.js';
import { errorCode, temporaryBeside, writeChunks } from '../store/files.js';
import type { Log } from './log.js';
import type { Loaded } from './served-model.js';

/** Requests with their answers, kept for who looks at them later. */
export interface InferenceLog {
  /** Takes note of an answer where its request is in the sample. Only holds it: files are made later, on the same thread. */
  note(model: Loaded, requestId: string, rows: readonly unknown[], prediction: Prediction): void;
  /** Writes what is still held. */
  close(): Promise<void>;
}

interface Noted {
  readonly requestId: string;
  readonly time: string;
  readonly rows: readonly JsonRow[];
  readonly prediction: Prediction;
}
interface Held {
  readonly model: Loaded;
  readonly noted: Noted[];
  rows: number;
}

/** Rows of a file. */
const ROWS = 10_000;
/** Files that may wait for the disk; what comes while as many wait is dropped and told. */
const WAITING = 4;

/** Whether a request is in a sample of `share` (0 to 1): by its id alone, so every server decides alike. */
export const isSampled = (requestId: string, share: number): boolean =>
  createHash('sha256').update(requestId).digest().readUInt32BE(0) < share * 2 ** 32;

/** A log of a `share` of all requests as `<folder>/<model>/<date>-<n>.parquet`, without columns marked personal. */
export function parquetLog(folder: string, share: number, log: Log, rowsPerFile = ROWS): InferenceLog {
  const held = new Map<string, Held>();
  let waiting = 0;
  let writing: Promise<void> = Promise.resolve();

  const hand = (full: Held) => {
    held.delete(full.model.name);
    if (waiting >= WAITING) {
      log.write('error', 'inference rows dropped', { model: full.model.name, rows: full.rows });
      return;
    }
    waiting++;
    writing = writing
      .then(() => write(folder, full))
      .catch((error: unknown) =>
        log.write('error', 'inference log not written', {
          model: full.model.name,
          rows: full.rows,
          problem: error instanceof Error ? error.message : String(error),
        }),
      )
      .finally(() => {
        waiting--;
      });
  };

  return {
    note(model, requestId, rows, prediction) {
      if (!isSampled(requestId, share)) return;
      const before = held.get(model.name);
      // Another version may take and give other columns: it begins a file of its own.
      if (before && before.model.id !== model.id) hand(before);
      const own = held.get(model.name) ?? { model, noted: [], rows: 0 };
      held.set(model.name, own);
      own.noted.push({ requestId, time: new Date().toISOString(), rows: rows as JsonRow[], prediction });
      own.rows += rows.length;
      if (own.rows >= rowsPerFile) hand(own);
    },
    async close() {
      for (const own of [...held.values()]) hand(own);
      await writing;
    },
  };
}

const own: readonly Field[] = [
  { name: 'request_id', type: 'string', role: 'key', nullable: false },
  { name: 'time', type: 'timestamp', role: 'order', nullable: false },
  { name: 'model_version', type: 'string', role: 'key', nullable: false },
];

/** Columns of the log, and under which name each column of the input stands: `input_…` where the log has that name. */
function columnsOf({ input, bundle }: Loaded) {
  const ends = [...own, ...bundle.output.fields];
  const kept = input.fields.filter(({ personal }) => !personal);
  const nameOf = (name: string) => (ends.some((field) => field.name === name) ? `input_${name}` : name);
  const names = kept.map(({ name }) => [name, nameOf(name)] as const);
  const inputs = kept.map((field) => ({ ...field, name: nameOf(field.name), nullable: true }));
  return { names, fields: [...own, ...inputs, ...bundle.output.fields] };
}

async function write(folder: string, { model, noted }: Held): Promise<void> {
  const { names, fields } = columnsOf(model);
  const lines: JsonRow[] = [];
  for (const [at, { requestId, time, rows, prediction }] of noted.entries()) {
    // Requests are answered between two blocks.
    if (at % 100 === 99) await setImmediate();
    const answers = rowsToJson(predictionFrame(model.bundle.task, prediction, model.classes), rows.keys());
    for (const [i, row] of rows.entries())
      lines.push({
        request_id: requestId,
        time,
        model_version: model.id,
        ...Object.fromEntries(names.map(([name, to]) => [to, row[name]])),
        ...answers[i],
      });
  }
  const schema = { fields };
  const frame = frameOfRows(schema, lines, (_row, column) => {
    throw new Error(`a value of "${column}" does not fit the log`);
  });
  const table = {
    schema,
    rows: frame.rows,
    frame: async () => frame,
    async *batches() {
      yield frame;
    },
  };
  const place = join(folder, model.name);
  const temporary = temporaryBeside(join(place, 'log'));
  await writeChunks(temporary, parquetOf(table));
  try {
    await nameNew(temporary, place, noted[0]!.time.slice(0, 10));
  } finally {
    await rm(temporary, { force: true });
  }
}

/** The next free name of the day; a link never takes a name that another server took meanwhile. */
async function nameNew(temporary: string, place: string, date: string): Promise<void> {
  for (let n = 1; ; n++)
    try {
      await link(temporary, join(place, `${date}-${n}.parquet`));
      return;
    } catch (error) {
      if (errorCode(error) !== 'EEXIST') throw error;
    }
}
