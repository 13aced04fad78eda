import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { testProject } from './project.js';

/** Text that a page, a picture, a spreadsheet or a terminal might take for more than text. */
export const hostile = {
  script: `<script>document.title='taken'</script>`,
  image: `"><img src=x onerror="document.title='taken'">`,
  svg: `]]></title></text></svg><svg onload="document.title='taken'">`,
  css: `</style><style>*{display:none}</style>`,
  template: '{{constructor.constructor("return process")()}}',
  formula: `=HYPERLINK("http://evil.invalid","x")`,
  command: `@SUM(1+1)*cmd|' /C calc'!A0`,
  terminal: '\u001b[2J\u001b]0;taken\u0007\u009b31m',
  bidi: '\u202egnp.exe\u202c',
  markdown: '[x](javascript:alert(1)) ![y](http://evil.invalid/z.png)',
};

const csv = (text: string): string => `"${text.replaceAll('"', '""')}"`;
const classes = [hostile.script, hostile.image, hostile.formula];

/** A project in which everything that a person's data can name is hostile, and a pipeline that shows all of it. */
export function hostileProject() {
  const names = [hostile.svg, hostile.css, hostile.command];
  const lines = [[...names, hostile.terminal, 'target'].map(csv).join(',')];
  for (let i = 0; i < 60; i++) {
    const k = i % 3;
    lines.push(
      [
        k + (i % 5) / 10,
        (i * 7) % 11,
        i,
        csv(i % 2 ? hostile.bidi : hostile.markdown),
        csv(classes[k]!),
      ].join(','),
    );
  }
  const file = `data/<img src=x onerror=alert(1)>.csv`;
  const pipeline = {
    version: 1,
    name: 'hostile',
    description: `${hostile.script}${hostile.bidi}`,
    params: {
      file: { type: 'path', default: file },
      note: { type: 'string', default: `${hostile.image}${hostile.template}` },
    },
    steps: {
      rows: { use: 'ingest.csv', with: { path: '${{ params.file }}' } },
      checked: { use: 'prep.contract', in: 'rows', with: { contract: 'contract.yaml', on_breach: 'warn' } },
      split: { use: 'prep.split', in: 'checked', with: { target: 'target', test: '40%', by: 'stratified' } },
      model: { use: 'train.random-forest', in: 'split.train', with: { trees: 2, max_depth: 2 } },
      score: {
        use: 'evaluate.classification',
        in: { model: 'model', data: 'split.test' },
        with: { replicates: 20, control: false },
      },
      register: {
        use: 'serve.register',
        in: { model: 'model', metrics: 'score' },
        with: { name: 'taken', description: `${hostile.image} ${hostile.markdown}` },
      },
      predicted: {
        use: 'serve.predict',
        in: { model: 'model', data: 'rows' },
        save: 'results/predicted.csv',
      },
      map: {
        use: 'evaluate.map',
        in: { predicted: 'predicted', truth: 'split.test' },
        with: { crossline: hostile.command, title: hostile.svg },
        save: { figure: 'results/map.svg' },
      },
    },
  };
  const contract = {
    version: 1,
    name: hostile.script,
    columns: {
      [hostile.css]: { type: 'number', min: 5, severity: 'medium' },
      target: { type: 'string', values: [hostile.script], severity: 'medium' },
    },
  };
  return testProject({
    'p.yaml': JSON.stringify(pipeline),
    'contract.yaml': JSON.stringify(contract),
    [file]: `${lines.join('\n')}\n`,
  });
}

/** Runs the hostile project once; what it wrote, as text. */
export async function hostileRun() {
  const project = hostileProject();
  const { folder, result } = await project.run('p.yaml');
  const at = (path: string) => join(project.root, path);
  return {
    project,
    result,
    folder: at(folder),
    read: (path: string) => readFileSync(at(path), 'utf8'),
    report: (name: string) => readFileSync(join(at(folder), name), 'utf8'),
  };
}
