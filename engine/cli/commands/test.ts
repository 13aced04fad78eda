import { join } from 'node:path';
import type { Catalog } from '../../component.js';
import { nearest, type Problem, ProblemError, problem, renderProblem } from '../../problem.js';
import { folders, type Project } from '../../project.js';
import { loadArtifact } from '../../run/artifact-io.js';
import { openWorkspace } from '../../run/workspace.js';
import { replaceFile } from '../../store/files.js';
import { judge } from '../../testing/judge.js';
import { junitOf, type Outcome } from '../../testing/junit.js';
import { openSandbox } from '../../testing/sandbox.js';
import { readSuite, type Suite, suiteFiles, type Test } from '../../testing/suite.js';
import { annotate } from '../annotations.js';
import type { Run } from '../command.js';
import { catalogOf, openProject } from '../open.js';
import { print, printJson } from '../print.js';
import { readChecked } from '../read-checked.js';
import { perform } from '../session.js';
import { sourceReader } from '../source.js';
import { duration, type Terminal, terminalOf } from '../terminal.js';

export const run: Run = async ([typed], options) => {
  const project = openProject();
  const catalog = await catalogOf(project);
  const json = options['json'] === true;
  const suites = suitesOf(project, typed as readonly string[]);
  const wanted = typeof options['test'] === 'string' ? options['test'] : '';
  const t = terminalOf(process.stdout);
  const outcomes: Outcome[] = [];
  for (const suite of suites)
    for (const test of suite.tests.filter(({ name }) => name.includes(wanted))) {
      const started = performance.now();
      const problems = await problemsOf(suite, test, project, catalog, options['record'] === true);
      const seconds = (performance.now() - started) / 1000;
      outcomes.push({ suite: suite.file, test: test.name, seconds, problems });
      if (!json) tell(outcomes.at(-1)!, project, t);
    }
  if (outcomes.length === 0)
    throw new ProblemError(
      problem('command/not-found', wanted ? `no test is called so: "${wanted}"` : 'there are no tests', {
        hint: 'tests lie in tests/, one YAML file a pipeline: see docs/testing.md',
      }),
    );
  annotate(outcomes.flatMap(({ problems }) => problems));
  const failed = outcomes.filter(({ problems }) => problems.length > 0).length;
  if (typeof options['junit'] === 'string') replaceFile(options['junit'], junitOf(outcomes));
  if (json) printJson({ ok: failed === 0, tests: outcomes });
  else print(`\n${outcomes.length - failed} passed, ${failed} failed`);
  return failed === 0 ? 0 : 1;
};

/** All suites are read before anything runs, so that a slip in the last is known at once. */
function suitesOf(project: Project, typed: readonly string[]): readonly Suite[] {
  const known = suiteFiles(project);
  const files = typed.length === 0 ? known : typed.map((name) => findSuite(name, known));
  const read = files.map((file) => readSuite(project.root, file));
  const problems = read.flatMap((one) => ('problems' in one ? one.problems : []));
  if (problems.length > 0) throw new ProblemError(...problems);
  return read.filter((one) => 'tests' in one);
}

function findSuite(typed: string, known: readonly string[]): string {
  const name = (file: string) => file.replace(/^.*[\\/]/, '').replace(/\.ya?ml$/, '');
  const found = known.find((file) => file === typed.replaceAll('\\', '/') || name(file) === name(typed));
  if (found) return found;
  const near = nearest(name(typed), known.map(name));
  throw new ProblemError(
    problem('command/not-found', `there are no tests "${typed}"`, {
      hint: near ? `did you mean ${near}?` : `there are: ${known.map(name).join(', ') || 'none'}`,
    }),
  );
}

async function problemsOf(
  suite: Suite,
  test: Test,
  project: Project,
  catalog: Catalog,
  record: boolean,
): Promise<readonly Problem[]> {
  const sandbox = openSandbox(project, test.files);
  const { root } = sandbox.project;
  const judging = { root: project.root, suite: suite.file, record };
  const unread = { ...judging, load: () => Promise.reject(new Error('the run made nothing')) };
  try {
    const read = await readChecked(
      join(root, suite.pipeline),
      { project: sandbox.project, catalog },
      {
        cwd: root,
        set: Object.fromEntries(
          Object.entries(test.set).map(([name, value]) => [
            name,
            typeof value === 'string' ? value : JSON.stringify(value),
          ]),
        ),
        ...(test.environment !== undefined && { environment: test.environment }),
      },
    );
    if (!read.ok) return await judge(test, { problems: read.problems }, unread);
    const done = await perform(sandbox.project, catalog, read.value, {
      cancel: new AbortController().signal,
      report: false,
      // The log of a test is nobody's to keep: its key and heads go with it.
      env: { ...process.env, XDG_STATE_HOME: folders(root).state },
      ...(test.only && { select: { to: test.only } }),
    });
    if (!done.ok) return await judge(test, { problems: done.problems }, unread);
    const workspace = openWorkspace(sandbox.project, catalog);
    try {
      return await judge(test, done.value, { ...judging, load: (output) => loadArtifact(workspace, output) });
    } finally {
      await workspace.close();
    }
  } catch (error) {
    if (error instanceof ProblemError) return judge(test, { problems: error.problems }, unread);
    throw error;
  } finally {
    sandbox.close();
  }
}

function tell({ suite, test, seconds, problems }: Outcome, project: Project, t: Terminal): void {
  const mark = problems.length === 0 ? t.good('ok') : t.error('failed');
  print(`${mark}  ${suite.replace(/^tests\//, '')}: ${test}  ${t.dim(duration(seconds))}`);
  for (const one of problems) print(renderProblem(one, sourceReader(project.root), t));
}
