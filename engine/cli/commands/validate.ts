import { relative, sep } from 'node:path';
import { exitStatus, type Problem, renderProblem } from '../../problem.js';
import { pipelineFiles } from '../../spec/project-file.js';
import { annotate, annotation } from '../annotations.js';
import type { Run } from '../command.js';
import { catalogOf, findPipeline, openProject } from '../open.js';
import { settings } from '../options.js';
import { print, printJson } from '../print.js';
import { readChecked } from '../read-checked.js';
import { sourceReader } from '../source.js';
import { terminalOf } from '../terminal.js';

export const run: Run = async ([typed], options) => {
  const project = openProject();
  const catalog = await catalogOf(project);
  const names = (typed as readonly string[] | undefined)?.length ? (typed as readonly string[]) : undefined;
  const files = (names ?? pipelineFiles(project).map((file) => `${project.root}/${file}`)).map((name) =>
    findPipeline(project, name),
  );
  const checked: { file: string; problems: readonly Problem[] }[] = [];
  for (const path of files) {
    // A pipeline that others call may leave params without value; whoever sets some means to run it.
    const partial = options['set'] === undefined;
    const read = await readChecked(path, { project, catalog }, { ...settings(options), partial });
    const problems = read.ok ? read.warnings : read.problems;
    checked.push({
      file: relative(project.root, path).split(sep).join('/'),
      problems,
    });
  }
  const all = checked.flatMap(({ problems }) => problems);
  const status = exitStatus(all);
  if (options['format'] !== 'github') annotate(all);
  if (options['json'] || options['format'] === 'json') printJson({ ok: status === 0, pipelines: checked });
  else if (options['format'] === 'github')
    for (const problem of all) print(annotation(problem, project.root));
  else pretty(checked, project.root);
  return status;
};

function pretty(checked: readonly { file: string; problems: readonly Problem[] }[], root: string): void {
  const t = terminalOf(process.stdout);
  const source = sourceReader(root);
  if (checked.length === 0) print('no pipelines: they lie in pipelines/');
  for (const { file, problems } of checked) {
    for (const problem of problems) print(renderProblem(problem, source, t));
    const errors = problems.filter((problem) => problem.severity === 'error').length;
    if (errors === 0) print(`${t.good('ok')}  ${file}`);
    else print(`${t.error('wrong')}  ${file}: ${errors} ${errors === 1 ? 'problem' : 'problems'}`);
  }
}
