import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { sep } from 'node:path';
import { ProblemError } from '../../problem.js';
import type { Project } from '../../project.js';
import { lock, type Release } from '../../store/locks.js';
import type { Log } from '../log.js';
import { Refusal } from '../refusal.js';
import {
  isFinished,
  type Job,
  type JobError,
  type JobRecord,
  type JobState,
  jobFolder,
  jobIds,
  jobLock,
  queued,
  readJob,
  workFolder,
  writeRecord,
  writeState,
} from './record.js';
import { JobThread } from './thread.js';

export interface JobsOptions {
  /** Whose folders jobs and files lie in. */
  readonly project: Pick<Project, 'root' | 'roots'>;
  readonly engine: string;
  readonly log: Log;
  /** Jobs that may wait, besides the one that runs. */
  readonly waiting: number;
}

/** Finished jobs that are remembered. */
const REMEMBERED = 1000;
/** Beginnings without a row predicted in between, after which a job is given up. */
const ATTEMPTS = 3;

/**
 * The batch jobs of a project, one at a time, in order of acceptance. The folder of a job is the truth about it: what
 * a server that died had accepted is taken up by the next. The lock of a job says which process works on it.
 */
export class Jobs {
  readonly #held = new Map<string, Release>();
  readonly #queue: Job[] = [];
  readonly #finished = new Map<string, Job>();
  readonly #waiters = new Map<string, Set<() => void>>();
  readonly #removals = new Set<Promise<void>>();
  readonly #thread = new JobThread();
  #running: { readonly id: string; cancelled: boolean } | undefined;
  #turn: Promise<void> = Promise.resolve();
  #isWorking = false;
  #closed = false;

  constructor(private readonly options: JobsOptions) {}

  /** Takes up what other servers left behind. */
  async resume(): Promise<void> {
    const { root } = this.options.project;
    const left: Job[] = [];
    for (const job of this.list()) {
      const work = workFolder(root, job.record.id);
      if (isFinished(job.state) && existsSync(work)) this.#remove(work);
      if (job.record.by === 'request' && !isFinished(job.state) && (await this.#hold(job.record.id)))
        left.push(readJob(root, job.record.id)!);
    }
    left.sort(byCreation);
    for (const job of left) {
      this.options.log.write('info', 'job taken up', { job: job.record.id, rows_done: job.state.rowsDone });
      this.#enter({ ...job, state: { ...job.state, state: 'queued' } });
    }
  }

  /** Accepts a job; it is on the disk when this resolves. Throws a Refusal where too many wait. */
  async submit(record: JobRecord): Promise<Job> {
    const { project, waiting } = this.options;
    if (this.#closed) throw new Refusal('serve/stopping', 'the server is stopping');
    if (this.#queue.length >= waiting)
      throw new Refusal('serve/busy', `${waiting} jobs wait already`, { headers: { 'retry-after': '30' } });
    const others = [...this.#held.keys()].map((id) => readJob(project.root, id)?.record.output);
    if (others.includes(record.output))
      throw new Refusal('request/path', 'another job writes to "output_path"');
    const job = { record, state: queued };
    await this.#hold(record.id);
    writeRecord(project.root, record);
    this.#forget();
    this.#enter(job);
    return job;
  }

  get(id: string): Job | undefined {
    const known = this.#finished.get(id) ?? readJob(this.options.project.root, id);
    if (known && isFinished(known.state)) this.#finished.set(id, known);
    return known;
  }

  /** The newest first. */
  list(): readonly Job[] {
    return jobIds(this.options.project.root)
      .flatMap((id) => this.get(id) ?? [])
      .sort(byCreation)
      .reverse();
  }

  /** Ends a job that is not finished, and says how it stands. Throws a Refusal where another server works on it. */
  async cancel(id: string): Promise<Job | undefined> {
    const job = this.get(id);
    if (!job || isFinished(job.state)) return job;
    if (!this.#held.has(id))
      throw new Refusal('serve/busy', 'another process works on this job', {
        hint: 'ask the server that accepted it',
      });
    if (this.#running?.id === id) {
      this.#running.cancelled = true;
      await this.#thread.stop();
      await this.settled(id, 10_000);
    } else {
      this.#queue.splice(
        this.#queue.findIndex(({ record }) => record.id === id),
        1,
      );
      this.#end(job, { ...job.state, state: 'cancelled' });
    }
    return this.get(id);
  }

  /** Resolves when the job is finished, after so many milliseconds, or when the server stops. */
  settled(id: string, wait: number): Promise<void> {
    return new Promise((resolve) => {
      if (this.#closed || !this.#held.has(id)) return resolve();
      const waiters = this.#waiters.get(id) ?? new Set();
      this.#waiters.set(id, waiters);
      const done = () => {
        clearTimeout(timer);
        waiters.delete(done);
        resolve();
      };
      const timer = setTimeout(done, wait);
      waiters.add(done);
    });
  }

  /** Stops working; what is unfinished stays, to be taken up by the next server. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#thread.stop();
    await this.#turn;
    await Promise.all(this.#removals);
    for (const waiters of this.#waiters.values()) for (const done of [...waiters]) done();
    for (const release of this.#held.values()) release();
    this.#held.clear();
  }

  async #hold(id: string): Promise<boolean> {
    try {
      const path = jobLock(this.options.project.root, id);
      this.#held.set(id, await lock(path, { wait: 0, purpose: 'a batch of predictions' }));
      return true;
    } catch (error) {
      if (error instanceof ProblemError && error.problems[0]!.code === 'run/locked') return false;
      throw error;
    }
  }

  #enter(job: Job): void {
    this.#queue.push(job);
    if (!this.#isWorking) this.#turn = this.#work();
  }

  async #work(): Promise<void> {
    this.#isWorking = true;
    for (let job = this.#queue.shift(); job && !this.#closed; job = this.#queue.shift()) await this.#run(job);
    this.#isWorking = false;
  }

  async #run({ record }: Job): Promise<void> {
    const { project, engine, log } = this.options;
    const { id } = record;
    let { state } = this.get(id)!;
    const set = (next: JobState) => {
      state = next;
      writeState(project.root, id, state);
    };
    set({
      ...state,
      state: 'running',
      started: state.started ?? new Date().toISOString(),
      attempts: state.attempts + 1,
    });
    if (state.attempts > ATTEMPTS)
      return this.#end({ record, state }, { ...state, state: 'failed', error: givenUp });
    const running = { id, cancelled: false };
    this.#running = running;
    try {
      const answer = await this.#thread.run(
        {
          project: { root: project.root, roots: project.roots },
          record,
          engine,
          // One processor is left to the requests.
          workers: Math.max(1, availableParallelism() - 1),
        },
        {
          progress: (progress) =>
            set({ ...state, ...progress, attempts: progress.rowsDone > state.rowsDone ? 1 : state.attempts }),
          warn: ({ message, code }) => log.write('warning', message, { job: id, code }),
        },
      );
      this.#end({ record, state }, { ...state, state: 'done', answer });
    } catch (error) {
      if (running.cancelled) this.#end({ record, state }, { ...state, state: 'cancelled' });
      else if (!this.#closed)
        this.#end({ record, state }, { ...state, state: 'failed', error: this.#told(id, error) });
    } finally {
      this.#running = undefined;
    }
  }

  #end({ record }: Job, ended: JobState): void {
    const { root } = this.options.project;
    const state = { ...ended, finished: new Date().toISOString() };
    writeState(root, record.id, state);
    this.#remove(workFolder(root, record.id));
    this.#held.get(record.id)?.();
    this.#held.delete(record.id);
    this.options.log.write(state.state === 'failed' ? 'error' : 'info', `job ${state.state}`, {
      job: record.id,
      model: record.model.id,
      rows: state.rows,
      problem: state.error?.message,
    });
    for (const done of [...(this.#waiters.get(record.id) ?? [])]) done();
    this.#waiters.delete(record.id);
  }

  /** A failure as the client may hear it: nothing of where the project lies, or of the server's insides. */
  #told(id: string, error: unknown): JobError {
    if (error instanceof ProblemError) {
      const relative = (text: string) => text.replaceAll(`${this.options.project.root}${sep}`, '');
      const [first] = error.problems;
      return {
        code: first!.code,
        message: relative(error.problems.map(({ message }) => message).join('; ')),
        ...(first!.hint !== undefined && { hint: relative(first!.hint) }),
      };
    }
    this.options.log.write('error', 'internal error', {
      job: id,
      error: error instanceof Error ? (error.stack ?? error.message) : String(error),
    });
    return {
      code: 'run/internal',
      message: 'an error of the server; its log tells more under the id of this job',
    };
  }

  /** Thousands of files can take a second: requests do not wait for it. */
  #remove(folder: string): void {
    const removal = rm(folder, { recursive: true, force: true })
      .catch((error: Error) => this.options.log.write('error', 'job not removed', { problem: error.message }))
      .finally(() => this.#removals.delete(removal));
    this.#removals.add(removal);
  }

  #forget(): void {
    const old = this.list().filter(({ state }) => isFinished(state));
    for (const { record } of old.slice(REMEMBERED)) {
      this.#finished.delete(record.id);
      this.#remove(jobFolder(this.options.project.root, record.id));
    }
  }
}

const byCreation = (a: Job, b: Job): number =>
  a.record.created < b.record.created ? -1 : a.record.created > b.record.created ? 1 : 0;

const givenUp: JobError = {
  code: 'run/internal',
  message: `the server ended ${ATTEMPTS} times while it worked on this, and no row was predicted in between`,
  hint: 'is there memory enough? ask for the file in smaller ones',
};
