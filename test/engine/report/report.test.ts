import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Artifact, Metrics } from '#dist/engine/artifacts/artifact.js';
import { createTables } from '#dist/engine/artifacts/tables.js';
import { problem } from '#dist/engine/problem.js';
import type { ReportInput } from '#dist/engine/report/input.js';
import { plainMarkdown } from '#dist/engine/report/render.js';
import { style } from '#dist/engine/report/templates/style.js';
import { writeReport } from '#dist/engine/report/write.js';
import { storeArtifact } from '#dist/engine/run/artifact-io.js';
import type { NodeResult } from '#dist/engine/run/result.js';
import type { Found } from '#dist/engine/store/results.js';
import { decodePng } from '../../lib/plot/decode-png.js';
import { images, parseSvg } from '../../lib/plot/parse-svg.js';
import { testFolder } from '../../support/folder.js';
import { memoryObjects } from '../../support/objects.js';
import { tableOf } from '../../support/table-of.js';

const evil = '<script>alert(1)</script>';
const node = (address: string, use: string, rest: Partial<NodeResult> = {}): NodeResult => ({
  address,
  use,
  status: 'ran',
  seconds: 1.25,
  attempts: 1,
  outputs: {},
  metrics: {},
  problems: [],
  warnings: [],
  saved: [],
  ...rest,
});

/** A small run: rows come in, a model is scored, a map is drawn, a gate says no. */
async function run(): Promise<ReportInput> {
  const objects = memoryObjects();
  const tables = createTables(objects);
  const stored = async (port: string, artifact: Artifact) => ({
    [port]: (await storeArtifact(objects, artifact)).output,
  });
  const rows = await tableOf(tables, {
    columns: {
      depth: { type: 'float64', role: 'order', unit: 'm', values: [1000, 1000.5, null] },
      [evil]: ['a', evil, 'a'],
      facies: { type: 'string', role: 'target', values: ['sand', evil, 'sand'] },
      trace: {
        type: 'vector',
        axis: { start: 1.2, step: 0.004, unit: 's' },
        values: [
          [1, 2],
          [3, 4],
          [5, 6],
        ],
      },
    },
  });
  const values = {
    rows: 60,
    f1_weighted: 0.61803,
    baseline_f1_weighted: 0.35,
    control_f1_weighted: 0.34,
    random_split_f1_weighted: 0.83,
    ece: 0.2,
  };
  const score: Metrics = {
    kind: 'metrics',
    values,
    details: {
      classes: ['sand', evil],
      per_class: [
        { class: 'sand', precision: 0.7, recall: 0.9, f1: 0.7875, support: 40 },
        { class: evil, precision: 0.8, recall: 0.3, f1: 0.436, support: 20 },
      ],
      confusion: [
        [36, 4],
        [14, 6],
      ],
      intervals: { f1_weighted: { lower: 0.31, upper: 0.72, standardError: 0.1 } },
      calibration: [{ weight: 60, lower: 0.6, upper: 0.7, predicted: 0.65, observed: 0.7 }],
      curves: [
        {
          class: evil,
          roc: [
            [0, 0],
            [0.25, 0.75],
            [1, 1],
          ],
          precisionRecall: [
            [0, 1],
            [1, 0.5],
          ],
        },
      ],
      importance: {
        of: 'share',
        features: [
          ['depth', 0.75],
          [evil, 0.25],
        ],
        more: 0,
      },
    },
  };
  const verdict = { verdict: 'warn', score: 87.5 };
  const checks: Metrics = {
    kind: 'metrics',
    values: verdict,
    details: {
      rules: [
        { rule: 'present', columns: ['depth'], severity: 'high', checked: 1, broken: 0 },
        {
          rule: 'nulls',
          columns: ['depth', evil],
          severity: 'medium',
          checked: 3,
          broken: 1,
          message: `${evil}: 1 of 3 rows are null`,
        },
      ],
    },
  };
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"><script>alert(2)</script></svg>`;
  const picture: Artifact = {
    kind: 'file',
    name: 'map.svg',
    media: 'image/svg+xml',
    object: await objects.put(Buffer.from(svg)),
    also: { png: await objects.put(Buffer.from('png')) },
    data: await tables.put(rows),
  };
  const at = { file: 'pipelines/p.yaml', line: 12, col: 3, length: 4 };
  const refusal = problem('run/gate', 'gate: f1_weighted > 0.7 does not hold', {
    at,
    hint: 'f1_weighted = 0.618',
  });
  return {
    description: `Tell ${evil} from sand`,
    store: { objects, tables },
    specDigest: 'ab'.repeat(32),
    actor: { kind: 'claimed', user: 'ana', host: 'laptop' },
    machine: { engine: '0.1.0', node: '20.19.0', platform: 'linux-x64', cpus: 2, memory: 8e9, packages: {} },
    head: { index: 3, count: 14, root: 'cd'.repeat(32) },
    graph: [
      { address: 'checked', takes: ['logs'], waits: ['logs'] },
      { address: 'score', takes: ['checked'], waits: ['checked', 'extra'] },
      { address: 'map', takes: ['score', 'logs'], waits: ['score', 'logs'] },
      { address: 'register', takes: ['score'], waits: ['score'] },
    ],
    results: {
      read: (key) =>
        key === 'k1'
          ? ({
              record: {
                parts: {
                  externals: { [`data/${evil}.csv`]: '12'.repeat(32) },
                  programs: { duckdb: '1.5.5' },
                },
              },
            } as unknown as Found)
          : undefined,
    },
    redact: (text) => text.replaceAll('hunter2', '[secret:db]'),
    run: {
      id: '20260102-030405-3ba7k',
      pipeline: 'wells',
      file: 'pipelines/p.yaml',
      status: 'gate',
      exit: 3,
      started: '2026-01-02T03:04:05.678Z',
      seconds: 83.4,
      params: { data: 'data/a b.csv', note: `hunter2 ${evil} | *x*` },
      seed: 42,
      nodes: [
        node('logs', 'ingest.csv', {
          key: 'k1',
          outputs: await stored('out', rows),
          metrics: { rows: 3 },
          warnings: [problem('data/values', `${evil} looks odd`, { severity: 'warning' })],
        }),
        node('extra', 'ingest.csv', {
          status: 'skipped',
          reason: "when: params.x == 'y' is false",
          seconds: 0,
        }),
        node('checked', 'prep.contract', {
          outputs: await stored('checks', checks),
          metrics: verdict,
        }),
        node('score', 'evaluate.classification', {
          outputs: await stored('metrics', score),
          metrics: values,
        }),
        node('map', 'evaluate.map', {
          status: 'reused',
          outputs: await stored('figure', picture),
          saved: [
            {
              port: 'figure',
              path: 'results/map.png',
              digest: 'ef'.repeat(32),
              kept: 'runs/r/results/map.png',
            },
          ],
        }),
        node('register', 'serve.register', {
          status: 'gate',
          reason: refusal.message,
          problems: [refusal],
          seconds: 0,
        }),
      ],
    },
  };
}

async function written(input: ReportInput) {
  const folder = join(testFolder(), 'runs', 'r');
  await writeReport(folder, input);
  const read = (name: string) => readFileSync(join(folder, name), 'utf8');
  return { folder, markdown: read('report.md'), html: read('report.html') };
}

describe('a report', () => {
  it('reads as it should', async () => {
    await expect((await written(await run())).markdown).toMatchFileSnapshot('report.golden.md');
  });

  it('lets no text of data become markup', async () => {
    const { html, markdown } = await written(await run());
    expect(html).not.toMatch(/<script/i);
    expect(html).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
    expect(html).toContain("default-src 'none'");
    expect(html.match(/(?:src|href)="(?!#|data:image\/|figures\/)[^"]*"/g)).toBeNull();
    expect(markdown).not.toMatch(/<script/i);
    for (const text of [html, markdown]) {
      expect(text).not.toContain('{{');
      expect(text).not.toContain('[object');
      expect(text).not.toContain('undefined');
      expect(text).not.toContain('hunter2');
      expect(text).toContain('[secret:db]');
    }
    const open = (name: string) => html.match(new RegExp(`<${name}[ >]`, 'g'))?.length ?? 0;
    const closed = (name: string) => html.match(new RegExp(`</${name}>`, 'g'))?.length ?? 0;
    for (const name of ['table', 'tr', 'td', 'th', 'section', 'div', 'p', 'figure', 'dd', 'main'])
      expect([name, open(name)]).toEqual([name, closed(name)]);
  });

  it('writes each figure as SVG, PNG and CSV, with the numbers in it', async () => {
    const { folder, html } = await written(await run());
    const names = readdirSync(join(folder, 'figures')).sort();
    expect(names).toEqual(
      [
        'map',
        'score-calibration',
        'score-comparison',
        'score-confusion',
        'score-importance',
        'score-precision-recall',
        'score-roc',
        'steps',
      ].flatMap((name) => ['csv', 'png', 'svg'].map((ending) => `${name}.${ending}`)),
    );
    const read = (name: string) => readFileSync(join(folder, 'figures', name));
    for (const name of names.filter((n) => n.startsWith('score') && n.endsWith('.png'))) {
      const image = decodePng(read(name));
      const { width } = parseSvg(read(name.replace('.png', '.svg')).toString()).attributes;
      expect(Math.abs(image.width - 2 * Number(width))).toBeLessThan(1);
    }
    expect(images(read('score-confusion.svg').toString())).toEqual([]);
    expect(read('score-confusion.csv').toString()).toBe(`truth,sand,${evil}\nsand,36,4\n${evil},14,6\n`);
    expect(read('score-comparison.csv').toString()).toContain('model,0.61803,0.31,0.72\nbaseline,0.35,,\n');
    expect(read('map.csv').toString()).toContain('1000.5');
    const embedded = [...html.matchAll(/src="data:image\/svg\+xml;base64,([^"]+)"/g)];
    // Handlebars writes = as an entity; a picture inside an img runs no script.
    const svgs = embedded.map(([, text]) =>
      Buffer.from(text!.replaceAll('&#x3D;', '='), 'base64').toString(),
    );
    expect(svgs).toContain(read('score-confusion.svg').toString());
    expect(svgs).toHaveLength(8);
    expect(read('steps.csv').toString()).toContain('map,reused,score logs\n');
  });

  it('takes a picture that did not change from an earlier report', async () => {
    const input = await run();
    const { folder: earlier } = await written(input);
    const kept = join(earlier, 'figures', 'score-confusion.png');
    const changed = join(earlier, 'figures', 'score-comparison');
    writeFileSync(kept, 'as it was');
    writeFileSync(`${changed}.svg`, 'another picture');
    writeFileSync(`${changed}.png`, 'another picture');
    const { folder } = await written({ ...input, earlier: [join(earlier, 'gone'), earlier] });
    expect(readFileSync(join(folder, 'figures', 'score-confusion.png'), 'utf8')).toBe('as it was');
    expect(decodePng(readFileSync(join(folder, 'figures', 'score-comparison.png'))).width).toBeGreaterThan(
      500,
    );
  });

  it('is written even where the store has lost what the steps made, and for a run that did nothing', async () => {
    const input = await run();
    const lost = { ...input, store: { objects: memoryObjects(), tables: createTables(memoryObjects()) } };
    expect((await written(lost)).markdown).toContain('f1_weighted');
    const {
      description: _,
      machine: __,
      actor: ___,
      head: ____,
      specDigest: _____,
      redact: ______,
      ...bare
    } = input;
    const { markdown, folder } = await written({
      ...bare,
      run: { ...input.run, status: 'cancelled', exit: 130, nodes: [], params: {} },
    });
    expect(markdown).toContain('The run was cancelled');
    expect(existsSync(join(folder, 'report.html'))).toBe(true);
  });
});

describe('the colours of the page', () => {
  const blocks = style.match(/:root \{[^}]*\}/g)!;
  it.each(['light', 'dark', 'print'].map((name, i) => [name, blocks[i]!] as const))(
    'are read well: %s',
    (_, block) => {
      const colour = (name: string) => new RegExp(`--${name}: (#[0-9a-f]{6})`).exec(block)![1]!;
      const contrast = (a: string, b: string) => {
        const [x, y] = [a, b].map((hex) => relativeLuminance(hex) + 0.05);
        return Math.max(x! / y!, y! / x!);
      };
      // WCAG 2.2, 1.4.3: text against the page and against the panel of the five lines.
      for (const ground of ['paper', 'panel'])
        for (const ink of ['ink', 'faint', 'good', 'bad', 'unsure', 'accent'])
          expect([ink, ground, contrast(colour(ink), colour(ground))]).toEqual([
            ink,
            ground,
            expect.toSatisfy((ratio: number) => ratio >= 4.5),
          ]);
    },
  );
});

function relativeLuminance(hex: string): number {
  const [r, g, b] = [1, 3, 5].map((i) => {
    const c = Number.parseInt(hex.slice(i, i + 2), 16) / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
}

describe('text in Markdown', () => {
  it('stays text', () => {
    expect(plainMarkdown('a | b\n# c')).toBe('a \\| b \\# c');
    expect(plainMarkdown('[x](javascript:1) *b* _i_ f1_weighted 0.5 1. `c`')).toBe(
      '\\[x\\](javascript:1) \\*b\\* \\_i\\_ f1_weighted 0.5 1. \\`c\\`',
    );
    expect(plainMarkdown('- item')).toBe('\\- item');
    expect(plainMarkdown('1. item')).toBe('1\\. item');
    expect(plainMarkdown('<b>&amp;')).toBe('&lt;b&gt;&amp;amp;');
  });
});
