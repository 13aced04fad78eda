import { existsSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Head } from '../../audit/head.js';
import { witnessHeads } from '../../audit/kept.js';
import { readChain } from '../../audit/read.js';
import { verify } from '../../audit/verify.js';
import { ProblemError, printable, problem } from '../../problem.js';
import { compareHead, type ShareFinding, type ShareReport, verifyShare } from '../../share/verify.js';
import type { Options, Run } from '../command.js';
import { orFail } from '../open.js';
import { listOf } from '../options.js';
import { print, printJson } from '../print.js';
import { columns, terminalOf, wrapped } from '../terminal.js';

const ELSEWHERE =
  'That the log of the project has this run, and has it still: --project DIR or --witness FILE compares.';

/** What a zip may be before it is read at all. */
const LARGEST = 2 * 1024 ** 3 - 1;

export const run: Run = async ([typed], options) => {
  const keys = listOf(options, 'key');
  const report = orFail(verifyShare(read(String(typed)), keys.length > 0 ? keys : undefined));
  const elsewhere = kept(options).map((one) => ({ ...one, ...compared(report.head, one) }));
  const sound = report.sound && elsewhere.every(({ finding }) => finding === undefined);
  const notProven = [...report.notProven, ...(elsewhere.length > 0 ? [] : [ELSEWHERE])];
  if (options['json']) printJson({ ok: sound, ...report, sound, notProven, compared: elsewhere.map(told) });
  else pretty({ ...report, notProven }, sound, elsewhere);
  return sound ? 0 : 1;
};

function read(typed: string): Buffer {
  const path = resolve(typed);
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat?.isFile()) throw new ProblemError(problem('file/missing', `there is no file ${typed}`));
  if (stat.size > LARGEST) throw new ProblemError(problem('data/format', `${typed} is larger than 2 GiB`));
  return readFileSync(path);
}

interface Kept {
  readonly source: string;
  readonly heads: readonly Head[];
  /** Of a project: what is wrong with its log as it stands. */
  readonly unsound?: string;
}

function kept(options: Options): Kept[] {
  const witnesses = listOf(options, 'witness').map((file) => witnessHeads(resolve(file)));
  if (typeof options['project'] !== 'string') return witnesses;
  const root = resolve(options['project']);
  if (!existsSync(join(root, 'toolbox.yaml')))
    throw new ProblemError(
      problem('project/none', `${options['project']} is no project: it has no toolbox.yaml`),
    );
  const { findings } = verify(root);
  return [
    ...witnesses,
    {
      source: options['project'],
      heads: readChain(root),
      ...(findings[0] && { unsound: `its log is not what was written: ${findings[0].message}` }),
    },
  ];
}

const words = {
  same: 'has this run',
  other: 'has another log in the place of this run',
  absent: 'does not have this run',
};

function compared(head: Head, { heads, unsound }: Kept): { says: string; finding?: string } {
  const outcome = compareHead(head, heads);
  const says = `${words[outcome]}${unsound ? `, but ${unsound}` : ''}`;
  return { says, ...((outcome !== 'same' || unsound) && { finding: says }) };
}

const told = ({ source, says, finding }: { source: string; says: string; finding?: string }) => ({
  source,
  ok: finding === undefined,
  says,
});

function pretty(
  report: ShareReport,
  sound: boolean,
  elsewhere: readonly { source: string; says: string; finding?: string }[],
): void {
  const t = terminalOf(process.stdout);
  const { facts } = report;
  for (const finding of report.findings) print(line(finding));
  for (const { source, says, finding } of elsewhere)
    print(finding === undefined ? `${source} ${says}` : t.error(`${source} ${says}`));
  print(
    `${sound ? t.good('as it was shared') : t.error('not as it was shared')}: run ${report.run}, ${report.files} files, ${report.entries} entries of its log`,
  );
  const rows = [
    ['pipeline', `${facts.pipeline}, ${facts.status ?? 'not ended'} ${facts.finished ?? ''}`.trim()],
    ['engine', String(facts.engine)],
    ['ran by', report.ranBy],
    ['shared by', report.sharedBy],
  ].map((row) => row.map((cell) => printable(String(cell))));
  print(columns(rows, t.columns));
  for (const [path, why] of Object.entries(report.leftOut))
    print(printable(`  without ${path}: ${String(why)}`));
  if (!sound) return;
  print('not proven by this alone:');
  for (const note of report.notProven)
    print(
      wrapped(note, t.columns - 2)
        .map((one, i) => `${i === 0 ? '- ' : '  '}${one}`)
        .join('\n'),
    );
}

const line = ({ kind, path, message }: ShareFinding): string => printable(`${kind}  ${path}  ${message}`);
