import { type Problem, problem } from '../problem.js';
import { headDigest, isSigned, NO_HEAD, parseHead } from './head.js';
import { readHeadLines, readSegment, segmentName } from './read.js';
import { recentlyRemembered } from './remembered.js';
import type { Finding } from './report.js';
import { compareRemembered, HEADS } from './verify-heads.js';
import { verifySegment } from './verify-segment.js';

/** Newest heads and segments that are looked at before each run; the time does not grow with the log. */
const HEADS_CHECKED = 20;
const SEGMENTS_CHECKED = 3;
const MOST_SHOWN = 3;

/**
 * What can be seen of tampering at the end of the log, as warnings: the newest heads (form, place, chain, signature),
 * the segments of the newest runs, and whether the heads that the user's state folder keeps are there. Older entries,
 * and a log that was taken away whole, are for `audit verify`.
 */
export function recentDoubts(root: string, env: NodeJS.ProcessEnv): readonly Problem[] {
  const findings = recentFindings(root, env);
  const shown = findings.slice(0, MOST_SHOWN);
  const more = findings.length - shown.length;
  return shown.map(({ file, line = 1, message }, i) =>
    problem('audit/damaged', `the log was changed: ${message}`, {
      severity: 'warning',
      at: { file, line, col: 1, length: 0 },
      hint: `toolbox audit verify checks all of it${more > 0 && i === shown.length - 1 ? `; ${more} more here` : ''}`,
    }),
  );
}

function recentFindings(root: string, env: NodeJS.ProcessEnv): readonly Finding[] {
  // Before the log: a run may add to both meanwhile.
  const kept = recentlyRemembered(root, HEADS_CHECKED, env);
  const { lines } = readHeadLines(root);
  const findings: Finding[] = [];
  const from = Math.max(0, lines.length - HEADS_CHECKED);
  // Places before `from` stay empty: nothing is said of them.
  const heads = new Array<ReturnType<typeof parseHead>>(lines.length);
  for (let i = Math.max(0, from - 1); i < lines.length; i++) heads[i] = parseHead(lines[i]!);
  for (let i = from; i < lines.length; i++) {
    const head = heads[i];
    const before = heads[i - 1];
    const message = !head
      ? 'the line is not a head as the engine writes it'
      : head.index !== i
        ? `head ${head.index} stands in the place of head ${i}`
        : !isSigned(head)
          ? 'the signature does not fit'
          : (i === 0 && head.previous !== NO_HEAD) || (before && head.previous !== headDigest(before))
            ? 'the head does not follow from the one before it'
            : undefined;
    if (message !== undefined) findings.push({ kind: 'edit', file: HEADS, line: i + 1, message });
  }
  const first = lines[0] && parseHead(lines[0]);
  const log = first && headDigest(first);
  findings.push(
    ...compareRemembered(
      heads,
      kept.filter((list) => list.log === log),
    ),
  );
  for (const head of heads.slice(-SEGMENTS_CHECKED)) {
    if (!head) continue;
    const file = segmentName(head.run);
    const segment = readSegment(root, head.run);
    if (segment) findings.push(...verifySegment(file, head.run, segment.lines, head));
    else findings.push({ kind: 'removal', file, message: `the log of run ${head.run} is missing` });
  }
  return findings;
}
