import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { engineVersion } from '../../catalog.js';
import { type ParityProof, replayParity } from '../../learn/parity.js';
import { type Problem, ProblemError, problem } from '../../problem.js';
import type { Project } from '../../project.js';
import { type OpenedVersion, openRegistry } from '../../registry/registry.js';
import { openCopy, writeCopy } from '../../registry/transfer.js';
import { learnEnvironment, type StepDoor } from '../../run/context.js';
import { openServing } from '../../run/open-model.js';
import { doorTo, scratchWorkspace } from '../../run/read-file.js';
import type { Run } from '../command.js';
import { logging } from '../logged.js';
import { cardOf } from '../model-card.js';
import { catalogOf, openProject, orFail } from '../open.js';
import { print, printJson } from '../print.js';
import { printProblems } from '../problems.js';

/** Runs `body` with what it takes to try a model, outside of the project's store. */
async function trying<T>(project: Project, body: (door: StepDoor) => Promise<T>): Promise<T> {
  const workspace = scratchWorkspace(await catalogOf(project));
  try {
    return await body(doorTo(workspace, 'model', new AbortController().signal));
  } finally {
    await workspace.close();
  }
}

type Tried = Pick<OpenedVersion, 'version' | 'bundle' | 'objects'>;

/** Lets a model answer its example and its proof again. Throws `learn/signature` where an answer is another. */
async function replay(door: StepDoor, { version, bundle, objects }: Tried): Promise<void> {
  // A forecaster answers series, not rows; its example was replayed by the run that made it.
  if (bundle.task === 'forecast') return;
  const { fitted } = await openServing(door, { bundle, objects });
  if (!version.parity) return;
  const bytes = await objects.get(version.parity.proof);
  const proof = JSON.parse(Buffer.from(bytes!).toString('utf8')) as ParityProof;
  await replayParity({ ...learnEnvironment(door), objects }, fitted, bundle, proof);
}

export const verify: Run = async ([typed], options) => {
  const project = openProject();
  const registry = openRegistry(project.root);
  const one = typed === undefined ? undefined : orFail(registry.resolve(String(typed)));
  const all = one
    ? [one]
    : registry.names().flatMap((name) => registry.versions(name).map((number) => ({ name, number })));
  const problems: Problem[] = [];
  await trying(project, async (door) => {
    for (const { name, number } of all)
      try {
        await replay(door, await registry.open(`${name}@${number}`));
      } catch (error) {
        if (!(error instanceof ProblemError)) throw error;
        problems.push(
          ...error.problems.map((found) => ({ ...found, message: `${name}@${number}: ${found.message}` })),
        );
      }
  });
  if (options['json']) printJson({ ok: problems.length === 0, versions: all, problems });
  else {
    printProblems(problems);
    const count = all.length === 1 ? '1 version' : `${all.length} versions`;
    if (problems.length === 0) print(`sound: ${count}, every object read, every proof tried again`);
  }
  return problems.length === 0 ? 0 : 1;
};

export const exportModel: Run = async ([typed, out], options) => {
  const { root } = openProject();
  const opened = await openRegistry(root).open(String(typed));
  const { name, number, digest } = opened;
  const path = resolve(String(out));
  if (existsSync(path))
    throw new ProblemError(
      problem('command/usage', `${String(out)} is there already`, { hint: 'choose another name' }),
    );
  await writeCopy(opened, path, await cardOf(root, opened));
  await logging(root, ({ log }) => log({ type: 'model.exported', name, version: number, digest, path }));
  if (options['json']) printJson({ ok: true, name, version: number, digest, path });
  else print(`${name}@${number} written to ${String(out)}\n  digest ${digest}`);
  return 0;
};

export const importModel: Run = async ([typed], options) => {
  const project = openProject();
  const path = resolve(String(typed));
  const copy = await openCopy(path);
  const { version, objects, digest } = copy;
  const expected = options['digest'];
  if (expected !== undefined && expected !== digest)
    throw new ProblemError(
      problem(
        'store/damaged',
        `${String(typed)} is not the version that was expected: its digest is ${digest}`,
      ),
    );
  await trying(project, (door) => replay(door, copy)).catch((error: unknown) => {
    throw error instanceof ProblemError && version.engine !== engineVersion
      ? new ProblemError(
          ...error.problems.map((found) => ({
            ...found,
            hint: `it was made by engine ${version.engine}, and this is ${engineVersion}`,
          })),
        )
      : error;
  });
  const name = typeof options['name'] === 'string' ? options['name'] : copy.name;
  const taken = await logging(project.root, async ({ run, actor, log }) => {
    const entered = await openRegistry(project.root).take({ name, version, objects, actor, run });
    if (entered.created) await log({ type: 'model.imported', name, version: entered.version, digest, path });
    return entered;
  });
  const id = `${name}@${taken.version}`;
  if (options['json']) printJson({ ok: true, ...taken });
  else print(taken.created ? `${id} imported, digest ${digest}` : `${id} is this model already`);
  return 0;
};
