import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { zipOf } from '#dist/components/lib/xlsx/zip.js';
import { openSigner } from '#dist/engine/audit/key.js';
import { readChain } from '#dist/engine/audit/read.js';
import { redactor } from '#dist/engine/audit/redact.js';
import { openCatalog } from '#dist/engine/catalog.js';
import type { ProblemError } from '#dist/engine/problem.js';
import { openWorkspace } from '#dist/engine/run/workspace.js';
import { type Certificate, certificateText, signCertificate } from '#dist/engine/share/certificate.js';
import { type ShareOptions, shareOf, writeShare } from '#dist/engine/share/share.js';
import { compareHead, verifyShare } from '#dist/engine/share/verify.js';
import type { RunRecord } from '#dist/engine/store/runs.js';
import { openArchive } from '#dist/engine/store/unzip.js';
import { orThrow, testProject } from '../../support/project.js';

/** A path beside the project: in the archive it lies below `results/`, as all do. */
const outside = `share-${process.pid}.csv`;
const files = {
  'data/in.csv': 'a,b\n1,x\n2,y\n3,z\n',
  'main.yaml': `version: 1
name: shared
params: { least: { type: number, default: 2 } }
steps:
  rows: { use: ingest.csv, with: { path: data/in.csv }, save: { out: results/copy.csv } }
  some:
    use: prep.filter
    in: rows
    with: { where: "row.a >= \${{ params.least }}" }
    save: { out: results/some.csv, rest: ../${outside} }
`,
};
const project = testProject(files);
const own = { ...project.project, roots: ['.', '..'] };
const out = mkdtempSync(join(tmpdir(), 'share-'));
const signer = openSigner({ env: { TOOLBOX_AUDIT_KEY: Buffer.alloc(32, 7).toString('base64') } });
const defaults: ShareOptions = { results: true, limit: 1e8, redact: (text) => text, signer };
let first: RunRecord;

async function share(record: RunRecord, options: Partial<ShareOptions> = {}) {
  const workspace = openWorkspace(own, openCatalog(), { workers: 1 });
  try {
    const made = await shareOf(workspace, record, { ...defaults, ...options });
    const path = join(out, 'run.zip');
    await writeShare(made.contents, path);
    return { ...made, bytes: readFileSync(path) };
  } finally {
    await workspace.close();
  }
}

const contentsOf = (bytes: Buffer): Map<string, Uint8Array> => {
  const archive = orThrow(openArchive(bytes));
  return new Map(archive.names.map((name) => [name, archive.read(name)!]));
};

async function zipped(contents: ReadonlyMap<string, Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of zipOf([...contents].map(([name, bytes]) => ({ name, content: [bytes] }))))
    chunks.push(chunk);
  return Buffer.concat(chunks);
}

const kinds = (bytes: Buffer, keys?: readonly string[]) =>
  orThrow(verifyShare(bytes, keys)).findings.map(({ kind, path }) => `${kind} ${path}`);

let bytes: Buffer;
beforeAll(async () => {
  rmSync(join(project.root, `../${outside}`), { force: true });
  Object.assign(project.project, { roots: ['.', '..'] });
  first = (await project.run('main.yaml')).record;
  ({ bytes } = await share(first));
}, 120_000);
afterAll(() => {
  rmSync(join(project.root, `../${outside}`), { force: true });
  rmSync(out, { recursive: true, force: true });
  project.remove();
});

describe('sharing a run', () => {
  test('takes the report, the log, the pipeline and what was saved, and no input', () => {
    const contents = contentsOf(bytes);
    expect([...contents.keys()].filter((name) => !name.startsWith('figures/'))).toEqual([
      'README.txt',
      'certificate.json',
      'log.jsonl',
      'pipeline.yaml',
      'records.jsonl',
      'report.html',
      'report.md',
      `results/${outside}`,
      'results/some.csv',
      'sources/main.yaml',
    ]);
    expect(Buffer.from(contents.get('results/some.csv')!).toString()).toBe('a,b\n2,y\n3,z\n');
    expect(Buffer.from(contents.get('pipeline.yaml')!).toString()).toContain('default: 2');
    expect(Buffer.from(contents.get('sources/main.yaml')!).toString()).toBe(files['main.yaml']);
  });

  test('says what the run rested on and what came of it', () => {
    const certificate = JSON.parse(
      Buffer.from(contentsOf(bytes).get('certificate.json')!).toString(),
    ) as Certificate;
    expect(certificate.facts).toMatchObject({
      pipeline: 'shared',
      params: { least: 2 },
      status: 'done',
      steps: [
        { address: 'rows', use: 'ingest.csv', version: '1', metrics: { rows: 3 } },
        { address: 'some', use: 'prep.filter', metrics: { rows: 2, dropped: 1 } },
      ],
    });
    expect(Object.keys(certificate.facts.inputs)).toEqual(['data/in.csv']);
    expect(certificate.inputBytes).toEqual({ 'data/in.csv': files['data/in.csv'].length });
  });

  test('gives the same bytes again', async () => {
    expect((await share(first)).bytes.equals(bytes)).toBe(true);
  });

  test('takes what was saved then from the store where a later run wrote over it', async () => {
    await project.run('main.yaml', { set: { least: '3' } });
    expect(readFileSync(join(project.root, 'results/some.csv'), 'utf8')).toBe('a,b\n3,z\n');
    expect((await share(first)).bytes.equals(bytes)).toBe(true);
  });

  test('leaves results out where asked, names them, and is still sound', async () => {
    const small = (await share(first, { results: false })).bytes;
    expect([...contentsOf(small).keys()].filter((name) => name.startsWith('results/'))).toEqual([]);
    expect(Object.keys(orThrow(verifyShare(small)).leftOut)).toEqual([
      `../${outside}`,
      'results/copy.csv',
      'results/some.csv',
    ]);
    expect(kinds(small)).toEqual([]);
  });

  test('never takes the bytes of an input along', () => {
    expect(orThrow(verifyShare(bytes)).leftOut).toEqual({
      'results/copy.csv': 'it is what the run read, to the byte',
    });
  });

  test('refuses a secret of the environment, with the file that holds it', async () => {
    await expect(share(first, { redact: redactor(['2,y\n3,z']) })).rejects.toThrow(
      'results/some.csv holds a secret of the environment',
    );
  });

  test('refuses more than the limit, with the largest files', async () => {
    const problem = await share(first, { limit: 1000 }).catch((error: ProblemError) => error.problems[0]);
    expect(problem).toMatchObject({ code: 'command/usage' });
    expect((problem as { hint: string }).hint).toMatch(/^largest: report\.html .*--max-size/s);
    // A result that alone is too large is not even read, and not asked for where results stay at home.
    await expect(share(first, { limit: 5 })).rejects.toThrow('more than 1 MB');
    expect((await share(first, { results: false })).contents.size).toBeGreaterThan(5);
  });
});

describe('verifying a shared run', () => {
  const changed = async (change: (contents: Map<string, Uint8Array>) => void) => {
    const contents = contentsOf(bytes);
    change(contents);
    return zipped(contents);
  };
  /** As somebody would who has a key of their own. */
  const resigned = (change: (certificate: { -readonly [K in keyof Certificate]: Certificate[K] }) => void) =>
    changed((contents) => {
      const certificate = JSON.parse(
        Buffer.from(contents.get('certificate.json')!).toString(),
      ) as Certificate;
      const body = structuredClone(certificate);
      change(body);
      const signed = signCertificate(body, signer);
      contents.set('certificate.json', Buffer.from(certificateText(signed)));
    });

  test('finds nothing in what nobody touched, without a project', () => {
    const report = orThrow(verifyShare(bytes));
    expect(report).toMatchObject({ sound: true, run: first.id, findings: [], sharedBy: signer.key });
    expect(report.notProven.length).toBeGreaterThan(0);
  });

  test('names a file that was changed, is missing, or was added', async () => {
    expect(kinds(await changed((c) => c.set('report.html', Buffer.from('<p>better</p>'))))).toEqual([
      'changed report.html',
    ]);
    expect(kinds(await changed((c) => c.delete('results/some.csv')))).toEqual(['missing results/some.csv']);
    expect(kinds(await changed((c) => c.set('results/more.csv', Buffer.from('a\n'))))).toEqual([
      'added results/more.csv',
    ]);
  });

  test('finds a certificate that was edited, and one signed by a key that may not', async () => {
    const edited = await changed((c) => {
      const text = Buffer.from(c.get('certificate.json')!).toString();
      c.set('certificate.json', Buffer.from(text.replace('"dropped": 1', '"dropped": 0')));
    });
    expect(kinds(edited)).toEqual(['signature certificate.json', 'certificate certificate.json']);
    expect(kinds(bytes, [signer.key, orThrow(verifyShare(bytes)).ranBy])).toEqual([]);
    expect(kinds(bytes, ['A'.repeat(43)])).toHaveLength(2);
  });

  test('finds what somebody with a key of their own says otherwise than the log', async () => {
    const better = await resigned((c) => {
      (c.facts as { params: object }).params = { least: 3 };
    });
    expect(orThrow(verifyShare(better)).findings).toEqual([
      {
        kind: 'certificate',
        path: 'certificate.json',
        message: 'what it says of "params" is not what the log says',
      },
    ]);
    const other = await resigned((c) => {
      (c as { run: string }).run = '20260101-000000-00000';
    });
    expect(kinds(other)).toEqual(['log log.jsonl']);
  });

  test('finds a result, a record, a pipeline or a log that was replaced under a new signature', async () => {
    const replaced = async (path: string, text: (before: string) => string) => {
      const contents = contentsOf(bytes);
      const after = Buffer.from(text(Buffer.from(contents.get(path)!).toString()));
      contents.set(path, after);
      const { createHash } = await import('node:crypto');
      const digest = createHash('sha256').update(after).digest('hex');
      const certificate = JSON.parse(
        Buffer.from(contents.get('certificate.json')!).toString(),
      ) as Certificate;
      const body = {
        ...certificate,
        files: { ...certificate.files, [path]: { digest, bytes: after.length } },
      };
      contents.set('certificate.json', Buffer.from(certificateText(signCertificate(body, signer))));
      return kinds(await zipped(contents));
    };
    expect(await replaced('results/some.csv', () => 'a,b\n9,q\n')).toEqual(['changed results/some.csv']);
    expect(await replaced('sources/main.yaml', (text) => `${text}# more\n`)).toEqual(['changed sources']);
    expect(await replaced('log.jsonl', (text) => text.replace('"least":2', '"least":3'))).toEqual([
      'log log.jsonl',
      'certificate certificate.json',
    ]);
    expect(await replaced('log.jsonl', (text) => `${text.split('\n').slice(0, -2).join('\n')}\n`)).toContain(
      'log log.jsonl',
    );
    expect(await replaced('records.jsonl', (text) => text.replace('"dropped":1', '"dropped":0'))).toEqual(
      expect.arrayContaining(['changed records.jsonl', 'certificate certificate.json']),
    );
  });

  test('says whether a log has the run', () => {
    const { head } = orThrow(verifyShare(bytes));
    const chain = readChain(project.root);
    expect(compareHead(head, chain)).toBe('same');
    expect(compareHead(head, [])).toBe('absent');
    expect(compareHead(head, [{ ...head, count: head.count + 1 }])).toBe('other');
  });
});

describe('an archive that would harm is refused', () => {
  const refusal = (archive: Buffer) => {
    const read = verifyShare(archive);
    return read.ok ? 'read' : read.problems[0]!.message;
  };
  const one = (name: string) => zipped(new Map([[name, Buffer.from('x')]]));
  /** Offset of the first entry of the directory. */
  const directory = (archive: Buffer) => archive.indexOf('PK\x01\x02', 0, 'latin1');

  test.each(['../up.txt', 'a/../../up.txt', '/etc/passwd', 'C:/windows/x', 'a\\..\\b', 'nul\0l'])(
    'a name that leads out: %j',
    async (name) => {
      expect(refusal(await one(name))).toContain('leads out of a folder');
    },
  );

  test('a symbolic link, an encrypted file, a bomb, files over one another', async () => {
    const link = await one('a');
    link.writeUInt16LE((3 << 8) | 20, directory(link) + 4);
    link.writeUInt32LE(0xa1ff0000, directory(link) + 38);
    expect(refusal(link)).toContain('is a link');
    const encrypted = await one('a');
    encrypted.writeUInt16LE(0x0801, directory(encrypted) + 8);
    expect(refusal(encrypted)).toContain('is encrypted');
    const bomb = await one('a');
    bomb.writeUInt32LE(0xfffffff0, directory(bomb) + 24);
    expect(refusal(bomb)).toContain('more than 2 GiB');
    const over = await one('a');
    over.writeUInt32LE(over.length + 1, directory(over) + 20);
    expect(refusal(over)).toContain('over one another');
  });

  test('a name twice, also in other letters', async () => {
    expect(
      refusal(await zipped(new Map(['a.txt', 'A.TXT'].map((name) => [name, Buffer.from('x')])))),
    ).toContain('twice');
    const accents = ['caf\u00e9', 'cafe\u0301'].map((name): [string, Buffer] => [name, Buffer.from('x')]);
    expect(refusal(await zipped(new Map(accents)))).toContain('twice');
  });

  test('a file that is larger than it says, or has another name where it lies', async () => {
    const sized = Buffer.from(bytes);
    const at = directory(sized);
    sized.writeUInt32LE(sized.readUInt32LE(at + 24) - 1, at + 24);
    expect(kinds(sized)).toEqual(['changed README.txt']);
    const renamed = Buffer.from(bytes);
    renamed.write('X', renamed.indexOf('README.txt'));
    expect(kinds(renamed)).toEqual(['changed README.txt']);
  });

  test('what is no archive, or one of something else', async () => {
    expect(refusal(Buffer.from('PK'))).toBe('the file is no shared run: it has no directory');
    expect(refusal(Buffer.alloc(0))).toContain('no shared run');
    expect(refusal(await one('a.txt'))).toContain('it has no certificate.json');
    expect(refusal(await one('certificate.json'))).toContain('its certificate.json is none');
    const damaged = Buffer.from(bytes);
    let at = damaged.indexOf('certificate.json');
    while (damaged.readUInt32LE(at - 30) !== 0x04034b50) at = damaged.indexOf('certificate.json', at + 1);
    damaged.fill(0xff, at + 60, at + 100);
    expect(refusal(damaged)).toContain('certificate.json is damaged');
    const deep = new Map([['certificate.json', Buffer.from(`${'['.repeat(1e5)}${']'.repeat(1e5)}`)]]);
    expect(refusal(await zipped(deep))).toContain('its certificate.json is none');
  });

  test('no cut of a good archive passes or throws', () => {
    for (let length = 0; length < bytes.length; length += 997)
      expect(verifyShare(bytes.subarray(0, length)).ok).toBe(false);
  });
});

test('a half-made archive leaves nothing behind', async () => {
  const path = join(out, 'none', 'x.zip');
  writeFileSync(join(out, 'none'), 'a file where a folder should be');
  await expect(writeShare(new Map([['a', Buffer.from('x')]]), path)).rejects.toThrow('ENOTDIR');
  expect(readdirSync(out).filter((name) => name.startsWith('.tmp-'))).toEqual([]);
});
