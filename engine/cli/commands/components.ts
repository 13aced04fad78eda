import type { ComponentInfo, Ports } from '../../component.js';
import { nearest, ProblemError, problem } from '../../problem.js';
import { type Field, takes } from '../../spec/field.js';
import type { Run } from '../command.js';
import { catalogHere } from '../open.js';
import { print, printJson, short } from '../print.js';
import { columns, terminalOf, wrapped } from '../terminal.js';

export const list: Run = async ([stage], options) => {
  const all = [...(await catalogHere()).components.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  const infos = stage === undefined ? all : all.filter((info) => stageOf(info) === stage);
  if (infos.length === 0) {
    const stages = [...new Set(all.map(stageOf))];
    const near = nearest(String(stage), stages);
    throw new ProblemError(
      problem('command/not-found', `there is no stage "${String(stage)}"`, {
        hint: near ? `did you mean ${near}?` : `stages: ${stages.join(', ')}`,
      }),
    );
  }
  if (options['json']) {
    printJson(
      infos.map(({ name, kind, version, summary, task }) => ({
        name,
        kind,
        version,
        summary,
        ...(task && { task }),
      })),
    );
    return 0;
  }
  const t = terminalOf(process.stdout);
  print(
    columns(
      infos.map(({ name, kind, summary }) => [name, kind, summary]),
      t.columns,
      undefined,
      'wrap',
    ),
  );
  return 0;
};

const stageOf = ({ name }: ComponentInfo): string => name.slice(0, name.indexOf('.'));

export const show: Run = async ([typed], options) => {
  const { components } = await catalogHere();
  const name = String(typed);
  const info = components.get(name);
  if (!info) {
    const near = nearest(name, components.keys());
    throw new ProblemError(
      problem('command/not-found', `there is no component "${name}"`, {
        hint: near ? `did you mean ${near}?` : 'toolbox components list shows them',
      }),
    );
  }
  if (options['json']) {
    printJson(info);
    return 0;
  }
  const t = terminalOf(process.stdout);
  const lines = [
    `${t.bold(info.name)}  ${kindOf(info)}, version ${info.version}`,
    ...wrapped(info.summary, t.columns),
  ];
  const section = (title: string, rows: readonly (readonly string[])[]) => {
    if (rows.length === 0) return;
    lines.push(
      '',
      t.bold(title),
      columns(
        rows.map((row) => ['', ...row]),
        t.columns,
        undefined,
        'wrap',
      ),
    );
  };
  section('with', settingRows(info.config as Field));
  section('inputs', portRows(info.inputs));
  section('outputs', portRows(info.outputs));
  // What every estimator measures while it trains would fill a page.
  if (info.kind === 'component')
    section(
      'metrics',
      Object.entries(info.metrics).map(([metric, { description }]) => [metric, description]),
    );
  section(
    'touches',
    info.effects.map((effect) => [effect.kind, effect.description]),
  );
  lines.push('', t.bold('example'), ...info.example.split('\n').map((line) => `  ${line}`));
  print(lines.join('\n'));
  return 0;
};

const kindOf = (info: ComponentInfo): string =>
  info.kind === 'estimator'
    ? `estimator (${info.task})`
    : info.kind === 'transform'
      ? `transform (${info.scope})`
      : info.kind;

const settingRows = (config: Field): string[][] =>
  Object.entries(config.properties ?? {}).map(([name, field]) => {
    const required = config.required?.includes(name) && field.default === undefined;
    const otherwise = field.default === undefined ? '' : `default ${short(field.default) || '""'}`;
    return [name, takes(field), required ? 'required' : otherwise, field.description ?? ''];
  });

const portRows = (ports: Ports): string[][] =>
  Object.entries(ports).map(([name, port]) => [
    name,
    `${port.kind}${port.many ? 's' : ''}${port.optional ? ', optional' : ''}`,
    port.description,
  ]);
