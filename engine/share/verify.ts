import { type Entry, parseEntry, parseLine, splitLines } from '../audit/entry.js';
import { type Head, headDigest, isSigned } from '../audit/head.js';
import { fingerprint } from '../audit/key.js';
import { verifySegment } from '../audit/verify-segment.js';
import { canonical, type Digest, digestOf, type Json, sha256 } from '../canonical.js';
import { failed, ok, problem, type Result } from '../problem.js';
import { SOURCES } from '../run/kept-pipeline.js';
import type { ResultRecord } from '../store/record.js';
import { type Archive, openArchive } from '../store/unzip.js';
import {
  CERTIFICATE,
  type Certificate,
  isSignedCertificate,
  LOG,
  parseCertificate,
  RECORDS,
} from './certificate.js';
import { archivedPath } from './contents.js';
import { factsOf, isSource, type RunFacts } from './facts.js';

/** What differs from what was shared. */
export interface ShareFinding {
  readonly kind: 'changed' | 'missing' | 'added' | 'signature' | 'log' | 'certificate';
  /** In the archive. */
  readonly path: string;
  readonly message: string;
}

export interface ShareReport {
  /** Nothing was found; what that does not prove stands in `notProven`. */
  readonly sound: boolean;
  readonly run: string;
  readonly facts: RunFacts;
  readonly head: Head;
  readonly files: number;
  readonly entries: number;
  readonly findings: readonly ShareFinding[];
  /** Public keys: of whoever shared it, and of whoever ran it. */
  readonly sharedBy: string;
  readonly ranBy: string;
  readonly leftOut: Certificate['leftOut'];
  readonly notProven: readonly string[];
}

const MOST_TEXT = 64 * 1024 ** 2;

/**
 * Checks an archive that `shareOf` made, on any machine: every file against the certificate, the certificate against
 * its signature, the log against its chain and signed head, and what the certificate says against the log and the
 * records that the log names. Unpacks nothing to the disk. `keys`: public keys that may sign; default any. Fails with
 * `data/format` where the file is no such archive.
 */
export function verifyShare(bytes: Buffer, keys?: readonly string[]): Result<ShareReport> {
  const archive = openArchive(bytes, 'shared run');
  if (!archive.ok) return archive;
  const text = textIn(archive.value, CERTIFICATE);
  const certificate = text === undefined ? undefined : parseCertificate(text);
  if (!certificate) {
    const there = archive.value.names.includes(CERTIFICATE);
    return failed(
      problem(
        'data/format',
        text === undefined && there
          ? `its ${CERTIFICATE} is damaged, so nothing in the file can be checked`
          : `the file is no shared run: ${there ? `its ${CERTIFICATE} is none` : `it has no ${CERTIFICATE}`}`,
      ),
    );
  }
  const log = logIn(archive.value);
  const findings = [
    ...filesDiffer(archive.value, certificate),
    ...signaturesDiffer(certificate, keys),
    ...logDiffers(certificate, log),
    ...factsDiffer(archive.value, certificate, log),
  ];
  return ok({
    sound: findings.length === 0,
    run: certificate.run,
    facts: certificate.facts,
    head: certificate.head,
    files: Object.keys(certificate.files).length,
    entries: log.entries.length,
    sharedBy: certificate.key,
    ranBy: certificate.head.key,
    leftOut: certificate.leftOut,
    findings,
    notProven: notProven(certificate, keys),
  });
}

function filesDiffer(archive: Archive, { files }: Certificate): ShareFinding[] {
  const there = new Set(archive.names);
  const findings: ShareFinding[] = [];
  for (const [path, { digest }] of Object.entries(files)) {
    const bytes = there.has(path) ? archive.read(path) : undefined;
    if (!there.has(path))
      findings.push({ kind: 'missing', path, message: 'the certificate names it, and it is not here' });
    else if (!bytes || sha256(bytes) !== digest)
      findings.push({ kind: 'changed', path, message: 'its bytes are not those that were shared' });
  }
  for (const path of archive.names)
    if (path !== CERTIFICATE && !Object.hasOwn(files, path))
      findings.push({ kind: 'added', path, message: 'the certificate does not name it' });
  return findings;
}

function signaturesDiffer(certificate: Certificate, keys?: readonly string[]): ShareFinding[] {
  const { key, head } = certificate;
  const found = (message: string): ShareFinding => ({ kind: 'signature', path: CERTIFICATE, message });
  return [
    ...(isSignedCertificate(certificate)
      ? []
      : [found(`the certificate was changed: the signature of key ${fingerprint(key)} does not fit`)]),
    ...(isSigned(head)
      ? []
      : [
          found(
            `the head of the log was changed: the signature of key ${fingerprint(head.key)} does not fit`,
          ),
        ]),
    ...[...new Set([key, head.key])]
      .filter((one) => keys && !keys.includes(one))
      .map((one) => found(`key ${fingerprint(one)} is not among those that may sign`)),
  ];
}

interface Log {
  readonly lines: ReturnType<typeof splitLines>['lines'];
  readonly torn: number;
  readonly entries: readonly Entry[];
}

function logIn(archive: Archive): Log {
  const { lines, torn } = splitLines(Buffer.from(bytesIn(archive, LOG) ?? []));
  return { lines, torn, entries: lines.map(parseEntry).filter((entry) => entry !== undefined) };
}

function logDiffers({ run, head }: Certificate, { lines, torn }: Log): ShareFinding[] {
  const found = (message: string): ShareFinding => ({ kind: 'log', path: LOG, message });
  return [
    ...(head.run === run ? [] : [found(`the head is that of run ${head.run}, not of ${run}`)]),
    ...verifySegment(LOG, head.run, lines, head).map(({ kind, line, message }) =>
      found(`${line === undefined ? '' : `line ${line}: `}${message} (${kind})`),
    ),
    ...(torn > 0 ? [found('text stands after the last line')] : []),
  ];
}

/** What the certificate, the records and the files say beside what the log says. */
function factsDiffer(archive: Archive, certificate: Certificate, { entries }: Log): ShareFinding[] {
  const events = entries.map(({ event }) => event);
  const named = new Set(events.flatMap((event) => ('record' in event ? [event.record] : [])));
  const records = new Map<Digest, ResultRecord>();
  const findings: ShareFinding[] = [];
  for (const line of splitLines(Buffer.from(bytesIn(archive, RECORDS) ?? [])).lines) {
    const record = parseLine<ResultRecord>(line);
    const digest = record && digestOf(record as unknown as Json);
    if (digest && named.has(digest)) records.set(digest, record);
    else
      findings.push({
        kind: 'changed',
        path: RECORDS,
        message: `line ${line.number} is no record that the log names`,
      });
  }
  const facts = factsOf(events, records);
  const differ = (message: string) => findings.push({ kind: 'certificate', path: CERTIFICATE, message });
  if (!facts) differ('the log does not begin as one of a run does');
  else
    for (const [name, value] of Object.entries(facts))
      if (!same(value, certificate.facts[name as keyof RunFacts]))
        differ(`what it says of "${name}" is not what the log says`);
  for (const [path, digest] of Object.entries(facts?.saved ?? {})) {
    const file = certificate.files[archivedPath(path)];
    if (file ? file.digest !== digest : !Object.hasOwn(certificate.leftOut, path))
      findings.push({
        kind: file ? 'changed' : 'missing',
        path: archivedPath(path),
        message: file ? 'it is not what the run saved there' : 'the run saved it, and it is not here',
      });
  }
  const sources = archive.names.filter((name) => name.startsWith(`${SOURCES}/`));
  if (facts && sources.length > 0 && !sources.some((name) => isSource(textIn(archive, name), facts)))
    findings.push({
      kind: 'changed',
      path: SOURCES,
      message: 'none of it is the pipeline that was run',
    });
  return findings;
}

const same = (a: unknown, b: unknown): boolean =>
  b !== undefined && canonical(a as Json) === canonical(b as Json);

/** What remains possible although nothing was found, in words for the person who must judge. */
function notProven({ key, head }: Certificate, keys?: readonly string[]): string[] {
  const who = key === head.key ? fingerprint(key) : `${fingerprint(head.key)} and ${fingerprint(key)}`;
  return [
    ...(keys
      ? []
      : [
          `Whoever holds the signing key (${who}) could have written all of this anew: let its owner tell you the key another way, and give it with --key.`,
        ]),
    'Report, figures and pipeline.yaml were signed when shared and are not in the log: their numbers can be compared with the metrics in the certificate.',
  ];
}

const bytesIn = (archive: Archive, path: string): Uint8Array | undefined => {
  const bytes = archive.names.includes(path) ? archive.read(path) : undefined;
  return bytes && bytes.length <= MOST_TEXT ? bytes : undefined;
};
const textIn = (archive: Archive, path: string): string | undefined => {
  const bytes = bytesIn(archive, path);
  return bytes && Buffer.from(bytes).toString('utf8');
};

/** Whether heads that somebody keeps have the head of a shared run: `absent`, or another one in its place. */
export function compareHead(head: Head, kept: readonly Head[]): 'same' | 'other' | 'absent' {
  const digest = headDigest(head);
  if (kept.some((one) => headDigest(one) === digest)) return 'same';
  return kept.some(({ run, index }) => run === head.run || index === head.index) ? 'other' : 'absent';
}
