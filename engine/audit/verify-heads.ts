import type { Line } from './entry.js';
import { type Head, headDigest, isSigned, NO_HEAD, parseHead } from './head.js';
import { fingerprint } from './key.js';
import type { Remembered } from './remembered.js';
import type { Finding, Tampering } from './report.js';

export const HEADS = '.toolbox/log/heads.jsonl';

/** Checks form, signature, number and chain of every head; hands back those that are heads, by line. */
export function verifyHeads(lines: readonly Line[]): { heads: (Head | undefined)[]; findings: Finding[] } {
  const findings: Finding[] = [];
  const report = (kind: Tampering, line: number, message: string) =>
    findings.push({ kind, file: HEADS, line, message });
  const heads = lines.map(parseHead);
  const runs = new Map<string, number>();
  const indices = heads.map((head) => head?.index ?? -1);
  const permuted =
    new Set(indices).size === lines.length && indices.every((index) => index >= 0 && index < lines.length);
  heads.forEach((head, i) => {
    if (!head) {
      report('edit', i + 1, 'the line is not a head as the engine writes it');
      return;
    }
    if (!isSigned(head))
      report('signature', i + 1, `the signature of key ${fingerprint(head.key)} does not fit`);
    const earlier = runs.get(head.run);
    if (earlier !== undefined)
      report('insertion', i + 1, `a second head of run ${head.run}, after line ${earlier}`);
    else runs.set(head.run, i + 1);
    if (head.index !== i && permuted)
      report('swap', i + 1, `head ${head.index} stands in the place of head ${i}`);
    const before = heads[i - 1];
    if (permuted && head.index !== i) return;
    if (i === 0 ? head.previous !== NO_HEAD : before && head.previous !== headDigest(before)) {
      const expected = before ? before.index + 1 : 0;
      if (head.index > expected) report('removal', i + 1, `the heads before head ${head.index} are missing`);
      else if (head.index < expected) report('insertion', i + 1, `a second head ${head.index}`);
      else report('edit', Math.max(1, i), `the head is not the one that line ${i + 1} was written after`);
    }
  });
  return { heads, findings };
}

/** Compares the chain with heads that were kept elsewhere: finds what is sound in itself and not what it was. */
export function compareRemembered(
  heads: readonly (Head | undefined)[],
  remembered: readonly Remembered[],
): Finding[] {
  const findings: Finding[] = [];
  for (const { source, heads: kept } of remembered) {
    const lost = kept.filter((head) => head.index >= heads.length);
    const changed = kept.find((head) => {
      const found = heads[head.index];
      return found && headDigest(found) !== headDigest(head);
    });
    if (changed)
      findings.push({
        kind: 'rebuilt',
        file: HEADS,
        line: changed.index + 1,
        message: `${source} keeps another head ${changed.index}, of run ${changed.run} at ${changed.time}`,
      });
    else if (lost.length > 0) {
      const last = lost.at(-1)!;
      findings.push({
        kind: 'cut',
        file: HEADS,
        line: heads.length + 1,
        message: `${source} keeps head ${last.index}, of run ${last.run} at ${last.time}, which is missing here`,
      });
    }
  }
  return findings;
}
