import { endOf, openKeys } from '../../access/keys.js';
import { engineVersion } from '../../catalog.js';
import { ProblemError, problem } from '../../problem.js';
import { findProject } from '../../project.js';
import type { LogLevel } from '../../serve/log.js';
import { serve } from '../../serve/serve.js';
import type { Options, Run } from '../command.js';
import { catalogHere, openProject } from '../open.js';
import { print, printJson } from '../print.js';

export const run: Run = async ([references], options) => {
  const project = findProject(process.cwd()) === undefined ? undefined : openProject();
  if (options['batch'] !== undefined)
    return (await import('./serve-batch.js')).run(project, references as readonly string[], options);
  const stopped = untilStopped();
  const keys = project && openKeys(project.root);
  // Who has made keys means them to be asked for, on this machine too.
  const isGuarded = keys?.list().some((key) => endOf(key, new Date()) === undefined);
  const serving = await serve({
    ...(project && { project }),
    name: project?.name ?? 'toolbox',
    catalog: await catalogHere(),
    engine: engineVersion,
    references: references as readonly string[],
    ...(keys && isGuarded && { access: keys }),
    host: String(options['host']),
    port: numberFrom(options, 'port', 0, 65_535),
    ...(options['rate'] !== undefined && { rate: numberFrom(options, 'rate', 0.001, 1e6) }),
    limits: {
      body: numberFrom(options, 'maxBody', 0.001, 1024) * 2 ** 20,
      rows: numberFrom(options, 'maxRows', 1, 1e6),
      jobs: numberFrom(options, 'maxJobs', 0, 1e6),
      seconds: numberFrom(options, 'timeout', 1, 3600),
    },
    logSample: shareFrom(String(options['logSample'])),
    logLevel: options['logLevel'] as LogLevel,
    out: (text) => process.stderr.write(text),
  });
  if (options['json']) printJson({ ok: true, url: serving.url, models: serving.versions });
  else
    print(`${serving.versions.join(', ')} at ${serving.url}; try it at ${serving.url}/docs; Ctrl-C ends it`);
  await stopped;
  await serving.stop();
  return 0;
};

/** The first SIGINT or SIGTERM; a second one ends the process at once. */
const untilStopped = (): Promise<void> =>
  new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  });

/** `10%` or `0.1`. */
function shareFrom(text: string): number {
  const [, digits, percent] = /^(\d+(?:\.\d+)?)(%?)$/.exec(text) ?? [];
  const share = digits === undefined ? Number.NaN : Number(digits) / (percent ? 100 : 1);
  if (share <= 1) return share;
  throw new ProblemError(
    problem('command/usage', `--log-sample takes a share such as 10% or 0.1, not "${text}"`),
  );
}

function numberFrom(options: Options, name: string, least: number, most: number): number {
  const value = Number(options[name]);
  if (value >= least && value <= most) return value;
  const flag = name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  throw new ProblemError(
    problem(
      'command/usage',
      `--${flag} takes a number from ${least} to ${most}, not "${String(options[name])}"`,
    ),
  );
}
