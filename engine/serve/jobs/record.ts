import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Digest } from '../../canonical.js';
import type { Code } from '../../codes.js';
import { folders } from '../../project.js';
import { isAbsent, replaceFile } from '../../store/files.js';

/** What was asked for, and which version answers: written when the job is accepted, never changed. */
export interface JobRecord {
  /** 32 hex digits that nobody can guess. */
  readonly id: string;
  /** ISO 8601, as all times here. */
  readonly created: string;
  /** A server's jobs are taken up by servers, a command's by the same command. */
  readonly by: 'request' | 'command';
  /** Id of the key that asked; absent where none was needed. */
  readonly owner?: string;
  /** Of a command: the model as it was typed. */
  readonly asked?: string;
  /** The version as a reference that means it for good, and its digest. */
  readonly model: { readonly id: string; readonly reference: string; readonly digest: Digest };
  /** Absolute. */
  readonly input: string;
  readonly output: string;
  /** As they were asked for. */
  readonly inputPath: string;
  readonly outputPath: string;
  readonly probabilities: boolean;
}

export interface JobProgress {
  /** Rows of the file; unknown until it is read. */
  readonly rows?: number;
  readonly rowsDone: number;
  /** Of those, rows that could not be predicted. */
  readonly rowsWithProblems: number;
  /** False where the model looks at all rows together: such a job begins anew after a kill. */
  readonly chunked?: boolean;
}

export interface JobError {
  readonly code: Code;
  readonly message: string;
  readonly hint?: string;
}

/** `class_distribution` is empty for models of numbers; the last two are there where rows have problems. */
export interface BatchAnswer {
  readonly num_predictions: number;
  readonly output_path: string;
  readonly class_distribution: { readonly [name: string]: number };
  readonly timestamp: string;
  readonly model_version: string;
  readonly rows_with_problems?: number;
  readonly problems_path?: string;
}

export type JobStateName = 'queued' | 'running' | 'done' | 'failed' | 'cancelled';

export interface JobState extends JobProgress {
  readonly state: JobStateName;
  readonly started?: string;
  readonly finished?: string;
  /** Beginnings since rows were last predicted: one that never gets anywhere is given up. */
  readonly attempts: number;
  readonly answer?: BatchAnswer;
  readonly error?: JobError;
}

export interface Job {
  readonly record: JobRecord;
  readonly state: JobState;
}

export const queued: JobState = { state: 'queued', rowsDone: 0, rowsWithProblems: 0, attempts: 0 };

export const isFinished = ({ state }: JobState): boolean => state !== 'queued' && state !== 'running';

export const newJobId = (): string => randomBytes(16).toString('hex');
const isJobId = (text: string): boolean => /^[0-9a-f]{32}$/.test(text);

export const jobFolder = (root: string, id: string): string => join(folders(root).jobs, id);
/** What a job has worked out so far; gone when it ends. */
export const workFolder = (root: string, id: string): string => join(jobFolder(root, id), 'work');
export const jobLock = (root: string, id: string): string => join(folders(root).locks, `job-${id}`);

/** The job exists, waiting, once this is written. */
export function writeRecord(root: string, record: JobRecord): void {
  const path = join(jobFolder(root, record.id), 'job.json');
  replaceFile(path, JSON.stringify(record), { sync: true, named: 'job.accepted' });
}

/** An end reaches the disk before anybody hears of it; progress may get lost. */
export function writeState(root: string, id: string, state: JobState): void {
  const path = join(jobFolder(root, id), 'state.json');
  replaceFile(path, JSON.stringify(state), { sync: isFinished(state) });
}

export function readJob(root: string, id: string): Job | undefined {
  if (!isJobId(id)) return undefined;
  const record = read<JobRecord>(join(jobFolder(root, id), 'job.json'));
  return record && { record, state: read<JobState>(join(jobFolder(root, id), 'state.json')) ?? queued };
}

export function jobIds(root: string): readonly string[] {
  try {
    return readdirSync(folders(root).jobs).filter(isJobId);
  } catch (error) {
    if (isAbsent(error)) return [];
    throw error;
  }
}

function read<T>(path: string): T | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as T;
  } catch (error) {
    if (isAbsent(error) || error instanceof SyntaxError) return undefined;
    throw error;
  }
}
