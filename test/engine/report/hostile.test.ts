import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { terminalText } from '#dist/engine/cli/printable.js';
import { columns } from '#dist/engine/cli/terminal.js';
import { openRegistry } from '#dist/engine/registry/registry.js';
import { modelCard } from '#dist/engine/report/card.js';
import { parseSvg } from '../../lib/plot/parse-svg.js';
import { hostile, hostileRun } from '../../support/hostile.js';

/** All that the page is made of. */
const tags = new Set(
  'html head meta title style body main header h1 h2 h3 p span dl dt dd nav a section div strong figure img figcaption table thead tbody tr th td code ul li svg path'.split(
    ' ',
  ),
);
const attributes = new Set(
  'lang charset name content http-equiv class id href src alt scope tabindex aria-label viewBox preserveAspectRatio role d'.split(
    ' ',
  ),
);
const drawn = new Set('svg title style rect text path line circle g image polygon polyline'.split(' '));

describe('a run over hostile text', () => {
  let run: Awaited<ReturnType<typeof hostileRun>>;
  beforeAll(async () => {
    run = await hostileRun();
  }, 60_000);
  afterAll(() => run.project.remove());

  it('is done, and tells of the text', () => {
    expect(run.result.nodes.map(({ status }) => status)).toEqual(run.result.nodes.map(() => 'ran'));
    const html = run.report('report.html');
    expect(html).toContain('&lt;script&gt;');
    expect(html).toContain('{{constructor');
  });

  it('puts no element, attribute or address of its own into the page', () => {
    const html = run.report('report.html').replace(/^<!doctype html>/, '');
    const token = /<(\/?)([a-z][a-z0-9]*)((?:\s+[a-zA-Z-]+(?:="[^"<>]*")?)*)\s*>|[^<]+/gy;
    let end = 0;
    for (const match of html.matchAll(token)) {
      end = match.index + match[0].length;
      const [, , name, given = ''] = match;
      if (name === undefined) continue;
      expect(tags).toContain(name);
      for (const [, attribute, value = ''] of given.matchAll(/([a-zA-Z-]+)(?:="([^"]*)")?/g)) {
        expect(attributes).toContain(attribute);
        if (attribute === 'src')
          expect(value).toMatch(/^data:image\/(?:svg\+xml|png);base64,[A-Za-z0-9+/&#x;D]+$/);
        if (attribute === 'd') expect(value).toMatch(/^[MVhvz\d. -]+$/);
        if (attribute === 'href') expect(value).toMatch(/^(?:#[a-z]+|figures\/[\w-]+\.(?:svg|png|csv))$/);
      }
    }
    expect(end).toBe(html.length);
    expect(html.match(/<style>/g)).toHaveLength(1);
    expect(html).not.toMatch(/[\u202a-\u202e\u2066-\u2069\u0080-\u009f\u001b]/);
  });

  it('puts nothing but marks and words into pictures, and no formula into their data', () => {
    const folder = join(run.folder, 'figures');
    const names = readdirSync(folder);
    expect(names.length).toBeGreaterThan(15);
    for (const name of names.filter((one) => one.endsWith('.svg'))) {
      const check = (node: ReturnType<typeof parseSvg>): void => {
        expect(drawn).toContain(node.name);
        for (const [key, value] of Object.entries(node.attributes)) {
          expect(key).not.toMatch(/^on/);
          if (key === 'href') expect(value).toMatch(/^data:image\/png;base64,/);
        }
        node.children.forEach(check);
      };
      check(parseSvg(run.report(`figures/${name}`)));
    }
    for (const name of names.filter((one) => one.endsWith('.csv')))
      expect(run.report(`figures/${name}`)).not.toMatch(/(?:^|[\n,])"?[=@]/);
    expect(run.read('results/predicted.csv')).not.toMatch(/(?:^|[\n,])"?[=@]/);
    expect(run.read('results/predicted.csv')).toContain(`"'=HYPERLINK(""http://evil.invalid"",""x"")"`);
  });

  it('keeps Markdown from making a link, a picture or an element of it', () => {
    for (const name of ['report.md', 'MODEL_CARD.md']) {
      const markdown = run.report(name);
      expect(markdown).not.toMatch(/<[a-z/!]/i);
      expect(markdown).not.toMatch(/(?<!\\)\]\((?!figures\/)/);
    }
  });

  it('gives the registered model a card of measured facts, and a shorter one without the run', async () => {
    const registry = openRegistry(run.project.root);
    const model = await registry.open('taken@1');
    const card = run.report('MODEL_CARD.md');
    const f1 = run.result.nodes.find(({ address }) => address === 'score')!.metrics['f1_weighted'] as number;
    expect(card).toContain('# Model card of taken@1\n');
    expect(card).toContain(`| content digest | ${model.version.trainingData} |`);
    expect(card).toContain('| rows | 36 |');
    expect(card).toContain('| cut from the test rows by | stratified |');
    expect(card).toMatch(new RegExp(`\\| f1_weighted \\| ${f1.toPrecision(3)} \\| [\\d.]+ – [\\d.]+ \\|`));
    expect(card).toContain('24 test rows are few');
    expect(card).toContain('Not measured: a control on shuffled labels.');
    expect(card).toMatch(/\| training took \| [\d.]+ m?s \|/);
    expect(card).toContain(`| digest of the version | ${model.digest} |`);
    const alone = await modelCard(model);
    expect(alone).toContain('the run that measured it is not in this project');
    expect(alone).toContain('| f1_weighted |');
    expect(alone).not.toContain('training took');
  });
});

describe('a terminal', () => {
  it('is not steered by text of data, and keeps the letters of every language', () => {
    expect(terminalText(hostile.terminal)).toBe('\\u001b[2J\\u001b]0;taken\\u0007\\u009b31m');
    expect(terminalText(hostile.bidi)).toBe('\\u202egnp.exe\\u202c');
    expect(terminalText('Größe 層 שלום क्‍ष 👩‍🔬\tx\ny')).toBe('Größe 層 שלום क्‍ष 👩‍🔬\tx\ny');
    expect(terminalText('\u001b[1mown\u001b[22m')).toBe('\u001b[1mown\u001b[22m');
    const table = columns([['a\nb\u001b[2J', '1']], 80, ['x', hostile.bidi]);
    expect(table.split('\n')).toHaveLength(2);
    expect(table).not.toMatch(/[\u001b\u202e]/);
  });
});
