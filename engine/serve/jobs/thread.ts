import { Worker } from 'node:worker_threads';
import { type Problem, ProblemError } from '../../problem.js';
import type { BatchAnswer, JobProgress } from './record.js';
import type { JobTold, JobWork } from './run-job.js';

/** What a job's thread is given: it makes its own catalog, since components cannot be sent. */
export type ThreadWork = Omit<JobWork, 'catalog'>;

export type ThreadSays =
  | { readonly type: 'progress'; readonly progress: JobProgress }
  | { readonly type: 'warning'; readonly problem: Problem }
  | { readonly type: 'done'; readonly answer: BatchAnswer }
  | { readonly type: 'failed'; readonly problems: readonly Problem[] };

/** How long a thread waits for another job, milliseconds. */
const IDLE = 10_000;

/**
 * A thread for jobs, one at a time, which dies with the process: the loop that answers requests stays free, and
 * nobody is left at work when a server is killed.
 */
export class JobThread {
  #worker: Worker | undefined;
  #idle: NodeJS.Timeout | undefined;
  /** Of the job that runs. */
  #hear: (said: ThreadSays) => void = () => {};
  #lose: (error: Error) => void = () => {};

  /** Rejects with problems, or with what the thread ended of. */
  async run(work: ThreadWork, told: JobTold): Promise<BatchAnswer> {
    clearTimeout(this.#idle);
    this.#worker ??= this.#start();
    try {
      return await new Promise<BatchAnswer>((resolve, reject) => {
        this.#hear = (said) => {
          if (said.type === 'progress') told.progress(said.progress);
          else if (said.type === 'warning') told.warn(said.problem);
          else if (said.type === 'done') resolve(said.answer);
          else reject(new ProblemError(...said.problems));
        };
        this.#lose = reject;
        this.#worker!.postMessage(work);
      });
    } finally {
      this.#idle = setTimeout(() => void this.stop(), IDLE).unref();
    }
  }

  /** Ends the thread where it stands; the job that it works on rejects. */
  async stop(): Promise<void> {
    clearTimeout(this.#idle);
    await this.#worker?.terminate();
  }

  #start(): Worker {
    const worker = new Worker(new URL('./worker.js', import.meta.url), { execArgv: [] });
    worker.on('message', (said: ThreadSays) => this.#hear(said));
    worker.on('error', (error) => this.#lose(error));
    worker.on('exit', (code) => {
      this.#worker = undefined;
      this.#lose(new Error(`the thread of a job ended with code ${code}`));
    });
    return worker;
  }
}
