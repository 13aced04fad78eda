import { writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { Json } from '../../canonical.js';
import { folders } from '../../project.js';
import { type Change, compareRuns, type MetricChange } from '../../report/diff/compare.js';
import { diffPage } from '../../report/diff/page.js';
import { profilesOf, readSide } from '../../report/diff/sides.js';
import { causeText } from '../../report/diff/words.js';
import { earlierRuns } from '../../run/why.js';
import { openWorkspace } from '../../run/workspace.js';
import type { Run } from '../command.js';
import { catalogOf, openProject } from '../open.js';
import { print, printJson, short } from '../print.js';
import { recordOf } from '../recorded.js';
import { columns, terminalOf } from '../terminal.js';

export const run: Run = async ([first, second], options) => {
  const project = openProject();
  const last = recordOf(project, String(second ?? 'last'));
  // Nobody means the run of another pipeline that happened to come between.
  const same = first === undefined ? earlierRuns(project.root, last)[0] : undefined;
  const records = { before: same ?? recordOf(project, String(first ?? 'prev')), after: last };
  const catalog = await catalogOf(project);
  const workspace = openWorkspace(project, catalog);
  try {
    const before = await readSide(workspace, catalog, records.before);
    const after = await readSide(workspace, catalog, records.after);
    const found = compareRuns(before, after);
    let page: string | undefined;
    if (options['html']) {
      const [old, now] = [records.before, records.after];
      const file = join(folders(project.root).runs, `diff-${old.id}-${now.id}.html`);
      const profiles = {
        before: await profilesOf(project.root, old),
        after: await profilesOf(project.root, now),
      };
      await writeFile(file, await diffPage(before, after, profiles));
      page = relative(process.cwd(), file);
    }
    if (options['json'])
      printJson({ before: records.before.id, after: records.after.id, ...found, ...(page && { page }) });
    else show(records, found, page);
    return 0;
  } finally {
    await workspace.close();
  }
};

function show(
  { before, after }: { before: { id: string; pipeline: string }; after: { id: string; pipeline: string } },
  found: ReturnType<typeof compareRuns>,
  page: string | undefined,
): void {
  const t = terminalOf(process.stdout);
  print(`${before.id} (${before.pipeline}) and ${after.id} (${after.pipeline})`);
  const section = (title: string, rows: readonly Change[]) => {
    if (rows.length > 0)
      print(
        `\n${columns(
          rows.map(({ name, before: old, after: now }) => [
            name,
            short(old) || '-',
            short(now) || '-',
            change(old, now),
          ]),
          t.columns,
          [title, 'before', 'after', 'change'],
        )}`,
      );
  };
  section('param', found.params);
  section('step', found.steps);
  const causes = found.roots.flatMap(({ address, causes }) =>
    causes.map((cause) => [address, causeText(cause, '->')]),
  );
  if (causes.length > 0) print(`\n${columns(causes, t.columns, ['began in', ''], 'wrap')}`);
  const own = found.metrics.filter(isOwn);
  section('metric', own);
  if (own.length < found.metrics.length)
    print(`and ${found.metrics.length - own.length} metrics of baselines and controls: --json shows them`);
  if (found.params.length + found.steps.length + found.metrics.length === 0)
    print('no param, result or metric differs');
  if (page) print(`\nPage  ${page}`);
}

const isOwn = ({ name }: MetricChange) => !/\.(control|baseline|random_split)_/.test(name);

const change = (before: Json | undefined, after: Json | undefined): string =>
  typeof before === 'number' && typeof after === 'number'
    ? `${after > before ? '+' : ''}${short(after - before)}`
    : '';
