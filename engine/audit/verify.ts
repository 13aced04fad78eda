import { isHeld } from '../store/locks.js';
import { runLock } from '../store/runs.js';
import type { Head } from './head.js';
import { gatherKept, type Kept, selectKept } from './kept.js';
import { fingerprint, ownPublicKey } from './key.js';
import { listSegments, readHeadLines, readSegment, segmentName } from './read.js';
import type { Finding, OpenRun, VerifyOptions, VerifyReport } from './report.js';
import { compareRemembered, HEADS, verifyHeads } from './verify-heads.js';
import { verifySegment } from './verify-segment.js';

/**
 * Checks the log of the project at `root`, or of a copy of it, without network and without writing anything.
 * Takes time linear in the size of the log.
 */
export function verify(root: string, options: VerifyOptions = {}): VerifyReport {
  const kept = gatherKept(root, options); // before the log: a run may add to both meanwhile
  const headLines = readHeadLines(root);
  const { heads, findings } = verifyHeads(headLines.lines);
  const notes: string[] = [];
  if (headLines.torn > 0)
    notes.push(
      `${HEADS} ends in half a line: a process writes it just now, or died; the next run cuts that off`,
    );
  const segments = verifySegments(root, heads);
  const { remembered, notes: keptNotes } = selectKept(kept, heads[0]);
  const signers = signersOf(heads, options);
  findings.push(
    ...segments.findings,
    ...foreignKeys(heads, options),
    ...compareRemembered(heads, remembered),
  );
  const last = heads.at(-1);
  return {
    sound: findings.length === 0,
    findings,
    heads: headLines.lines.length,
    entries: segments.entries,
    ...(last && { head: last }),
    signers,
    compared: remembered.map((list) => ({ source: list.source, heads: list.heads.length })),
    open: segments.open,
    notes: [...notes, ...keptNotes],
    notExcluded: notExcluded(heads, segments.open, remembered),
  };
}

function verifySegments(root: string, heads: readonly (Head | undefined)[]) {
  const findings: Finding[] = [];
  const open: OpenRun[] = [];
  let entries = 0;
  const byRun = new Map(heads.flatMap((head) => (head ? [[head.run, head] as const] : [])));
  for (const run of new Set([...byRun.keys(), ...listSegments(root)])) {
    const file = segmentName(run);
    const head = byRun.get(run);
    const segment = readSegment(root, run);
    if (!segment) {
      findings.push({
        kind: 'removal',
        file,
        message: `the log of run ${run} is missing; its head is there`,
      });
      continue;
    }
    const { lines, torn } = segment;
    entries += lines.length;
    findings.push(...verifySegment(file, run, lines, head));
    if (!head) open.push({ run, entries: lines.length, running: isHeld(runLock(root, run)) });
    else if (torn > 0)
      findings.push({
        kind: 'insertion',
        file,
        line: lines.length + 1,
        message: 'text stands after the last line',
      });
  }
  return { findings, open, entries };
}

function signersOf(heads: readonly (Head | undefined)[], options: VerifyOptions): VerifyReport['signers'] {
  const counts = new Map<string, number>();
  for (const head of heads) if (head) counts.set(head.key, (counts.get(head.key) ?? 0) + 1);
  const known = [...(options.keys ?? []), ownPublicKey(options)];
  return [...counts].map(([key, count]) => ({ key, heads: count, known: known.includes(key) }));
}

const foreignKeys = (heads: readonly (Head | undefined)[], { keys }: VerifyOptions): Finding[] =>
  heads.flatMap((head, i) =>
    head && keys && !keys.includes(head.key)
      ? [
          {
            kind: 'signature',
            file: HEADS,
            line: i + 1,
            message: `key ${fingerprint(head.key)} is not among those that may sign`,
          },
        ]
      : [],
  );

/** What remains possible although nothing was found, in words for the person who must judge. */
function notExcluded(
  heads: readonly (Head | undefined)[],
  open: readonly OpenRun[],
  remembered: readonly Kept[],
): string[] {
  const newest = newestOf(remembered);
  const outside = newestOf(remembered.filter((list) => list.outside));
  const texts: string[] = [];
  if (newest < 0)
    texts.push(
      'No head was kept outside the log: it cannot be excluded that its newest runs were cut off, or that whoever holds the signing key wrote it anew.',
    );
  else if (outside < 0)
    texts.push(
      "Heads were compared with those in this project and in the user's state folder only: whoever can write to both, and so also holds the key, could have changed all together. A witness elsewhere excludes that.",
    );
  else if (outside < heads.length - 1)
    texts.push(`The witness keeps heads up to ${outside}: the same cannot be excluded for those after it.`);
  if (open.length > 0)
    texts.push(
      `${open.length} ${open.length === 1 ? 'run is' : 'runs are'} not sealed by a head yet (${open.map(({ run }) => run).join(', ')}): an edit of the last entry or a cut end would not show there.`,
    );
  return texts;
}

const newestOf = (lists: readonly Kept[]): number =>
  lists.flatMap((list) => list.heads).reduce((newest, head) => Math.max(newest, head.index), -1);
