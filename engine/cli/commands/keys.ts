import { endOf, type Key, openKeys, type Scope, scopes } from '../../access/keys.js';
import { ProblemError, problem } from '../../problem.js';
import type { Options, Run } from '../command.js';
import { logging } from '../logged.js';
import { openProject } from '../open.js';
import { countFrom, listOf, required, timeFrom } from '../options.js';
import { print, printJson } from '../print.js';
import { columns, terminalOf } from '../terminal.js';

const UNITS: { readonly [unit: string]: number } = { d: 86_400, h: 3600, m: 60, s: 1 };

/** Seconds of 90d, 12h, 30m or 10s; undefined for anything else. */
function secondsOf(text: string): number | undefined {
  const [, count, unit] = /^(\d{1,6})([dhms])$/.exec(text) ?? [];
  return unit === undefined ? undefined : Number(count) * UNITS[unit]!;
}

function scopesOf(options: Options): readonly Scope[] {
  const typed = listOf(options, 'scope');
  const wrong = typed.find((scope) => !(scopes as readonly string[]).includes(scope));
  if (wrong !== undefined)
    throw new ProblemError(problem('command/usage', `--scope takes ${scopes.join(', ')}, not "${wrong}"`));
  return typed.length > 0 ? ([...new Set(typed)] as Scope[]) : ['predict'];
}

export const create: Run = async ([name], options) => {
  const { root } = openProject();
  const wanted = String(options['expires'] ?? '365d');
  const seconds = secondsOf(wanted);
  const end = seconds === undefined ? timeFrom(wanted, '--expires') : Date.now() + seconds * 1000;
  const rate = countFrom(options, 'rate', 1_000_000);
  const burst = countFrom(options, 'burst', 1_000_000) ?? (rate === undefined ? undefined : 2 * rate);
  const settings = {
    name: String(name),
    scopes: scopesOf(options),
    models: [...new Set(listOf(options, 'model'))],
    expires: new Date(end).toISOString(),
    ...(rate !== undefined && { rate }),
    ...(burst !== undefined && { burst }),
  };
  const made = await logging(root, ({ log }) => openKeys(root).create(settings, log));
  if (options['json']) printJson({ ok: true, ...made });
  else printSecret(made.key, made.secret);
  return 0;
};

/** The key alone on standard output, so that it can be piped to where it is kept. */
function printSecret(key: Key, secret: string): void {
  process.stderr.write(
    `key ${key.id} for ${key.name}: ${key.scopes.join(', ')}; ${ending(key)}\nIt is shown this once; keep it where secrets are kept:\n`,
  );
  print(secret);
}

const ending = ({ expires }: Key): string => (expires === undefined ? 'no end' : `until ${expires}`);

export const list: Run = async (_args, options) => {
  const keys = openKeys(openProject().root).list();
  if (options['json']) {
    printJson(keys);
    return 0;
  }
  if (keys.length === 0) {
    print('no keys yet: toolbox keys create NAME makes one');
    return 0;
  }
  const now = new Date();
  const rows = keys.map((key) => [
    key.id,
    key.name,
    key.scopes.join(' '),
    key.models.length > 0 ? key.models.join(' ') : 'all',
    key.rate === undefined ? '' : String(key.rate),
    endOf(key, now)?.replace(/T.*$/, '') ?? ending(key).replace(/T.*$/, ''),
  ]);
  print(
    columns(rows, terminalOf(process.stdout).columns, [
      'id',
      'name',
      'scopes',
      'models',
      'per second',
      'valid',
    ]),
  );
  return 0;
};

export const rotate: Run = async ([typed], options) => {
  const { root } = openProject();
  const overlap = secondsOf(String(options['overlap']));
  if (overlap === undefined)
    throw new ProblemError(
      problem('command/usage', `--overlap takes a time such as 24h, not "${String(options['overlap'])}"`),
    );
  const made = await logging(root, ({ log }) => openKeys(root).rotate(String(typed), overlap, log));
  if (options['json']) printJson({ ok: true, ...made });
  else {
    process.stderr.write(`key ${made.replaced.id} stays valid ${ending(made.replaced)}\n`);
    printSecret(made.key, made.secret);
  }
  return 0;
};

export const revoke: Run = async ([typed], options) => {
  const { root } = openProject();
  const reason = required(options, 'reason', '"left in a log"');
  const key = await logging(root, ({ log }) => openKeys(root).revoke(String(typed), reason, log));
  if (options['json']) printJson({ ok: true, key });
  else print(`key ${key.id} for ${key.name} is revoked`);
  return 0;
};
