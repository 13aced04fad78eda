import { canonical, type Json } from '../canonical.js';
import { type Entry, entryText, parseEntry } from './entry.js';
import { type Head, headDigest, isSigned } from './head.js';
import { inclusionProofs, leafHash, verifyInclusion } from './merkle.js';
import { readChain, readSegment } from './read.js';
import { type Filter, show } from './show.js';

/** Proves that an entry stands in the log that a head seals (RFC 6962, section 2.1.1). */
export interface Proof {
  readonly index: number;
  /** Sibling hashes from the entry to the root, in hex. */
  readonly path: readonly string[];
  /** Digest of the head of its run. */
  readonly head: string;
}

export interface Exported {
  readonly entry: Entry;
  /** Absent while the run is not sealed. */
  readonly proof?: Proof;
}

export interface LogExport {
  readonly format: 1;
  /** Of the runs that have entries here, and the newest of the project. */
  readonly heads: readonly Head[];
  readonly entries: readonly Exported[];
}

/** The entries that the filter lets through, each with the proof that the log holds it. */
export function exportLog(root: string, filter: Filter = {}): LogExport {
  const chain = readChain(root);
  const heads = new Map(chain.map((head) => [head.run, head]));
  const runs = new Map<string, Exported[]>();
  const entries = show(root, filter).map(({ event, line }) => {
    let run = runs.get(event.run);
    if (!run) {
      run = exportedRun(root, event.run, heads.get(event.run));
      runs.set(event.run, run);
    }
    return run[line - 1]!;
  });
  const newest = chain.at(-1);
  return {
    format: 1,
    heads: chain.filter((head) => runs.has(head.run) || head === newest),
    entries,
  };
}

/** All entries of a run by line. */
function exportedRun(root: string, run: string, head: Head | undefined): Exported[] {
  const lines = readSegment(root, run)?.lines ?? [];
  const paths = head ? inclusionProofs(lines.map((line) => leafHash(line.bytes))) : [];
  return lines.map((line, index) => ({
    entry: parseEntry(line)!,
    ...(head && {
      proof: { index, path: paths[index]!.map((hash) => hash.toString('hex')), head: headDigest(head) },
    }),
  }));
}

/**
 * Checks an export without the log: every signature, and every proof against the head that it names. Hands back one
 * sentence for each thing that is wrong.
 */
export function verifyExport(exported: LogExport): string[] {
  const wrong: string[] = [];
  const heads = new Map(exported.heads.map((head) => [headDigest(head), head]));
  for (const head of exported.heads)
    if (!isSigned(head)) wrong.push(`the signature of the head of run ${head.run} does not fit`);
  exported.entries.forEach(({ entry, proof }, i) => {
    if (!proof) return;
    const head = heads.get(proof.head);
    const path = proof.path.map((hash) => Buffer.from(hash, 'hex'));
    const leaf = leafHash(Buffer.from(entryText(entry)));
    if (!head) wrong.push(`entry ${i + 1} names a head that is not here`);
    else if (
      head.run !== entry.event.run ||
      !verifyInclusion(leaf, proof.index, head.count, path, Buffer.from(head.root, 'hex'))
    )
      wrong.push(`entry ${i + 1} is not what the head of run ${head.run} seals`);
  });
  return wrong;
}

export type ExportFormat = 'json' | 'jsonl' | 'csv';

/** The export as the text of one file. CSV has the entry's exact text in a column, beside columns for people. */
export function renderExport(exported: LogExport, format: ExportFormat): string {
  const json = (value: unknown) => canonical(value as Json);
  switch (format) {
    case 'json':
      return `${json(exported)}\n`;
    case 'jsonl':
      return [
        ...exported.heads.map((head) => json({ head })),
        ...exported.entries.map((entry) => json(entry)),
        '',
      ].join('\n');
    case 'csv':
      return csv(exported);
  }
}

function csv(exported: LogExport): string {
  const heads = new Map(exported.heads.map((head) => [headDigest(head), head]));
  const columns = [
    'time',
    'run',
    'sequence',
    'actor',
    'type',
    'address',
    'entry',
    'index',
    'count',
    'path',
    'head',
  ];
  const rows = exported.entries.map(({ entry, proof }) => {
    const { event } = entry;
    const head = proof && heads.get(proof.head);
    return [
      event.time,
      event.run,
      String(event.sequence),
      event.actor.kind === 'claimed' ? event.actor.user : event.actor.subject,
      event.type,
      'address' in event ? (event.address ?? '') : '',
      entryText(entry),
      String(proof?.index ?? ''),
      String(head?.count ?? ''),
      proof?.path.join(' ') ?? '',
      head ? canonical(head as unknown as Json) : '',
    ];
  });
  return [columns, ...rows].map((row) => `${row.map(cell).join(',')}\r\n`).join('');
}

/** Quoted where it must be (RFC 4180); a spreadsheet must not take a text for a formula. */
function cell(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
