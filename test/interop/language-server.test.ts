import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { published } from '#dist/engine/spec/schema.js';
import { catalog } from '../spec/catalog.js';
import { LanguageClient, languageServer } from '../support/language-server.js';

/** With the server that VS Code, Neovim and JetBrains use for YAML. */
describe.skipIf(!languageServer)('yaml-language-server', () => {
  let folder: string;
  let client: LanguageClient;
  let count = 0;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'schema-'));
    writeFileSync(join(folder, 'pipeline.json'), JSON.stringify(published(catalog)));
    client = new LanguageClient(languageServer!);
    await client.start();
  });
  afterAll(() => {
    client.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Opens a text in which `|` is the cursor. */
  async function edit(marked: string) {
    const line = `# yaml-language-server: $schema=${pathToFileURL(join(folder, 'pipeline.json'))}\n`;
    const text = line + marked;
    const before = text.slice(0, text.indexOf('|')).split('\n');
    const position = { line: before.length - 1, character: before.at(-1)!.length };
    const uri = pathToFileURL(join(folder, `${++count}.yaml`)).href;
    const problems = await client.open(uri, text.replace('|', ''));
    return { uri, position, problems };
  }
  async function complete(marked: string): Promise<readonly string[]> {
    const { uri, position } = await edit(marked);
    const answer = (await client.request('textDocument/completion', { textDocument: { uri }, position })) as {
      items: readonly { label: string }[];
    };
    return answer.items.map((item) => item.label);
  }
  async function hover(marked: string): Promise<string> {
    const { uri, position } = await edit(marked);
    const answer = (await client.request('textDocument/hover', { textDocument: { uri }, position })) as {
      contents: { value: string };
    } | null;
    return answer?.contents.value ?? '';
  }
  const problemsOf = async (text: string) => (await edit(`${text}|`)).problems.map((p) => p.message);

  test('offers components after use:', async () => {
    const offered = await complete('version: 1\nsteps:\n  a:\n    use: |\n');
    expect(offered).toEqual(expect.arrayContaining(['ingest.csv', 'prep.split', 'train.random-forest']));
  });

  test('offers the settings of the component that the step uses', async () => {
    const offered = await complete(
      'version: 1\nsteps:\n  a:\n    use: train.random-forest\n    in: b\n    with:\n      |\n',
    );
    expect(offered).toEqual(expect.arrayContaining(['trees', 'max_depth', 'bootstrap']));
    expect(offered).not.toContain('path');
    const values = await complete(
      'version: 1\nsteps:\n  a:\n    use: prep.split\n    in: b\n    with:\n      by: |\n',
    );
    expect(values).toEqual(expect.arrayContaining(['random', 'block', 'group']));
  });

  test('offers keys of a step, ports, transforms in prep, and what tune may search', async () => {
    expect(await complete('version: 1\nsteps:\n  a:\n    |\n')).toEqual(
      expect.arrayContaining(['use', 'in', 'with', 'when']),
    );
    expect(await complete('version: 1\nsteps:\n  a:\n    use: prep.join\n    in:\n      |\n')).toEqual(
      expect.arrayContaining(['left', 'right']),
    );
    expect(
      await complete('version: 1\nsteps:\n  a:\n    use: train.random-forest\n    prep:\n      - |\n'),
    ).toEqual(expect.arrayContaining(['prep.scale', 'prep.trace-pca']));
    expect(
      await complete(
        'version: 1\nsteps:\n  a:\n    use: train.random-forest\n    tune:\n      space:\n        |\n',
      ),
    ).toEqual(expect.arrayContaining(['trees', 'max_depth']));
  });

  test('says what a setting means', async () => {
    const text = await hover(
      'version: 1\nsteps:\n  a:\n    use: train.random-forest\n    with: { tr|ees: 5 }\n',
    );
    expect(text).toContain('number of trees (default: 100)');
    expect(await hover('version: 1\nsteps:\n  a:\n    u|se: ingest.csv\n')).toContain(
      'component, or the path of a pipeline',
    );
  });

  test('finds nothing wrong with a right file', async () => {
    const right = readFileSync(new URL('../spec/ok/seismic.yaml', import.meta.url), 'utf8').replace(
      /^#.*\n/,
      '',
    );
    expect(await problemsOf(right)).toEqual([]);
  });

  test('finds what is wrong', async () => {
    const wrong = (step: string) => problemsOf(`version: 1\nsteps:\n  a:\n${step}`);
    expect(await wrong('    use: ingest.csv\n    with: { path: a.csv, sep: x }\n')).toEqual([
      'Property sep is not allowed.',
    ]);
    expect(await wrong('    use: ingest.csv\n    with: {}\n')).toEqual(['Missing property "path".']);
    expect(await wrong('    use: ingest.csv\n')).toEqual(['Missing property "with".']);
    expect(await wrong('    use: ingest.segy\n    timeout: 30\n    with: { path: a }\n')).not.toEqual([]);
    expect(await wrong('    use: train.random-forest\n    in: b\n    with: { trees: many }\n')).toEqual([
      'takes a whole number, or an expression "${{ … }}"',
    ]);
    expect(
      await wrong('    use: train.random-forest\n    in: b\n    with: { trees: "${{ params.n }}" }\n'),
    ).toEqual([]);
    expect(await wrong('    uses: ingest.csv\n')).toEqual(
      expect.arrayContaining(['Missing property "use".', 'Property uses is not allowed.']),
    );
  });
});
