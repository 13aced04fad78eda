import type { AddressInfo } from 'node:net';
import type { Catalog } from '../component.js';
import { ProblemError, problem } from '../problem.js';
import { folders, type Project } from '../project.js';
import { doorTo, scratchWorkspace } from '../run/read-file.js';
import { errorCode } from '../store/files.js';
import type { Access } from './guard.js';
import { parquetLog } from './inference-log.js';
import { Jobs } from './jobs/jobs.js';
import { jsonLog, type LogLevel } from './log.js';
import { ServedModel } from './served-model.js';
import { createServer, type Limits } from './server.js';
import { modelSource } from './sources.js';

export interface ServeRequest {
  /** The project whose registry is meant by names and whose files may be predicted; folders need none. */
  readonly project?: Pick<Project, 'root' | 'roots'>;
  readonly name: string;
  readonly catalog: Catalog;
  readonly engine: string;
  readonly references: readonly string[];
  readonly host: string;
  readonly port: number;
  readonly access?: Access;
  readonly rate?: number;
  readonly limits: Limits;
  /** Share of requests, 0 to 1, that are kept with their answers in the project; default: none. */
  readonly logSample?: number;
  readonly logLevel: LogLevel;
  /** Where the lines of the log go. */
  readonly out: (text: string) => void;
}

export interface Serving {
  /** `http://127.0.0.1:8000` */
  readonly url: string;
  /** What is served, the default first. */
  readonly versions: readonly string[];
  stop(): Promise<void>;
}

const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || /^127\.\d+\.\d+\.\d+$/.test(host);

/** Loads the models, opens the port, and serves until stopped. Throws problems. */
export async function serve(request: ServeRequest): Promise<Serving> {
  const { host, port, access, rate, limits, project, logSample = 0 } = request;
  if (!isLoopback(host) && !access)
    throw new ProblemError(
      problem('serve/address', `${host} can be reached from other machines, and nobody here has a key`, {
        hint: 'make one with "toolbox keys create", or serve on 127.0.0.1',
      }),
    );
  if (logSample > 0 && !project)
    throw new ProblemError(
      problem('command/usage', 'there is no project (toolbox.yaml) to keep a log of requests in'),
    );
  const sources = request.references.map((reference) => modelSource(project?.root, reference));
  const twice = sources.find(({ name }, i) => sources.findIndex((other) => other.name === name) !== i);
  if (twice)
    throw new ProblemError(
      problem('command/usage', `"${twice.name}" is served once, not twice at the same address`),
    );
  const workspace = scratchWorkspace(request.catalog);
  const log = jsonLog(request.out, request.logLevel);
  try {
    const door = doorTo(workspace, 'serve', new AbortController().signal, {
      warn: (warning) => log.write('warning', warning.message, { code: warning.code }),
    });
    const models = sources.map((source) => new ServedModel(source, door));
    for (const model of models) {
      await model.refresh();
      if (model.problem) throw new ProblemError(model.problem);
    }
    const jobs = project && new Jobs({ project, engine: request.engine, log, waiting: limits.jobs });
    const server = createServer({
      models,
      name: request.name,
      engine: request.engine,
      log,
      limits,
      ...(project && jobs && { batch: { project, jobs } }),
      ...(project &&
        logSample > 0 && {
          inference: parquetLog({ folder: folders(project.root).inference, share: logSample }, log),
        }),
      ...(access && { access }),
      ...(rate !== undefined && { rate }),
    });
    const bound = await listen(server.app, host, port);
    server.watch();
    await jobs?.resume();
    const versions = models.map(({ loaded }) => loaded!.id);
    log.write('info', 'serving', { address: bound, models: versions.join(', ') });
    return {
      url: bound,
      versions,
      async stop() {
        log.write('info', 'stopping');
        await server.stop();
        await workspace.close();
      },
    };
  } catch (error) {
    await workspace.close();
    throw error;
  }
}

async function listen(
  app: ReturnType<typeof createServer>['app'],
  host: string,
  port: number,
): Promise<string> {
  try {
    await app.listen({ host, port });
  } catch (error) {
    const code = errorCode(error);
    if (code === 'EADDRINUSE' || code === 'EACCES' || code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND')
      throw new ProblemError(
        problem(
          'serve/address',
          code === 'EADDRINUSE'
            ? `port ${port} of ${host} is in use`
            : `${host}:${port} cannot be opened here (${code})`,
          { hint: 'choose another with --port or --host' },
        ),
      );
    throw error;
  }
  const { address, port: opened, family } = app.server.address() as AddressInfo;
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${opened}`;
}
