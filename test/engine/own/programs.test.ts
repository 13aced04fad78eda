import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Event } from '#dist/engine/event.js';
import { projectCatalog } from '#dist/engine/own/catalog.js';
import { checkColumns } from '#dist/engine/spec/columns.js';
import { readPipeline } from '#dist/engine/spec/read.js';
import { orThrow, statusOf, testProject } from '../../support/project.js';

const component = (more = '', outputs = '{ out: { kind: table, like: rows } }') => `name: team.tool
version: "1"
summary: A tool
command: [sh, tool.sh]
inputs: { rows: table }
outputs: ${outputs}
${more}
`;
const rows = 'i,x,s,d,b\n1,0.5,a,2024-01-31,true\n2,,"b, ""c""",,false\n3,1.25,ü,2023-12-01,true\n';
let project: ReturnType<typeof testProject>;
let printed: string[];
beforeEach(() => {
  printed = [];
});
afterEach(() => project.remove());

const open = (yaml: string, script: string, step = '{ use: team.tool, in: rows }') => {
  project = testProject({
    'toolbox.yaml': 'version: 1\nname: test\ncomponents: [own]\n',
    'own/team/tool/component.yaml': yaml,
    'own/team/tool/tool.sh': script,
    'rows.csv': rows,
    'pipelines/main.yaml': `version: 1\nsteps:\n  rows: { use: ingest.csv, with: { path: rows.csv, roles: { i: key } } }\n  tool: ${step}\n`,
  });
};
const catalogOf = () => projectCatalog({ ...project.project, components: ['own'] });
const run = async (options: { env?: NodeJS.ProcessEnv; cancel?: AbortSignal } = {}) => {
  const read = (event: Event) => {
    if (event.type === 'step.printed') printed.push(event.line);
  };
  return project.run('pipelines/main.yaml', {
    catalog: orThrow(await catalogOf()),
    readers: [read],
    ...options,
  });
};
const problemsOf = async (...given: Parameters<typeof run>) =>
  (await run(...given)).result.nodes[1]!.problems.map(({ code, message, hint }) => ({ code, message, hint }));

const copy = 'cp "$TOOLBOX_INPUT_ROWS" "$TOOLBOX_OUTPUT_OUT"\n';

test.each(['arrow', 'parquet', 'csv', 'jsonl'])(
  'a table goes through a program as %s unchanged: types, roles, missing values',
  async (format) => {
    open(component(`tables: ${format}`), copy);
    const { result } = await run();
    expect(result.nodes[1]!.problems).toEqual([]);
    expect(result.nodes[1]!.outputs['out']!.content).toBe(result.nodes[0]!.outputs['out']!.content);
    expect(statusOf(await run())).toEqual({ rows: 'reused', tool: 'reused' });
    project.write('own/team/tool/tool.sh', `# changed\n${copy}`);
    expect(statusOf(await run())).toEqual({ rows: 'reused', tool: 'ran' });
  },
);

test('columns are known before the run, and one that nothing makes is told', async () => {
  open(
    component('', '{ out: { kind: table, like: rows, columns: { score: { role: prediction } } } }'),
    copy,
    '{ use: team.tool, in: rows }\n  late: { use: prep.select, in: tool, with: { drop: [score, missing] } }',
  );
  const catalog = orThrow(await catalogOf());
  const around = { project: project.project, catalog };
  const pipeline = orThrow(await readPipeline(join(project.root, 'pipelines/main.yaml'), around));
  const { problems, schemas } = await checkColumns(pipeline, around);
  expect(problems.map(({ message }) => message)).toEqual([expect.stringContaining('"missing"')]);
  expect(schemas.get('tool.out')?.fields.map(({ name }) => name)).toEqual(['i', 'x', 's', 'd', 'b', 'score']);
  expect(await problemsOf()).toMatchObject([
    { code: 'component/process', message: 'output "out" lacks the column "score"' },
  ]);
});

test('progress, metrics, warnings and other lines on stdout; stderr is shown', async () => {
  open(
    component('metrics: { best: of all }\nconfig: { top: 3 }'),
    `cat > request.json
echo '{"type":"metric","name":"best","value":7}'
echo '{"type":"progress","done":1,"total":2,"note":"half"}'
echo '{"type":"warn","message":"few rows","path":["with","top"]}'
echo '{"type":"other"}'
echo plain
echo loud >&2
mv request.json "$TOOLBOX_SCRATCH/../request-$PPID.json" 2>/dev/null
${copy}`,
    '{ use: team.tool, in: rows, with: { top: 5 } }',
  );
  const { result } = await run();
  expect(result.nodes[1]).toMatchObject({ status: 'ran', metrics: { best: 7 } });
  expect(result.nodes[1]!.warnings).toMatchObject([{ message: 'few rows', at: { line: 4 } }]);
  expect(printed.sort()).toEqual(['loud', 'plain', '{"type":"other"}']);
});

test.each([
  ['echo "bad news" >&2; exit 3', 'component/process', 'team.tool ended with status 3', 'bad news'],
  ['kill -9 $$', 'component/process', 'team.tool ended by SIGKILL', 'it said nothing on stderr'],
  [
    'true',
    'component/process',
    'team.tool ended without writing its output "out"',
    'it writes it to the path in outputs.out.path, which is TOOLBOX_OUTPUT_OUT, too',
  ],
  [
    `echo '{"type":"fail","code":"data/values","message":"too few","hint":"give more"}'; exit 1`,
    'data/values',
    'too few',
    'give more',
  ],
])('%s is a problem at the step', async (script, code, message, hint) => {
  open(component(), script);
  expect(await problemsOf()).toEqual([{ code, message, hint }]);
});

test('what is no table is told; so are a program that is not there and a missing variable', async () => {
  open(component(), 'echo nonsense > "$TOOLBOX_OUTPUT_OUT"');
  expect((await problemsOf())[0]!.message).toMatch(/^output "out" is no arrow that can be read/);
  project.write('own/team/tool/component.yaml', component().replace('[sh, tool.sh]', '[no-such-program]'));
  expect((await problemsOf())[0]!.message).toBe('team.tool: "no-such-program" cannot be started');
  project.write('own/team/tool/component.yaml', component('environment: [NOT_SET_ANYWHERE]'));
  expect((await problemsOf())[0]!.message).toBe(
    'team.tool needs the environment variable NOT_SET_ANYWHERE, which is not set',
  );
});

test('only declared variables reach it, and their values decide reuse', async () => {
  const env = (value: string) => {
    process.env['TOOL_SETTING'] = value;
    process.env['TOOL_OTHER'] = 'x';
    return { env: process.env };
  };
  open(component('environment: [TOOL_SETTING]'), `env | sed 's/=.*//' | sort | tr '\\n' ' ' >&2\n${copy}`);
  expect(statusOf(await run(env('1')))).toMatchObject({ tool: 'ran' });
  expect(printed.join(' ')).toContain('TOOL_SETTING');
  expect(printed.join(' ')).not.toMatch(/TOOL_OTHER|HOME|XDG/);
  expect(statusOf(await run(env('1')))).toMatchObject({ tool: 'reused' });
  expect(statusOf(await run(env('2')))).toMatchObject({ tool: 'ran' });
});

describe('ending', () => {
  // The grandchild writes every 50 ms for as long as it lives.
  const forever = 'while :; do date +%s%N > "$0.alive"; sleep 0.05; done';
  const script = `sh -c '${forever}' "$PWD/beat" &\ntrap '' TERM\nwait; while :; do sleep 1; done\n`;
  const stillBeats = async (file: string) => {
    const before = readFileSync(file, 'utf8');
    await sleep(300);
    return readFileSync(file, 'utf8') !== before;
  };

  test('a program past its time is ended with all that it started, also where it ignores SIGTERM', async () => {
    open(component(), script, '{ use: team.tool, in: rows, timeout: 1 s }');
    expect(await problemsOf()).toMatchObject([{ code: 'run/timeout' }]);
    const beat = join(project.root, 'own/team/tool/beat.alive');
    expect(existsSync(beat)).toBe(true);
    expect(await stillBeats(beat)).toBe(false);
  });

  test('cancelling ends it, too', async () => {
    open(component(), script);
    const cancel = new AbortController();
    const beat = join(project.root, 'own/team/tool/beat.alive');
    const running = run({ cancel: cancel.signal });
    while (!existsSync(beat)) await sleep(20);
    cancel.abort('SIGINT');
    expect((await running).result.exit).toBe(130);
    expect(await stillBeats(beat)).toBe(false);
  });
});

test('what is wrong with component.yaml is told with its place, all at once', async () => {
  open(
    `name: Team
version: 1
sumary: A tool
command: sh tool.sh
inputs: { rows: tabel }
config:
  top: { type: integr }
outputs: { out: { kind: table, like: row } }
environment: [TOOLBOX_SECRET_X]
`,
    copy,
  );
  const result = await catalogOf();
  const told = result.ok ? [] : result.problems.map(({ at, message }) => `${at?.line}: ${message}`);
  expect(told).toEqual(expect.arrayContaining([expect.stringMatching(/^3: .*"sumary"/)]));
  expect(told.join('\n')).toMatch(/4: .*command/);
  expect(told.join('\n')).toMatch(/5: .*rows/);
  expect(told.join('\n')).toMatch(/7: .*/);
  project.write(
    'own/team/tool/component.yaml',
    component('environment: [TOOLBOX_SECRET_X]', '{ out: { kind: table, like: row } }'),
  );
  const later = await catalogOf();
  expect(later.ok ? [] : later.problems.map(({ message }) => message)).toEqual([
    'there is no input "row"',
    'TOOLBOX_SECRET_X belongs to the engine and is not handed on',
  ]);
});
