import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import scale from '#dist/components/prep/scale.js';
import { redactor } from '#dist/engine/audit/redact.js';
import type { Event } from '#dist/engine/event.js';
import { projectCatalog } from '#dist/engine/own/catalog.js';
import { textsIn, writeTable } from '#dist/engine/own/program-tables.js';
import { testFolder } from '../../support/folder.js';
import { harness } from '../../support/harness.js';
import { orThrow, testProject } from '../../support/project.js';
import { tableOf } from '../../support/table-of.js';

/** With letters that JSON and URLs write otherwise. */
const secret = 'pa"ss/w+örd~S3cret?';
const forms: { readonly [name: string]: string } = {
  plain: secret,
  json: JSON.stringify(secret).slice(1, -1),
  url: encodeURIComponent(secret),
  base64: Buffer.from(secret).toString('base64'),
  'base64 inside': Buffer.from(`user:${secret}!`).toString('base64').slice(8, 28),
};

/** A program that lets its secret out in every way that it has. */
const leaky = (end: string) => `
import { readFileSync, writeFileSync } from 'node:fs';
const { config, inputs, outputs } = JSON.parse(readFileSync(0, 'utf8'));
const { token } = config;
const forms = [token, JSON.stringify(token), encodeURIComponent(token), Buffer.from(token).toString('base64'), Buffer.from('user:' + token + '!').toString('base64')];
const say = (message) => console.log(JSON.stringify(message));
for (const form of forms) {
  console.error('stderr ' + form);
  console.log('stdout ' + form);
  say({ type: 'progress', done: 1, total: 2, note: 'progress ' + form });
  say({ type: 'warn', message: 'warn ' + form, hint: 'hint ' + form });
  say({ type: 'metric', name: 'said', value: 'metric ' + form });
  const half = Math.floor(form.length / 2);
  say({ type: 'progress', done: 1, total: 2, note: form.slice(0, half) });
  say({ type: 'progress', done: 2, total: 2, note: form.slice(half) });
  console.error(form.slice(0, half));
  console.error(form.slice(half));
}
if (process.argv.some((word) => word.includes(token)) || Object.values(process.env).some((value) => value.includes(token)))
  throw new Error('not by arguments or environment');
${end}
`;

const module = (end: string) => `
import { Config, defineComponent, Secret, table } from 'ds-toolbox/component';
export default defineComponent({
  name: 'team.module', version: '1', summary: 'Leaks', example: 'use: team.module', config: Config({ token: Secret() }),
  inputs: { rows: table('rows') }, outputs: { out: table('rows') }, determinism: 'pure',
  async run(ctx) {
    const { token } = ctx.config;
    for (const form of [token, JSON.stringify(token), encodeURIComponent(token), Buffer.from(token).toString('base64')]) {
      console.log('log ' + form);
      console.error(form.slice(0, 9));
      console.error(form.slice(9));
      ctx.print('print ' + form);
      ctx.warn('warn ' + form);
      ctx.metric('said', form);
      ctx.progress(1, 2, 'note ' + form);
    }
    if (Object.values(process.env).some((value) => value?.includes(token))) throw new Error('it is in the environment');
    ${end}
    return { out: ctx.in.rows };
  },
});
`;

test.each(['arrow', 'parquet', 'csv'])('a secret in a table written as %s is found, too', async (format) => {
  const path = join(testFolder(), `out.${format}`);
  const { tables } = harness(scale);
  const table = await tableOf(tables, {
    columns: { a: [1, 2], b: { type: 'string', values: ['x', secret] } },
  });
  await writeTable(table, path, format as 'arrow');
  const texts: string[] = [];
  for await (const text of textsIn(path, format as 'arrow')) texts.push(text);
  expect(redactor([secret])(texts.join(''))).toContain('***');
});

let project: ReturnType<typeof testProject> | undefined;
afterEach(() => {
  project?.remove();
  project = undefined;
  delete process.env['TOOLBOX_SECRET_TOKEN'];
});

const copy = 'writeFileSync(outputs.out.path, readFileSync(inputs.rows.path));';
const crash = "throw new Error('crash ' + forms.join(' '));";
const fail = "say({ type: 'fail', message: 'fail ' + forms.join(' ') });";
const store =
  'writeFileSync(outputs.out.path, readFileSync(inputs.rows.path, "utf8").replaceAll("x", forms[3]));';

test.each([
  ['team.program', 'that ends well', copy, 'ran'],
  ['team.program', 'that crashes', crash, 'failed'],
  ['team.program', 'that fails', fail, 'failed'],
  ['team.program', 'that writes it into its table', store, 'failed'],
  ['team.module', 'that ends well', '', 'ran'],
  ['team.module', 'that crashes', "throw new Error('crash ' + token + encodeURIComponent(token));", 'failed'],
  ['team.module', 'that fails', "ctx.fail('data/values', 'fail ' + token, { hint: token });", 'failed'],
])('%s %s lets no form of a secret out', async (use, _name, end, status) => {
  project = testProject({
    'own/team/program/component.yaml': `name: team.program
version: "1"
summary: Leaks
command: [node, leak.mjs]
tables: jsonl
config: { token: { type: secret } }
inputs: { rows: table }
outputs: { out: table }
`,
    'own/team/program/leak.mjs': leaky(end),
    'own/team/module.ts': module(end),
    'rows.csv': 'a,b\n1,x\n2,y\n',
    'pipelines/main.yaml': `version: 1\nsteps:\n  rows: { use: ingest.csv, with: { path: rows.csv } }\n  leak: { use: ${use}, in: rows, with: { token: "\${{ secrets.token }}" }, save: results/out.csv }\n`,
  });
  process.env['TOOLBOX_SECRET_TOKEN'] = secret;
  const catalog = orThrow(await projectCatalog({ ...project.project, components: ['own'] }));
  const seen: string[] = [];
  const done = await project.run('pipelines/main.yaml', {
    catalog,
    env: process.env,
    readers: [(event: Event) => void seen.push(JSON.stringify(event))],
  });
  expect(done.result.nodes[1]!.status).toBe(status);
  expect(seen.join('')).toContain('***');
  const told = { events: seen.join('\n'), result: JSON.stringify(done), ...filesBelow(project.root) };
  for (const [where, text] of Object.entries(told))
    for (const [form, value] of Object.entries(forms))
      for (const written of [value, JSON.stringify(value).slice(1, -1)])
        expect(text.includes(written), `${form} in ${where}`).toBe(false);
  // Halves that were said one after the other.
  const notes = seen.map((line) => JSON.parse(line) as { note?: string; line?: string });
  for (const text of [
    notes.map(({ line = '' }) => line).join(''),
    notes.map(({ note = '' }) => note).join(''),
  ])
    for (const value of Object.values(forms)) expect(text.includes(value)).toBe(false);
});

/** Everything that the run left, as text: log, store, records, report, crash files. */
function filesBelow(root: string): { [path: string]: string } {
  const paths = readdirSync(root, { recursive: true, encoding: 'utf8' });
  const files = paths.filter((path) => statSync(join(root, path)).isFile());
  return Object.fromEntries(files.map((path) => [path, readFileSync(join(root, path), 'utf8')]));
}
