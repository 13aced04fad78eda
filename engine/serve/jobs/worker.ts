import { parentPort } from 'node:worker_threads';
import { engineVersion, openCatalog } from '../../catalog.js';
import type { Catalog } from '../../component.js';
import { ProblemError } from '../../problem.js';
import { readProject } from '../../spec/project-file.js';
import { runJob } from './run-job.js';
import type { ThreadSays, ThreadWork } from './thread.js';

/** The entry point of the thread for jobs. */
const say = (message: ThreadSays) => parentPort!.postMessage(message);

async function catalogOf(root: string): Promise<Catalog> {
  const project = readProject(root, engineVersion);
  if (!project.ok) throw new ProblemError(...project.problems);
  if (project.value.components.length === 0) return openCatalog();
  const { projectCatalog } = await import('../../own/catalog.js');
  const catalog = await projectCatalog(project.value);
  if (!catalog.ok) throw new ProblemError(...catalog.problems);
  return catalog.value;
}

parentPort!.on('message', async (work: ThreadWork) => {
  try {
    const catalog = await catalogOf(work.project.root);
    const answer = await runJob({ ...work, catalog }, new AbortController().signal, {
      progress: (progress) => say({ type: 'progress', progress }),
      warn: (problem) => say({ type: 'warning', problem }),
    });
    say({ type: 'done', answer });
  } catch (error) {
    // What is no problem is a bug: it ends the thread, and its text goes to the server's log.
    if (!(error instanceof ProblemError)) throw error;
    say({ type: 'failed', problems: error.problems });
  }
});
