import { createHash } from 'node:crypto';
import { Worker } from 'node:worker_threads';
import type { Prediction } from '../component.js';
import { isoNow } from './clock.js';
import { columnsOf, type LogColumns } from './inference/columns.js';
import type { Drift } from './inference/drift.js';
import type { Log } from './log.js';
import type { Loaded } from './served-model.js';

/** Requests with their answers, kept for who looks at them later. */
export interface InferenceLog {
  /** Takes note of an answer where its request is in the sample. Only hands it on: another thread makes files of it. */
  note(model: Loaded, requestId: string, rows: readonly unknown[], prediction: Prediction): void;
  /** Drift of the rows that a version was last asked about, by its id; of those that are kept. */
  drift(version: string): Drift | undefined;
  /** Writes what is still held. */
  close(): Promise<void>;
}

export interface InferenceOptions {
  /** Files are `<folder>/<model>/<date>-<n>.parquet`. */
  readonly folder: string;
  /** Of all requests, 0 to 1. */
  readonly share: number;
  /** Rows of a file, default 10,000. */
  readonly rows?: number;
  /** Longest time that a row waits for its file, seconds, default 300. */
  readonly seconds?: number;
}

/** Main thread to the log's. */
export type LogHears =
  | { readonly type: 'model'; readonly columns: LogColumns }
  | { readonly type: 'noted'; readonly noted: readonly Noted[] }
  | { readonly type: 'close' };
/** The log's thread to the main one: what became of rows. `closed` is the last. */
export type LogSays =
  | { readonly type: 'written'; readonly rows: number }
  | { readonly type: 'failed'; readonly model: string; readonly rows: number; readonly problem: string }
  | { readonly type: 'recovered'; readonly model: string; readonly rows: number }
  | { readonly type: 'drift'; readonly model: string; readonly drift: Drift | undefined }
  | { readonly type: 'closed' };

export interface Noted {
  /** Id of the version. */
  readonly model: string;
  readonly requestId: string;
  readonly time: string;
  readonly rows: readonly unknown[];
  readonly prediction: Prediction;
}

/** What the log's thread is started with. */
export type LogSettings = Required<Omit<InferenceOptions, 'share'>>;

/** Rows that may wait for the disk; what comes while as many wait is dropped and told. */
const MOST = 50_000;
/** Notes go to the other thread together: so many, or after so many milliseconds. */
const TOGETHER = 64;
const WAIT_MS = 50;

/** Whether a request is in a sample of `share` (0 to 1): by its id alone, so every server decides alike. */
export const isSampled = (requestId: string, share: number): boolean =>
  createHash('sha256').update(requestId).digest().readUInt32BE(0) < share * 2 ** 32;

/** A log of a share of all requests as Parquet, without columns marked personal, made on a thread of its own. */
export function parquetLog(options: InferenceOptions, log: Log): InferenceLog {
  const { folder, share, rows: rowsPerFile = 10_000, seconds = 300 } = options;
  const workerData: LogSettings = { folder, rows: rowsPerFile, seconds };
  const worker = new Worker(new URL('./inference/worker.js', import.meta.url), { workerData, execArgv: [] });
  const known = new Set<string>();
  const drift = new Map<string, Drift>();
  let waiting: Noted[] = [];
  let timer: NodeJS.Timeout | undefined;
  let rowsWaiting = 0;
  let dropped = 0;
  let toldAt = Number.NEGATIVE_INFINITY;

  const say = (message: LogHears) => worker.postMessage(message);
  const hand = () => {
    clearTimeout(timer);
    timer = undefined;
    if (waiting.length > 0) say({ type: 'noted', noted: waiting });
    waiting = [];
  };
  const drop = (model: string, rows: number) => {
    dropped += rows;
    if (performance.now() - toldAt < 1000) return;
    log.write('error', 'inference rows dropped', { model, rows: dropped });
    toldAt = performance.now();
    dropped = 0;
  };
  const closed = new Promise<void>((resolve) => {
    worker.on('message', (said: LogSays) => {
      if (said.type === 'closed') return resolve();
      if (said.type === 'drift') {
        if (said.drift) drift.set(said.model, said.drift);
        return;
      }
      const { type, ...rest } = said;
      if (type === 'failed') log.write('error', 'inference log not written', rest);
      if (type === 'recovered') log.write('info', 'inference log recovered', rest);
      else rowsWaiting -= said.rows;
    });
    worker.on('error', (error) =>
      log.write('error', 'internal error', { error: error.stack ?? error.message }),
    );
    worker.on('exit', () => resolve());
  });
  worker.unref();

  return {
    note(model, requestId, rows, prediction) {
      if (!isSampled(requestId, share)) return;
      if (rowsWaiting + rows.length > MOST) return drop(model.name, rows.length);
      if (!known.has(model.id)) say({ type: 'model', columns: columnsOf(model) });
      known.add(model.id);
      rowsWaiting += rows.length;
      waiting.push({ model: model.id, requestId, time: isoNow(), rows, prediction });
      if (waiting.length >= TOGETHER) hand();
      else timer ??= setTimeout(hand, WAIT_MS).unref();
    },
    drift: (version) => drift.get(version),
    async close() {
      hand();
      worker.ref();
      say({ type: 'close' });
      await closed;
      await worker.terminate();
    },
  };
}
