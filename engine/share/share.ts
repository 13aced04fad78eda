import { createHash, type Hash } from 'node:crypto';
import { chmodSync, renameSync, statSync } from 'node:fs';
import { zipOf } from '../../components/lib/xlsx/zip.js';
import { type Entry, parseEntry } from '../audit/entry.js';
import type { Signer } from '../audit/key.js';
import { readChain, readSegment } from '../audit/read.js';
import type { Redact } from '../audit/redact.js';
import { canonical, type Digest, type Json, sha256 } from '../canonical.js';
import { ProblemError, problem } from '../problem.js';
import { resolvePath } from '../project.js';
import { SOURCES } from '../run/kept-pipeline.js';
import type { Workspace } from '../run/workspace.js';
import { temporaryBeside, writeChunks } from '../store/files.js';
import type { ResultRecord } from '../store/record.js';
import type { RunRecord } from '../store/runs.js';
import {
  CERTIFICATE,
  type Certificate,
  certificateText,
  LOG,
  RECORDS,
  RESULTS,
  signCertificate,
} from './certificate.js';
import { archivedPath, type Contents, reportFiles, savedFiles, withinLimit } from './contents.js';
import { factsOf, isSource, type RunFacts } from './facts.js';

export interface ShareOptions {
  readonly results: boolean;
  /** Most bytes of all files together. */
  readonly limit: number;
  readonly redact: Redact;
  readonly signer: Signer;
}

/** Makes the files and the certificate of a run. Writes nothing. Equal runs, keys and options give equal bytes. */
export async function shareOf(
  workspace: Workspace,
  record: RunRecord,
  options: ShareOptions,
): Promise<{ contents: Contents; certificate: Certificate }> {
  const { root } = workspace.project;
  const { lines, head } = sealedLog(root, record);
  const entries = lines.map(parseEntry).filter((entry): entry is Entry => entry !== undefined);
  const records = recordsOf(workspace, entries);
  const facts = factsOf(
    entries.map(({ event }) => event),
    records,
  );
  if (!facts) throw unready(record, 'its log does not begin as one of a run does');
  const { files, missing: leftOut } = options.results
    ? await savedFiles(workspace, record, options.limit)
    : { files: new Map<string, Uint8Array>(), missing: {} as { [path: string]: string } };
  const inputs = new Set(Object.values(facts.inputs));
  for (const path of Object.keys(facts.saved)) {
    const bytes = files.get(archivedPath(path));
    const reason = !options.results
      ? 'it was left out on purpose'
      : bytes && inputs.has(sha256(bytes))
        ? 'it is what the run read, to the byte'
        : undefined;
    if (!reason) continue;
    files.delete(archivedPath(path));
    leftOut[path] = reason;
  }
  const contents: Contents = new Map([
    ...reportFiles(root, record.id),
    ...files,
    [LOG, Buffer.concat(lines.flatMap(({ bytes }) => [bytes, Buffer.from('\n')]))],
    [RECORDS, Buffer.from([...records.values()].map((one) => `${recordText(one)}\n`).join(''))],
    ['README.txt', Buffer.from(readme(record))],
  ]);
  withoutOtherSources(contents, facts, leftOut);
  withinLimit(
    [...contents].map(([path, { length }]) => ({ path, length })),
    options.limit,
  );
  const certificate = signCertificate(
    {
      format: 1,
      run: record.id,
      facts,
      inputBytes: await sizesOf(workspace, facts),
      machine: { node: record.machine.node, platform: record.machine.platform },
      head,
      files: Object.fromEntries(
        [...contents].map(([path, bytes]) => [path, { digest: sha256(bytes), bytes: bytes.length }]),
      ),
      leftOut,
    },
    options.signer,
  );
  contents.set(CERTIFICATE, Buffer.from(certificateText(certificate)));
  withoutSecrets(contents, options.redact);
  return { contents, certificate };
}

/** Writes the archive, sorted by path and without times, whole or not at all. */
export async function writeShare(
  contents: Contents,
  path: string,
): Promise<{ size: number; digest: Digest }> {
  const names = [...contents.keys()].sort();
  const hash = createHash('sha256');
  const temporary = temporaryBeside(path);
  const size = await writeChunks(
    temporary,
    hashed(zipOf(names.map((name) => ({ name, content: [contents.get(name)!] }))), hash),
  );
  chmodSync(temporary, 0o644);
  renameSync(temporary, path);
  return { size, digest: hash.digest('hex') };
}

async function* hashed(chunks: AsyncIterable<Uint8Array>, hash: Hash) {
  for await (const chunk of chunks) {
    hash.update(chunk);
    yield chunk;
  }
}

const recordText = (record: ResultRecord): string => canonical(record as unknown as Json);

/** Where a secret was typed into the pipeline, what was kept of it is not what the log's digest means. */
function withoutOtherSources(contents: Contents, facts: RunFacts, leftOut: { [path: string]: string }): void {
  const sources = [...contents].filter(([path]) => path.startsWith(`${SOURCES}/`));
  if (
    sources.length === 0 ||
    sources.some(([, bytes]) => isSource(Buffer.from(bytes).toString('utf8'), facts))
  )
    return;
  for (const [path] of sources) contents.delete(path);
  leftOut[SOURCES] = 'a secret stood in the pipeline as it was written';
}

function sealedLog(root: string, record: RunRecord) {
  const head = readChain(root).find(({ run }) => run === record.id);
  const segment = readSegment(root, record.id);
  if (!head || !segment) throw unready(record, 'its log is not sealed');
  return { head, lines: segment.lines };
}

const unready = (record: RunRecord, why: string) =>
  new ProblemError(
    problem('command/usage', `run ${record.id} cannot be shared: ${why}`, {
      hint:
        record.status === 'running'
          ? 'wait until it has ended'
          : 'toolbox audit verify says what is the matter',
    }),
  );

/** Records of the results that the log names, by digest, sorted by it; those that were cleaned away are not among them. */
function recordsOf({ results }: Workspace, entries: readonly Entry[]): Map<Digest, ResultRecord> {
  const found = entries.flatMap(({ event }): [Digest, ResultRecord][] => {
    if (event.type !== 'step.committed' && event.type !== 'step.reused') return [];
    const kept = results.read(event.key);
    return kept && kept.digest === event.record ? [[kept.digest, kept.record]] : [];
  });
  return new Map(found.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
}

async function sizesOf(workspace: Workspace, { inputs }: RunFacts): Promise<{ [path: string]: number }> {
  const sizes: { [path: string]: number } = {};
  for (const [path, digest] of Object.entries(inputs)) {
    const found = resolvePath(workspace.project, path);
    if ('problem' in found || !statSync(found.path, { throwIfNoEntry: false })?.isFile()) continue;
    if ((await workspace.digests.digest(found.path)) === digest) sizes[path] = statSync(found.path).size;
  }
  return sizes;
}

/** Nothing leaves with a secret in it: the person decides what becomes of the file. */
function withoutSecrets(contents: Contents, redact: Redact): void {
  const held = [...contents].filter(([, bytes]) => {
    const text = Buffer.from(bytes).toString('utf8');
    return redact(text) !== text;
  });
  if (held.length === 0) return;
  throw new ProblemError(
    ...held.map(([path]) =>
      problem('spec/secret', `${path} holds a secret of the environment`, {
        hint: path.startsWith(`${RESULTS}/`)
          ? 'share --without-results, or leave its column out of what is saved'
          : 'run the pipeline again with the secret set: what is written then has *** in its place',
      }),
    ),
  );
}

const readme = ({ id, pipeline }: RunRecord): string => `Run ${id} of the pipeline "${pipeline}".

report.html        open it in a browser; it needs no network
pipeline.yaml      what was run, every parameter and default filled in
sources/           the same as it was written
results/           the files that it saved
certificate.json   what it rested on, what came of it, digests of every file here, a signature
log.jsonl          its log, entry by entry; records.jsonl: its results' records

toolbox verify FILE.zip says whether all of this is as it was shared.
`;
