import { resolve } from 'node:path';
import { ProblemError, problem } from '../../problem.js';
import { exportOutput, shownPath } from '../../run/export-output.js';
import { openWorkspace } from '../../run/workspace.js';
import type { RunRecord, RunStep } from '../../store/runs.js';
import type { Run } from '../command.js';
import { findStep } from '../find-step.js';
import { logging } from '../logged.js';
import { catalogOf, openProject } from '../open.js';
import { print, printJson } from '../print.js';
import { recordOf } from '../recorded.js';

export const run: Run = async ([typed], options) => {
  const project = openProject();
  const record = recordOf(project, String(options['run']));
  const { step, port } = findStep(record, String(typed));
  const to = typeof options['to'] === 'string' ? resolve(options['to']) : undefined;
  const named = String(typed) === step.address ? undefined : port;
  const wanted = to === undefined ? savedFiles(project.root, step, named) : [{ port, path: to }];
  const workspace = openWorkspace(project, await catalogOf(project), { workers: 1 });
  try {
    const files = await logging(project.root, async ({ log }) => {
      const done = [];
      for (const one of wanted) {
        const output = one.port === undefined ? undefined : step.outputs?.[one.port];
        if (!output || one.port === undefined) throw withoutOutput(record, step);
        const { path, digest, written } = await exportOutput(workspace, {
          output,
          path: one.path,
          force: options['force'] === true,
          ...('saved' in one && { saved: one.saved }),
        });
        if (written)
          await log({
            type: 'result.exported',
            address: step.address,
            from: record.id,
            port: one.port,
            path,
            digest,
          });
        done.push({ port: one.port, path, digest, written });
      }
      return done;
    });
    if (options['json']) printJson({ ok: true, run: record.id, address: step.address, files });
    else
      for (const { port, path, written } of files)
        print(
          written ? `${path}  ${port} of run ${record.id}` : `${path} is ${port} of run ${record.id} already`,
        );
    return 0;
  } finally {
    await workspace.close();
  }
};

/** What `save:` of the step wrote in that run; of one output only where that is named. */
function savedFiles(root: string, step: RunStep, named: string | undefined) {
  const ports = Object.keys(step.outputs ?? {});
  const files = (step.saved ?? [])
    .map(({ path, digest, port }) => ({
      path: resolve(root, path),
      saved: digest,
      port: port ?? (ports.length === 1 ? ports[0] : named),
    }))
    .filter(({ port }) => named === undefined || port === named);
  if (files.length > 0) return files;
  throw new ProblemError(
    problem('command/usage', `${step.address} saved no file${named === undefined ? '' : ` of "${named}"`}`, {
      hint: `say where to: --to ${shownPath(root, resolve(root, 'results', `${step.address.replaceAll(/\W+/g, '-')}.csv`))}`,
    }),
  );
}

const withoutOutput = (record: RunRecord, step: RunStep): ProblemError =>
  new ProblemError(
    problem('command/not-found', `${step.address} made nothing in run ${record.id}: it ${step.status}`, {
      hint: `toolbox runs list shows other runs; toolbox why ${step.address} --run ${record.id} says why`,
    }),
  );
