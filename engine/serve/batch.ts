import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Code } from '../codes.js';
import { isRow } from '../learn/cells.js';
import type { Project } from '../project.js';
import type { Jobs } from './jobs/jobs.js';
import { inputUnder, outputUnder } from './jobs/paths.js';
import { isFinished, type Job, newJobId } from './jobs/record.js';
import { loadedOf } from './predict.js';
import { Refusal } from './refusal.js';
import type { Routes } from './routes.js';
import type { Loaded, ServedModel } from './served-model.js';

export interface BatchOptions {
  /** Whose roots files must lie under. */
  readonly project: Pick<Project, 'root' | 'roots'>;
  readonly jobs: Jobs;
  /** Longest time that a request waits for its job, seconds. */
  readonly seconds: number;
}

const members = ['input_path', 'output_path', 'include_probabilities'];
/** How long a request that says nothing of it waits for its job, seconds. */
const WAIT = 5;

/** `POST /batch_predict`: a file of the project predicted into another, as a job that the request waits for a while. */
export function batchHandler({ project, jobs, seconds }: BatchOptions) {
  return (model: ServedModel | undefined) => async (request: FastifyRequest, reply: FastifyReply) => {
    const loaded = loadedOf(model);
    const { body } = request;
    if (!isRow(body) || Object.keys(body).some((key) => !members.includes(key)))
      throw new Refusal('request/shape', `the body holds ${members.join(', ')} and nothing else`);
    const probabilities = body['include_probabilities'] ?? true;
    if (typeof probabilities !== 'boolean')
      throw new Refusal('request/shape', '"include_probabilities" is neither true nor false');
    const input = inputUnder(project, body['input_path']);
    const output = outputUnder(project, body['output_path']);
    const { record } = await jobs.submit({
      id: newJobId(),
      created: new Date().toISOString(),
      by: 'request',
      ...(request.caller && { owner: request.caller.id }),
      model: { id: loaded.id, reference: pinned(loaded, model!), digest: loaded.digest },
      input,
      output,
      inputPath: String(body['input_path']),
      outputPath: String(body['output_path']),
      probabilities,
    });
    const wait = Math.min(waitOf(request.headers['prefer']), seconds);
    if (wait > 0) await jobs.settled(record.id, wait * 1000);
    const job = jobs.get(record.id)!;
    if (job.state.answer) return job.state.answer;
    const { error } = job.state;
    if (error)
      throw new Refusal(isOurs(error.code) ? error.code : 'request/values', error.message, {
        hint: error.hint,
      });
    reply.code(202).headers({ location: `/jobs/${record.id}`, 'retry-after': '1' });
    return viewOf(job);
  };
}

/** Is it the server's fault, or its disk's, rather than that of the file? */
const isOurs = (code: Code): boolean => /^(run|store)\//.test(code);

/** What means the version for good: its number, or the folder that it was opened from. */
const pinned = ({ id }: Loaded, { source }: ServedModel): string => (source.isFolder ? source.reference : id);

/** `Prefer: respond-async` (RFC 7240) waits for nothing, `wait=n` n seconds. */
function waitOf(prefer: string | string[] | undefined): number {
  const asked = String(prefer ?? '').toLowerCase();
  if (/(^|[,;\s])respond-async($|[,;\s])/.test(asked)) return 0;
  const [, seconds] = /(?:^|[,;\s])wait=(\d{1,6})(?:$|[,;\s])/.exec(asked) ?? [];
  return seconds === undefined ? WAIT : Number(seconds);
}

/** Routes of jobs. A key sees the jobs that it asked for, an admin's key all. */
export function addJobRoutes(routes: Routes, jobs: Jobs): void {
  const isSeen = ({ record }: Job, { caller }: FastifyRequest) =>
    !caller || caller.scopes.includes('admin') || record.owner === caller.id;
  // A job of somebody else and one that never was are told alike.
  const asked = (request: FastifyRequest): Job => {
    const job = jobs.get((request.params as { readonly id: string }).id);
    if (job && isSeen(job, request)) return job;
    throw new Refusal('request/not-found', 'there is no such job');
  };
  routes.add('GET', '/jobs', 'batch', (request) => ({
    jobs: jobs
      .list()
      .filter((job) => isSeen(job, request))
      .slice(0, 100)
      .map(viewOf),
  }));
  routes.add('GET', '/jobs/:id', 'batch', (request, reply) => {
    const job = asked(request);
    if (!isFinished(job.state)) reply.header('retry-after', '1');
    return viewOf(job);
  });
  routes.add('DELETE', '/jobs/:id', 'batch', async (request) =>
    viewOf((await jobs.cancel(asked(request).record.id))!),
  );
}

/** A job as its owner sees it. */
function viewOf({ record, state }: Job) {
  return {
    id: record.id,
    state: state.state,
    model_version: record.model.id,
    input_path: record.inputPath,
    output_path: record.outputPath,
    rows: state.rows ?? null,
    rows_done: state.rowsDone,
    rows_with_problems: state.rowsWithProblems,
    chunked: state.chunked ?? null,
    created: record.created,
    started: state.started ?? null,
    finished: state.finished ?? null,
    ...(state.answer && { result: state.answer }),
    ...(state.error && { error: state.error }),
  };
}
