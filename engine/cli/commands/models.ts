import { openRegistry, type RegisteredVersion } from '../../registry/registry.js';
import type { Run } from '../command.js';
import { openProject, orFail } from '../open.js';
import { print, printJson } from '../print.js';
import { mainScores, scoreCells, scoreTable } from '../scores.js';
import { columns, terminalOf } from '../terminal.js';

export const list: Run = async (_args, options) => {
  const registry = openRegistry(openProject().root);
  const found = registry.names().map((name) => ({ name, versions: registry.versions(name) }));
  const models = found.map(({ name, versions }) => ({ name, versions, latest: orFail(registry.show(name)) }));
  if (options['json']) {
    printJson(models.map(({ name, versions, latest }) => ({ name, versions, latest: factsOf(latest) })));
    return 0;
  }
  if (models.length === 0) {
    print('no models yet: a step with serve.register registers one');
    return 0;
  }
  const rows = models.map(({ name, versions, latest: { version, ledger } }) => [
    name,
    String(versions.at(-1)),
    version.task,
    headline(version.metrics),
    ledger[0]?.time.slice(0, 10) ?? '',
  ]);
  print(
    columns(rows, terminalOf(process.stdout).columns, ['model', 'latest', 'task', 'score', 'registered']),
  );
  return 0;
};

const factsOf = ({ number, digest, version, ledger }: RegisteredVersion) => ({
  version: number,
  digest,
  ...version,
  ledger,
});

function headline(metrics: RegisteredVersion['version']['metrics']): string {
  const name = mainScores.find((score) => typeof metrics[score] === 'number');
  return name ? `${name} ${scoreCells(metrics, name)[0]}` : '';
}

export const show: Run = async ([typed], options) => {
  const registry = openRegistry(openProject().root);
  const { bundle, ...found } = await registry.open(String(typed));
  if (options['json']) {
    printJson({
      name: found.name,
      ...factsOf(found),
      input: bundle.input,
      output: bundle.output,
      target: bundle.target,
    });
    return 0;
  }
  const t = terminalOf(process.stdout);
  const { version, ledger } = found;
  const facts = [
    ['task', version.task],
    ['path', [...bundle.items.map((item) => item.component), version.estimator].join(' > ')],
    ...(bundle.target ? [['target', bundle.target.name]] : []),
    ...(bundle.target?.classes ? [['classes', bundle.target.classes.join(', ')]] : []),
    ['trained on', `${version.trainingRows} rows, ${version.trainingData.slice(0, 12)}`],
    ...(version.pipeline ? [['pipeline', version.pipeline]] : []),
    ['engine', version.engine],
    ['digest', found.digest],
    ...ledger.map((entry) => [entry.type, `${entry.time}${entry.run ? ` by run ${entry.run}` : ''}`]),
  ];
  print(t.bold(`${found.name}@${found.number}`));
  if (version.description) print(version.description);
  print(columns(facts, t.columns));
  const fields = bundle.input.fields.map(({ name, type, role, unit, width }) => [
    name,
    width === undefined ? type : `${type} of ${width}`,
    role,
    unit ?? '',
  ]);
  print(`\nasks for\n${columns(fields, t.columns)}`);
  print(
    `\ngives\n${columns(
      bundle.output.fields.map(({ name, type, description }) => [name, type, description ?? '']),
      t.columns,
    )}`,
  );
  const { header, rows } = scoreTable(version.metrics);
  if (rows.length > 0) print(`\n${columns(rows, t.columns, header)}`);
  return 0;
};
