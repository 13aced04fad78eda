import { existsSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { engineVersion } from '../../catalog.js';
import { ProblemError, problem, renderProblem } from '../../problem.js';
import type { Project } from '../../project.js';
import { problemsPath } from '../../run/bad-rows.js';
import { predictOnce } from '../../serve/jobs/once.js';
import type { JobProgress } from '../../serve/jobs/record.js';
import type { Options } from '../command.js';
import { catalogOf } from '../open.js';
import { print, printJson } from '../print.js';
import { listedIn, statusOf } from '../set-aside.js';
import { terminalOf } from '../terminal.js';

/** `toolbox serve NAME --batch IN OUT`: a batch job without a server. */
export async function run(
  project: Project | undefined,
  references: readonly string[],
  options: Options,
): Promise<number> {
  const files = options['batch'] as readonly string[];
  const [input, output] = files;
  const [reference, ...others] = references;
  if (!project)
    throw new ProblemError(problem('command/usage', 'there is no project (toolbox.yaml) to keep the job in'));
  if (input === undefined || output === undefined || files.length > 2 || others.length > 0)
    throw new ProblemError(
      problem('command/usage', '--batch takes one model, a file to read and a file to write', {
        hint: 'toolbox serve NAME --batch IN OUT',
      }),
    );
  if (!existsSync(input) || !statSync(input).isFile())
    throw new ProblemError(problem('file/missing', `there is no file ${input}`));
  const terminal = terminalOf(process.stderr);
  const line = progressLine(process.stderr, terminal.interactive);
  const stop = new AbortController();
  process.once('SIGINT', () => stop.abort(stopped()));
  process.once('SIGTERM', () => stop.abort(stopped()));
  const answer = await predictOnce(
    {
      project,
      catalog: await catalogOf(project),
      engine: engineVersion,
      reference: reference!,
      input: resolve(input),
      output: resolve(output),
      probabilities: options['probabilities'] !== false,
    },
    stop.signal,
    {
      accepted: ({ model }, isTakenUp) => {
        if (isTakenUp) process.stderr.write(`going on with a batch of ${model.id} that did not end\n`);
      },
      progress: line.show,
      warn: (warning) => process.stderr.write(`${renderProblem(warning, () => undefined, terminal)}\n`),
    },
  ).finally(line.end);
  const setAside = answer.rows_with_problems ?? 0;
  if (options['json']) printJson({ ok: setAside === 0, ...answer, output_path: output });
  else {
    print(`${answer.num_predictions} rows predicted by ${answer.model_version}, written to ${output}`);
    if (setAside > 0) print(listedIn(setAside, problemsPath(output)));
  }
  return statusOf(setAside);
}

const stopped = () =>
  new ProblemError(
    problem('run/cancelled', 'stopped; what was predicted is kept', {
      hint: 'the same command goes on where this one ended',
    }),
  );

/** On a terminal one line that is drawn again, elsewhere one now and then. */
function progressLine(stream: NodeJS.WriteStream, isLive: boolean) {
  let last = isLive ? 0 : performance.now();
  const wait = isLive ? 100 : 10_000;
  return {
    show({ rows = 0, rowsDone, rowsWithProblems }: JobProgress) {
      if (performance.now() - last < wait) return;
      last = performance.now();
      const text = `${rowsDone} of ${rows} rows${rowsWithProblems > 0 ? `, ${rowsWithProblems} with problems` : ''}`;
      stream.write(isLive ? `\r\x1b[K${text}` : `${text}\n`);
    },
    end() {
      if (isLive) stream.write('\r\x1b[K');
    },
  };
}
