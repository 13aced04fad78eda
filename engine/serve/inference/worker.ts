import { join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import type { JsonRow } from '../../learn/cells.js';
import { predictionFrame } from '../../learn/path.js';
import { rowsToJson } from '../../learn/rows.js';
import { lock } from '../../store/locks.js';
import type { LogHears, LogSays, LogSettings, Noted } from '../inference-log.js';
import type { LogColumns } from './columns.js';
import { driftOf } from './drift.js';
import { HeldFile, leftBehind, namesIn } from './held-file.js';

/** The entry point of the thread that writes the inference log. */
const { folder, rows: rowsPerFile, seconds } = workerData as LogSettings;
const port = parentPort!;
const say = (message: LogSays) => port.postMessage(message);

interface Held {
  readonly id: string;
  readonly file: HeldFile;
  readonly timer: NodeJS.Timeout;
}

const columns = new Map<string, LogColumns>();
/** By name of the model: another version may have other columns, so it begins a file of its own. */
const held = new Map<string, Held>();
let writing: Promise<void> = recover();

/** One file after the other. */
function finish(model: string, { file, timer }: Held): void {
  clearTimeout(timer);
  held.delete(model);
  file.keep();
  const rows = file.lines.length;
  writing = writing
    .then(() => file.write())
    .then(() => say({ type: 'written', rows }))
    .catch((error: unknown) => say({ type: 'failed', model, rows, problem: textOf(error) }));
}

const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** One server takes up what others left; where one is at it, this one has nothing to do. */
async function recover(): Promise<void> {
  if (namesIn(folder).length === 0) return;
  const release = await lock(join(folder, '.recovering'), { wait: 0 }).catch(() => undefined);
  if (!release) return;
  for (const model of namesIn(folder))
    try {
      for (const file of leftBehind(join(folder, model))) {
        await file.write();
        say({ type: 'recovered', model, rows: file.lines.length });
      }
    } catch (error) {
      say({ type: 'failed', model, rows: 0, problem: textOf(error) });
    }
  release();
}

function heldFor(version: LogColumns): Held {
  const { id, name, fields } = version;
  const before = held.get(name);
  if (before?.id === id) return before;
  if (before) finish(name, before);
  const made: Held = {
    id,
    file: new HeldFile(join(folder, name), fields),
    timer: setTimeout(() => finish(name, made), seconds * 1000),
  };
  held.set(name, made);
  return made;
}

function take({ model, requestId, time, rows, prediction }: Noted): void {
  const version = columns.get(model)!;
  const own = heldFor(version);
  const answers = rowsToJson(predictionFrame(version.task, prediction, version.classes), rows.keys());
  own.file.add(
    rows.map((row, i) => ({
      request_id: requestId,
      time,
      model_version: model,
      ...Object.fromEntries(version.names.map(([name, to]) => [to, (row as JsonRow)[name]])),
      ...answers[i],
    })),
  );
  look(version, rows as readonly JsonRow[]);
  if (own.file.lines.length >= rowsPerFile) finish(version.name, own);
}

/** Rows that drift is told of: the last so many, as soon as there are so few. */
const MOST = 1000;
const LEAST = 100;
/** No more often than this, milliseconds. */
const BETWEEN = 5000;

interface Recent {
  readonly id: string;
  rows: readonly JsonRow[];
  timer?: NodeJS.Timeout;
}
const recent = new Map<string, Recent>();

function look({ id, name, reference }: LogColumns, rows: readonly JsonRow[]): void {
  if (Object.keys(reference).length === 0) return;
  let own = recent.get(name);
  if (own?.id !== id) {
    clearTimeout(own?.timer);
    own = { id, rows: [] };
    recent.set(name, own);
  }
  const seen = own;
  seen.rows = [...seen.rows, ...rows].slice(-MOST);
  if (seen.rows.length < LEAST || seen.timer) return;
  const tell = () => say({ type: 'drift', model: id, drift: driftOf(reference, seen.rows) });
  // At once, and once more for what comes meanwhile.
  tell();
  seen.timer = setTimeout(() => {
    delete seen.timer;
    tell();
  }, BETWEEN).unref();
}

port.on('message', async (heard: LogHears) => {
  if (heard.type === 'model') columns.set(heard.columns.id, heard.columns);
  else if (heard.type === 'noted') {
    for (const noted of heard.noted) take(noted);
    for (const { file } of held.values()) file.keep();
  } else {
    for (const [model, own] of [...held]) finish(model, own);
    await writing;
    say({ type: 'closed' });
  }
});
