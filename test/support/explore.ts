import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { testProject } from './project.js';
import { sharedData } from './shared.js';

export const surveys = `${sharedData}segy/`;

/** Every SEG-Y and SU file of the shared data, by its path in there. */
export const surveyFiles = (): readonly string[] =>
  readdirSync(surveys, { recursive: true, encoding: 'utf8' })
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => /\.(sgy|segy|su|sgy_first_trace)$/.test(path))
    .sort();

/** The repository's pipeline in a project of its own, run as it is written on a file. */
export function explorer() {
  const project = testProject({
    'pipelines/seismic-explore.yaml': readFileSync('pipelines/seismic-explore.yaml', 'utf8'),
  });
  return {
    root: project.root,
    remove: project.remove,
    async run(survey: string, set: { [name: string]: string } = {}) {
      const { result } = await project.run('pipelines/seismic-explore.yaml', {
        set: { survey: survey.startsWith('/') ? survey : `${surveys}${survey}`, ...set },
      });
      const step = (name: string) => result.nodes.find((node) => node.address === name);
      const problems = result.nodes.flatMap((node) => node.problems);
      const skipped = result.nodes.filter((node) => node.status === 'skipped').map((node) => node.address);
      return { exit: result.exit, problems, skipped, metrics: (name: string) => step(name)?.metrics ?? {} };
    },
    saved: (name: string) => readFileSync(join(project.root, 'results/explore', name)),
    names: () => readdirSync(join(project.root, 'results/explore')).sort(),
  };
}
