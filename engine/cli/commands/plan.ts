import { preview } from '../../run/preview.js';
import { openWorkspace } from '../../run/workspace.js';
import type { Run } from '../command.js';
import { catalogOf, findPipeline, openProject, orFail } from '../open.js';
import { selectionOf, settings } from '../options.js';
import { print, printJson } from '../print.js';
import { printProblems } from '../problems.js';
import { readChecked } from '../read-checked.js';
import { outsideOf } from '../session.js';
import { columns, duration, terminalOf, wrapped } from '../terminal.js';

export const run: Run = async ([typed], options) => {
  const project = openProject();
  const catalog = await catalogOf(project);
  const pipeline = orFail(
    await readChecked(findPipeline(project, String(typed)), { project, catalog }, settings(options)),
  );
  const workspace = openWorkspace(project, catalog);
  try {
    const previews = orFail(await preview(workspace, pipeline, selectionOf(options), outsideOf(pipeline)));
    const problems = previews.flatMap((node) => node.problems);
    if (options['json']) {
      printJson({ ok: problems.length === 0, pipeline: pipeline.name, steps: previews });
      return 0;
    }
    const t = terminalOf(process.stdout);
    const word = { run: 'run', reuse: 'reuse', skip: 'skip', unknown: 'run?' };
    const rows = previews.map((node) => [
      word[node.action],
      node.address,
      node.use,
      node.expected === undefined ? '' : duration(node.expected),
      [node.reason, ...node.effects, ...node.saves.map((path) => `writes ${path}`)].join('; '),
    ]);
    print(
      columns(rows, t.columns, ['', 'step', 'component', 'last took', 'why, and what it touches'], 'wrap'),
    );
    const seconds = previews.reduce((sum, node) => sum + (node.expected ?? 0), 0);
    const count = (action: string) => previews.filter((node) => node.action === action).length;
    const line = `${count('run')} to run, ${count('reuse')} reused, ${count('skip')} skipped, ${count('unknown')} decided when what they take is there${seconds > 0 ? `; about ${duration(seconds)} going by past runs` : ''}`;
    print(`\n${wrapped(line, t.columns).join('\n')}`);
    printProblems(problems);
    return 0;
  } finally {
    await workspace.close();
  }
};
