import type { Project } from '../../project.js';
import { gateOf } from '../../registry/gate.js';
import type { Change, Moved } from '../../registry/moves.js';
import { checkAlias } from '../../registry/reference.js';
import { openRegistry, type Registry } from '../../registry/registry.js';
import type { Options, Run } from '../command.js';
import { type Logging, logging } from '../logged.js';
import { openProject, orFail } from '../open.js';
import { listOf, required, timeFrom } from '../options.js';
import { print, printJson } from '../print.js';
import { who } from './models.js';

/** `facies 3`, `facies@3`, `facies staging`, `facies`: a version of a model that is there. */
const versionOf = (registry: Registry, typed: unknown, version: unknown) =>
  orFail(registry.resolve(version === undefined ? String(typed) : `${String(typed)}@${String(version)}`));

/** A change with the command's reason, actor and log. */
const changing = <T>(
  { root }: Project,
  name: string,
  options: Options,
  body: (change: Change, logs: Logging) => Promise<T>,
): Promise<T> => {
  const reason = required(options, 'reason', '"better on the new wells"');
  return logging(root, (logs) => body({ name, reason, ...logs }, logs));
};

export const promote: Run = async ([typed, version], options) => {
  const project = openProject();
  const registry = openRegistry(project.root);
  const { name, number } = versionOf(registry, typed, version);
  const alias = orFail(checkAlias(required(options, 'to', 'production')));
  const moved = await changing(project, name, options, (change, { log }) =>
    registry.promote({
      ...change,
      version: number,
      alias,
      gate: gateOf(alias, project.policy?.promote ?? [], listOf(options, 'require'), (missed) =>
        log({ type: 'model.refused', name, alias, version: number, reason: change.reason, missed }),
      ),
    }),
  );
  const conditions = registry.standing(name).alias(alias)?.move.required ?? [];
  if (options['json']) printJson({ ok: true, name, ...moved, required: conditions });
  else {
    print(sentence(name, moved));
    for (const condition of moved.changed ? conditions : []) print(`  holds: ${condition}`);
  }
  return 0;
};

function sentence(name: string, { alias, version, before, changed }: Moved): string {
  if (!changed) return `${name}@${version} is ${alias} already`;
  return `${name}@${version} is ${alias} now${before === undefined ? '' : `, in place of ${name}@${before}`}`;
}

export const rollback: Run = async ([typed, alias = 'production'], options) => {
  const project = openProject();
  const registry = openRegistry(project.root);
  const { name } = versionOf(registry, typed, undefined);
  const moved = await changing(project, name, options, (change) =>
    registry.rollback({ ...change, alias: String(alias) }),
  );
  if (options['json']) printJson({ ok: true, name, ...moved });
  else print(sentence(name, moved));
  return 0;
};

export const archive: Run = async ([typed, version], options) => {
  const project = openProject();
  const registry = openRegistry(project.root);
  const { name, number } = versionOf(registry, typed, version);
  const force = options['force'] === true;
  const lost = await changing(project, name, options, (change) =>
    registry.archive({ ...change, version: number, force }),
  );
  if (options['json']) printJson({ ok: true, name, version: number, lost });
  else
    print(
      `${name}@${number} is archived${lost.length > 0 ? `, and no version is ${lost.join(' or ')} now` : ''}`,
    );
  return 0;
};

export const unalias: Run = async ([typed, alias], options) => {
  const project = openProject();
  const registry = openRegistry(project.root);
  const { name } = versionOf(registry, typed, undefined);
  const { version } = await changing(project, name, options, (change) =>
    registry.unalias({ ...change, alias: String(alias) }),
  );
  if (options['json']) printJson({ ok: true, name, alias, version });
  else print(`${name}@${version} is not ${String(alias)} any more`);
  return 0;
};

export const asOf: Run = async ([typed, time, wanted = 'production'], options) => {
  const registry = openRegistry(openProject().root);
  const { name } = versionOf(registry, typed, undefined);
  const at = timeFrom(String(time), 'as-of');
  const alias = orFail(checkAlias(String(wanted)));
  const found = registry.standing(name, at).alias(alias);
  const when = new Date(at).toISOString();
  if (options['json']) {
    printJson({ ok: true, name, alias, time: when, version: found?.version ?? null, move: found?.move });
    return 0;
  }
  print(
    found
      ? `${name}@${found.version} was ${alias} at ${when}\n  since ${found.move.time} by ${who(found.move.actor)}: ${found.move.reason}`
      : `no version of ${name} was ${alias} at ${when}`,
  );
  return 0;
};
