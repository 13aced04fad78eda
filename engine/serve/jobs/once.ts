import { existsSync, rmSync } from 'node:fs';
import { ProblemError, problem } from '../../problem.js';
import { problemsPath } from '../../run/bad-rows.js';
import { withLock } from '../../store/locks.js';
import { modelSource } from '../sources.js';
import {
  type BatchAnswer,
  isFinished,
  type JobRecord,
  jobFolder,
  jobIds,
  jobLock,
  newJobId,
  readJob,
  writeRecord,
} from './record.js';
import { type JobTold, type JobWork, runJob } from './run-job.js';

export interface OnceRequest extends Omit<JobWork, 'record'> {
  /** Name, version, alias or folder of the model. */
  readonly reference: string;
  /** Absolute. */
  readonly input: string;
  readonly output: string;
  readonly probabilities: boolean;
}

/**
 * A batch job without a server. One that asks for the same and was killed half way is taken up, also where an alias
 * has moved on since: a job keeps its version. Throws problems; what was predicted until then stays for the next call.
 */
export async function predictOnce(
  request: OnceRequest,
  signal: AbortSignal,
  told: JobTold & { accepted(record: JobRecord, isTakenUp: boolean): void },
): Promise<BatchAnswer> {
  const { project, reference, output } = request;
  const left = leftBehind(request);
  const record = left ?? (await newRecord(request));
  return withLock(
    jobLock(project.root, record.id),
    async () => {
      if (!left) {
        for (const path of [output, problemsPath(output)]) refuseTaken(path);
        writeRecord(project.root, record);
      }
      told.accepted(record, left !== undefined);
      const forget = () => rmSync(jobFolder(project.root, record.id), { recursive: true, force: true });
      try {
        const answer = await runJob({ ...request, record }, signal, told);
        forget();
        return answer;
      } catch (error) {
        // A file that does not fit will not fit the next time; a stop or a full disk passes.
        if (error instanceof ProblemError && !/^(run|store)\//.test(error.problems[0]!.code)) forget();
        throw error;
      }
    },
    { wait: 0, purpose: `predicting ${reference}` },
  );
}

function leftBehind({ project, reference, ...asked }: OnceRequest): JobRecord | undefined {
  for (const id of jobIds(project.root)) {
    const job = readJob(project.root, id);
    if (job?.record.by !== 'command' || isFinished(job.state)) continue;
    const { record } = job;
    if (
      record.asked === reference &&
      record.input === asked.input &&
      record.output === asked.output &&
      record.probabilities === asked.probabilities
    )
      return record;
  }
  return undefined;
}

async function newRecord(request: OnceRequest): Promise<JobRecord> {
  const { project, reference, input, output, probabilities } = request;
  const source = modelSource(project.root, reference);
  const { id, digest } = await source.open();
  return {
    id: newJobId(),
    created: new Date().toISOString(),
    by: 'command',
    asked: reference,
    model: { id, reference: source.isFolder ? source.reference : id, digest },
    input,
    output,
    inputPath: input,
    outputPath: output,
    probabilities,
  };
}

function refuseTaken(path: string): void {
  if (existsSync(path))
    throw new ProblemError(
      problem('command/usage', `${path} is there already, and no batch writes over a file`, {
        hint: 'move it away, or name another',
      }),
    );
}
