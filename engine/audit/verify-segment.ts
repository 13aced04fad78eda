import { sha256 } from '../canonical.js';
import { type Entry, genesisOf, type Line, parseEntry } from './entry.js';
import type { Head } from './head.js';
import { leafHash, merkleRoot } from './merkle.js';
import type { Finding, Tampering } from './report.js';

/**
 * Says how the lines of a segment differ from what was written: by their own numbers and chain and, where it is
 * sealed, by its head. One finding for each place; at least one whenever the head does not fit.
 */
export function verifySegment(file: string, run: string, lines: readonly Line[], head?: Head): Finding[] {
  const findings: Finding[] = [];
  const report = (kind: Tampering, line: number | undefined, message: string) =>
    findings.push({ kind, file, ...(line && { line }), message });
  const entries = lines.map(parseEntry);

  entries.forEach((entry, i) => {
    if (!entry) report('edit', i + 1, 'the line is not an entry as the engine writes it');
    else if (entry.event.run !== run)
      report('insertion', i + 1, `the entry belongs to run ${entry.event.run}`);
  });
  if (findings.length === 0) order(entries as Entry[], report);
  if (findings.length === 0) chain(entries as Entry[], lines, run, report);
  if (findings.length === 0 && head) {
    const excess = lines.length - head.count;
    if (excess > 0)
      report('insertion', head.count + 1, `${plural(excess)} stand after the end that its head seals`);
    else if (excess < 0)
      report('cut', lines.length + 1, `missing at the end: ${plural(-excess)} of ${head.count}`);
    else if (merkleRoot(lines.map((line) => leafHash(line.bytes))).toString('hex') !== head.root)
      report(
        'edit',
        lines.length,
        'the lines are sound in themselves and differ from what its head seals: the last was edited, or all were written anew',
      );
  }
  return findings;
}

const plural = (count: number): string => (count === 1 ? '1 entry' : `${count} entries`);
type Report = (kind: Tampering, line: number | undefined, message: string) => void;

/** Numbers of entries must count from 0. */
function order(entries: readonly Entry[], report: Report): void {
  const numbers = entries.map((entry) => entry.event.sequence);
  if (numbers.every((number, i) => number === i)) return;
  const present = new Set(numbers);
  if (present.size === numbers.length && numbers.every((number) => number < numbers.length)) {
    numbers.forEach((number, i) => {
      if (number !== i) report('swap', i + 1, `entry ${number} stands in the place of entry ${i}`);
    });
    return;
  }
  let expected = 0;
  numbers.forEach((number, i) => {
    if (number < expected) report('insertion', i + 1, `a second entry ${number}`);
    else {
      if (number > expected)
        report('removal', i + 1, `${plural(number - expected)} before entry ${number} are missing`);
      expected = number + 1;
    }
  });
}

/** Each entry must name the hash of the line before. */
function chain(entries: readonly Entry[], lines: readonly Line[], run: string, report: Report): void {
  entries.forEach((entry, i) => {
    const before = i === 0 ? genesisOf(run) : sha256(lines[i - 1]!.bytes);
    if (entry.previous !== before)
      report('edit', Math.max(1, i), `the line is not the one that line ${i + 1} was written after`);
  });
}
