import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type ExportFormat, exportLog, renderExport } from '../../audit/export.js';
import type { Head } from '../../audit/head.js';
import { fingerprint } from '../../audit/key.js';
import { type Filter, show } from '../../audit/show.js';
import { verify } from '../../audit/verify.js';
import type { Event } from '../../event.js';
import { ProblemError, problem } from '../../problem.js';
import { replaceFile } from '../../store/files.js';
import { findRun } from '../../store/runs.js';
import type { Options, Run } from '../command.js';
import { logged } from '../logged.js';
import { openProject, orFail } from '../open.js';
import { listOf } from '../options.js';
import { print, printJson, short } from '../print.js';
import { columns, terminalOf, wrapped } from '../terminal.js';

export const verifyLog: Run = async ([folder], options) => {
  const root = folder === undefined ? openProject().root : projectAt(String(folder));
  const witnesses = listOf(options, 'witness').map((file) => resolve(file));
  const keys = listOf(options, 'key');
  const report = verify(root, { witnesses, ...(keys.length > 0 && { keys }) });
  if (options['json']) {
    printJson(report);
    return report.sound ? 0 : 1;
  }
  const t = terminalOf(process.stdout);
  for (const { file, line, kind, message } of report.findings)
    print(`${t.error(kind)}  ${file}${line === undefined ? '' : `:${line}`}  ${message}`);
  const verdict = report.sound ? t.good('sound') : t.error(`${counted(report.findings.length, 'finding')}`);
  print(`${verdict}: ${counted(report.heads, 'head')}, ${counted(report.entries, 'entry', 'entries')}`);
  for (const { key, heads, known } of report.signers)
    print(`signed by ${fingerprint(key)} (${known ? 'known' : 'not known here'}): ${counted(heads, 'head')}`);
  for (const { source, heads } of report.compared)
    print(`compared with ${counted(heads, 'head')} in ${source}`);
  if (report.head) print(`newest head: ${headText(report.head)}`);
  for (const note of [...report.notes, ...report.notExcluded])
    print(
      wrapped(note, t.columns - 2)
        .map((line, i) => `${i === 0 ? '- ' : '  '}${line}`)
        .join('\n'),
    );
  return report.sound ? 0 : 1;
};

const counted = (count: number, one: string, many = `${one}s`): string =>
  `${count} ${count === 1 ? one : many}`;

const headText = (head: Head): string => `${head.index} ${head.root.slice(0, 32)} of run ${head.run}`;

function projectAt(folder: string): string {
  const root = resolve(folder);
  if (existsSync(join(root, 'toolbox.yaml'))) return root;
  throw new ProblemError(problem('project/none', `${folder} is no project: it has no toolbox.yaml`));
}

function filterOf(root: string, options: Options): Filter {
  const text = (name: string) => (typeof options[name] === 'string' ? { [name]: options[name] } : {});
  for (const name of ['since', 'until'])
    if (typeof options[name] === 'string' && Number.isNaN(Date.parse(options[name])))
      throw new ProblemError(
        problem('command/usage', `--${name} takes a time, not "${options[name]}"`, {
          hint: 'for example 2026-11-23T08:00Z',
        }),
      );
  const run = typeof options['run'] === 'string' ? { run: orFail(findRun(root, options['run'])) } : {};
  return { ...text('step'), ...text('type'), ...text('since'), ...text('until'), ...run };
}

export const showLog: Run = async (_args, options) => {
  const { root } = openProject();
  const entries = show(root, filterOf(root, options));
  if (options['json']) {
    printJson(entries);
    return 0;
  }
  if (entries.length === 0) print('no entries');
  const rows = entries.map(({ event }) => [
    event.time.slice(0, 19).replace('T', ' '),
    event.run.slice(16),
    event.type,
    'address' in event ? (event.address ?? '') : '',
    detail(event),
  ]);
  print(columns(rows, terminalOf(process.stdout).columns));
  return 0;
};

/** What else an entry says, in a few words. */
function detail(event: Event): string {
  const { type: _, run: __, sequence: ___, time: ____, actor: _____, ...rest } = event;
  return Object.entries(rest)
    .filter(([name]) => name !== 'address')
    .map(([name, value]) => `${name} ${short(value)}`)
    .join(', ');
}

export const exportEntries: Run = async (_args, options) => {
  const { root } = openProject();
  const exported = exportLog(root, filterOf(root, options));
  const format: ExportFormat = options['json'] ? 'json' : (options['format'] as ExportFormat);
  const text = renderExport(exported, format);
  if (typeof options['out'] !== 'string') {
    process.stdout.write(text);
    return 0;
  }
  const path = resolve(options['out']);
  replaceFile(path, text);
  await logged(root, [{ type: 'log.exported', path, count: exported.entries.length }]);
  print(`${exported.entries.length} entries, ${exported.heads.length} heads written to ${options['out']}`);
  return 0;
};
