import type { CommandSpec, OptionSpec } from '../command.js';

const reason: OptionSpec = { flags: '--reason <text>', description: 'why; kept with the move' };
const name = ['<name>', 'name of a model'] as const;
const version = ['[version]', 'number, alias or latest'] as const;

/** Commands for registered models and for the keys of those who ask them. */
export const modelCommands: readonly CommandSpec[] = [
  {
    name: 'models',
    summary: 'List registered models, move them between stages, roll back, copy them elsewhere',
    examples: [
      ['toolbox models list', 'all models'],
      ['toolbox models promote seismic-facies 3 --to production --reason "better on new wells"', 'go live'],
    ],
    commands: [
      {
        name: 'list',
        summary: 'All registered models: versions, aliases, scores',
        examples: [['toolbox models list', 'names, versions, what is in use']],
        run: async () => (await import('../commands/models.js')).list,
      },
      {
        name: 'show',
        summary: 'One version of a model: what it asks for, what it predicts, how it scored, who moved it',
        arguments: [['<model>', 'name, name@latest, name@3 or name@production']],
        options: [{ flags: '--card', description: 'its model card, as Markdown' }],
        examples: [
          ['toolbox models show seismic-facies', 'the newest version'],
          [
            'toolbox models show seismic-facies --card > MODEL_CARD.md',
            'what was measured, for others to read',
          ],
          ['toolbox models show seismic-facies@production', 'the one in production'],
        ],
        run: async () => (await import('../commands/models.js')).show,
      },
      {
        name: 'promote',
        summary: 'Let a stage or an alias stand for a version, if the policy of toolbox.yaml holds',
        arguments: [['<name>', 'name of a model, or name@3'], version],
        options: [
          { flags: '--to <alias>', description: 'staging, production, or any word: champion' },
          reason,
          { flags: '--require <condition>', description: 'what must hold besides', many: true },
        ],
        examples: [
          ['toolbox models promote seismic-facies 3 --to staging --reason "first try"', 'a stage'],
          [
            'toolbox models promote seismic-facies staging --to production --reason "accepted" --require "metrics.f1_weighted >= 0.8"',
            'what is in staging, under a condition',
          ],
          ['toolbox models promote seismic-facies@4 --to challenger --reason "A/B"', 'a free alias'],
        ],
        run: async () => (await import('../commands/model-moves.js')).promote,
      },
      {
        name: 'rollback',
        summary: 'Let an alias stand again for the version that it stood for before',
        arguments: [name, ['[alias]', 'default: production']],
        options: [reason],
        examples: [
          ['toolbox models rollback seismic-facies --reason "wrong on line 7"', 'production goes back'],
          ['toolbox models rollback seismic-facies champion --reason "see ticket 12"', 'another alias'],
        ],
        run: async () => (await import('../commands/model-moves.js')).rollback,
      },
      {
        name: 'archive',
        summary: 'Take a version out of use; its files stay',
        arguments: [['<name>', 'name of a model, or name@3'], version],
        options: [reason, { flags: '--force', description: 'though aliases stand for it' }],
        examples: [['toolbox models archive seismic-facies 1 --reason "superseded"', 'an old version']],
        run: async () => (await import('../commands/model-moves.js')).archive,
      },
      {
        name: 'unalias',
        summary: 'Take an alias away; the version stays',
        arguments: [name, ['<alias>', 'champion, challenger, …']],
        options: [reason],
        examples: [['toolbox models unalias seismic-facies challenger --reason "test over"', 'an alias']],
        run: async () => (await import('../commands/model-moves.js')).unalias,
      },
      {
        name: 'as-of',
        summary: 'Which version an alias stood for at a time, since when, and why',
        arguments: [
          name,
          ['<time>', '2026-11-23 (its beginning, UTC) or 2026-11-23T08:00Z'],
          ['[alias]', 'default: production'],
        ],
        examples: [['toolbox models as-of seismic-facies 2026-11-23T08:00Z', 'what was live then']],
        run: async () => (await import('../commands/model-moves.js')).asOf,
      },
      {
        name: 'verify',
        summary: 'Check every file of every version, and try its proof again: same answers, to the last bit',
        arguments: [['[model]', 'name, name@3 or name@production; default: all versions of all models']],
        examples: [['toolbox models verify', 'the whole registry']],
        run: async () => (await import('../commands/model-files.js')).verify,
      },
      {
        name: 'export',
        summary: 'Copy a version, with its card and all that it takes to serve it, to a folder or a zip',
        arguments: [
          ['<model>', 'name, name@3 or name@production'],
          ['<out>', 'a folder, or a file that ends in .zip'],
        ],
        examples: [
          ['toolbox models export seismic-facies@production facies.zip', 'for another project'],
          ['toolbox models export seismic-facies@3 out/facies', 'a folder, for toolbox serve ./out/facies'],
        ],
        run: async () => (await import('../commands/model-files.js')).exportModel,
      },
      {
        name: 'import',
        summary: 'Take in a version that was exported, if every byte fits its digest',
        arguments: [['<file>', 'zip or folder']],
        options: [
          { flags: '--name <name>', description: 'name of the model here; default: as it was called' },
          { flags: '--digest <digest>', description: 'of the version that it must be' },
        ],
        examples: [['toolbox models import facies.zip', 'the next version of that model']],
        run: async () => (await import('../commands/model-files.js')).importModel,
      },
    ],
  },
  {
    name: 'keys',
    summary: 'Keys for those who ask served models: create, list, rotate, revoke',
    examples: [['toolbox keys create app --scope predict --expires 90d', 'a key, shown once']],
    commands: [
      {
        name: 'create',
        summary: 'A new key; it is shown once and kept as a hash',
        arguments: [['<name>', 'who uses it']],
        options: [
          {
            flags: '--scope <scope>',
            description: 'predict, batch, metrics or admin; may stand more than once; default: predict',
            many: true,
          },
          {
            flags: '--model <name>',
            description: 'for this model only; may stand more than once',
            many: true,
          },
          { flags: '--expires <when>', description: '90d, 12h, 30m, or a time; default: 365d' },
          { flags: '--rate <n>', description: 'requests a second' },
          { flags: '--burst <n>', description: 'requests at once; default: twice the rate' },
        ],
        examples: [
          ['toolbox keys create app', 'may predict with all models, for a year'],
          [
            'toolbox keys create nightly --scope predict --scope batch --model seismic-facies --rate 5 --expires 30d',
            'bounded',
          ],
        ],
        run: async () => (await import('../commands/keys.js')).create,
      },
      {
        name: 'list',
        summary: 'All keys, without their secrets',
        examples: [['toolbox keys list', 'names, scopes, ends']],
        run: async () => (await import('../commands/keys.js')).list,
      },
      {
        name: 'rotate',
        summary: 'A new key with the settings of another, which stays valid for a while',
        arguments: [['<key>', 'id, or name']],
        options: [{ flags: '--overlap <time>', description: 'how long the old one stays', default: '24h' }],
        examples: [['toolbox keys rotate app --overlap 1h', 'the old one ends in an hour']],
        run: async () => (await import('../commands/keys.js')).rotate,
      },
      {
        name: 'revoke',
        summary: 'End a key at once, also for servers that run',
        arguments: [['<key>', 'id, or name']],
        options: [reason],
        examples: [['toolbox keys revoke app --reason "left in a log"', 'a lost key']],
        run: async () => (await import('../commands/keys.js')).revoke,
      },
    ],
  },
];
