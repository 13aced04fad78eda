import { clean, planClean } from '../../store/clean.js';
import { newRunId } from '../../store/runs.js';
import type { Run } from '../command.js';
import { logged } from '../logged.js';
import { openProject } from '../open.js';
import { countFrom } from '../options.js';
import { print, printJson } from '../print.js';
import { bytes } from '../terminal.js';

export const run: Run = async (_args, options) => {
  const { root } = openProject();
  const days = countFrom(options, 'olderThan', 100_000);
  const own = newRunId();
  const chosen = { own, ...(days !== undefined && { before: new Date(Date.now() - days * 86_400_000) }) };
  const deletes = options['yes'] === true;
  const plan = deletes ? await clean(root, chosen) : await planClean(root, chosen);
  const nothing = plan.runs.length + plan.results.length + plan.objects.length + plan.remains.length === 0;
  if (deletes && !nothing)
    await logged(
      root,
      [{ type: 'store.cleaned', objects: plan.objects.length, bytes: plan.bytes, runs: plan.runs }],
      own,
    );
  if (options['json']) {
    printJson({ deleted: deletes, ...plan });
    return 0;
  }
  if (nothing) {
    print('nothing to clean');
    return 0;
  }
  for (const id of plan.runs) print(`run ${id}`);
  const count = (n: number, what: string) => `${n} ${n === 1 ? what : `${what}s`}`;
  print(
    `${deletes ? 'deleted' : 'can go'}: ${count(plan.runs.length, 'run')}, ${count(plan.results.length, 'result')}, ${count(plan.objects.length, 'object')}, ${count(plan.remains.length, 'leftover')}; ${bytes(plan.bytes)}`,
  );
  if (!deletes) print('toolbox clean --yes deletes them');
  return 0;
};
