import { relative } from 'node:path';
import type { Actor } from '../../event.js';
import type { Parity } from '../../learn/parity.js';
import { isStage } from '../../registry/aliases.js';
import type { LedgerEntry } from '../../registry/ledger.js';
import { openRegistry, type RegisteredVersion } from '../../registry/registry.js';
import type { Run } from '../command.js';
import { cardOf, keptCard } from '../model-card.js';
import { openProject, orFail } from '../open.js';
import { print, printJson } from '../print.js';
import { mainScores, scoreCells, scoreTable, withoutEmpty } from '../scores.js';
import { columns, terminalOf } from '../terminal.js';

export const list: Run = async (_args, options) => {
  const registry = openRegistry(openProject().root);
  const found = registry.names().map((name) => ({ name, versions: registry.versions(name) }));
  const models = found.map(({ name, versions }) => ({
    name,
    versions,
    aliases: registry.aliases(name),
    latest: orFail(registry.show(name)),
  }));
  if (options['json']) {
    printJson(models.map((model) => ({ ...model, latest: factsOf(model.latest) })));
    return 0;
  }
  if (models.length === 0) {
    print('no models yet: a step with serve.register registers one');
    return 0;
  }
  const rows = models.map(({ name, versions, aliases, latest: { version, ledger } }) => [
    name,
    String(versions.at(-1)),
    aliases.map((alias) => `${alias.name} ${alias.version}`).join(', '),
    version.task,
    headline(version.metrics),
    ledger[0]?.time.slice(0, 10) ?? '',
  ]);
  const { header, rows: shown } = withoutEmpty(
    ['model', 'latest', 'in use', 'task', 'score', 'registered'],
    rows,
  );
  print(columns(shown, terminalOf(process.stdout).columns, header));
  return 0;
};

/** A person as the ledger names one. */
export const who = (actor: Actor): string => (actor.kind === 'claimed' ? actor.user : actor.subject);

const factsOf = ({ number, digest, version, stage, aliases, ledger }: RegisteredVersion) => ({
  version: number,
  digest,
  stage,
  aliases,
  ...version,
  ledger,
});

function headline(metrics: RegisteredVersion['version']['metrics']): string {
  const name = mainScores.find((score) => typeof metrics[score] === 'number');
  return name ? `${name} ${scoreCells(metrics, name)[0]}` : '';
}

export const show: Run = async ([typed], options) => {
  const { root } = openProject();
  const opened = await openRegistry(root).open(String(typed));
  if (options['card']) {
    process.stdout.write(await cardOf(root, opened));
    return 0;
  }
  const kept = keptCard(root, opened);
  const { bundle, ...found } = opened;
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
    ...(version.parity ? [['proof', proofText(version.parity)]] : []),
    [
      'card',
      kept ? relative(process.cwd(), kept) : `toolbox models show ${found.name}@${found.number} --card`,
    ],
  ];
  print(
    `${t.bold(`${found.name}@${found.number}`)}  ${[found.stage, ...found.aliases.filter((alias) => !isStage(alias))].join(', ')}`,
  );
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
  print(`\nhistory\n${columns(ledger.map(historyRow), t.columns, undefined, 'wrap')}`);
  return 0;
};

/** When, who, and what in words. */
function historyRow(entry: LedgerEntry): string[] {
  const stamp = [entry.time.slice(0, 16).replace('T', ' '), who(entry.actor)];
  switch (entry.type) {
    case 'registered':
      return [...stamp, `registered${entry.run ? ` by run ${entry.run}` : ''}`];
    case 'moved': {
      const way = entry.rollback ? 'back to' : 'to';
      const place = entry.before === undefined ? '' : `, in place of ${entry.before}`;
      return [...stamp, `${way} ${entry.alias}${place}: ${entry.reason}`];
    }
    case 'removed':
      return [...stamp, `no longer ${entry.alias}: ${entry.reason}`];
    case 'archived':
      return [...stamp, `archived: ${entry.reason}`];
  }
}

/** That files and requests get the same answers, and on what it was tried. */
const proofText = ({ rows, requests, answers }: Parity): string =>
  `${rows} rows, equal bits in files and requests (${requests}), ${answers.slice(0, 12)}`;
