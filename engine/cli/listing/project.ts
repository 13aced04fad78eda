import type { CommandSpec } from '../command.js';

/** Commands about the project and the installation. */
export const projectCommands: readonly CommandSpec[] = [
  {
    name: 'new',
    summary: 'Make a project that runs as it is',
    arguments: [['<name>', 'folder to make; its name is the name of the project']],
    options: [
      {
        flags: '-t, --template <template>',
        description: 'what to begin with',
        choices: ['blank', 'tabular', 'seismic', 'should-cost'],
        default: 'blank',
      },
      { flags: '-y, --yes', description: 'take the default answers to what the template asks' },
      {
        flags: '-s, --set <answer=value>',
        description: 'an answer to what the template asks; may stand more than once',
        many: true,
      },
      {
        flags: '--from-data <file>',
        description: 'a table of yours: a pipeline, contract and tests are written for it',
      },
      { flags: '--target <column>', description: 'with --from-data: the column to predict' },
      {
        flags: '--read <setting=value>',
        description: 'with --from-data: how it is read, as ingest takes it: numbers=1.234,56',
        many: true,
      },
    ],
    examples: [
      ['toolbox new prices --from-data houses.csv --target price', 'a project around a table of yours'],
      ['toolbox new churn --template tabular', 'a table, a model, its scores'],
      ['toolbox new facies --template seismic', 'a survey, facies, a map'],
      ['toolbox new parts --template should-cost --yes', 'what parts should cost, forecasts, a sheet'],
      ['toolbox new parts -t should-cost --set currency=USD --yes', 'the same, in dollars'],
    ],
    run: async () => (await import('../commands/new.js')).run,
  },
  {
    name: 'test',
    summary: 'Run the tests of pipelines, each in a copy of the project that is thrown away',
    arguments: [['[suites...]', 'files of tests, or their names; all of tests/ without it']],
    options: [
      { flags: '-t, --test <text>', description: 'only tests whose name holds this text' },
      { flags: '--record', description: 'write what the outputs under snapshot: are now' },
      { flags: '--junit <file>', description: 'write the outcomes as JUnit XML too' },
    ],
    examples: [
      ['toolbox test', 'all tests of the project'],
      ['toolbox test main --record', 'when a change of the outputs is meant'],
      ['toolbox test --junit results/tests.xml', 'for continuous integration'],
    ],
    run: async () => (await import('../commands/test.js')).run,
  },
  {
    name: 'contract',
    summary: 'Check a data file, infer what one keeps, compare contracts, exchange them',
    examples: [
      ['toolbox contract infer data/customers.csv', 'a contract to begin with'],
      [
        'toolbox contract check data/customers.csv contracts/customers.yaml',
        'exit status 3 where it is broken',
      ],
    ],
    commands: [
      {
        name: 'infer',
        summary: 'The contract that a data file keeps: types, missing values, keys, ranges, categories',
        arguments: [['<file>', 'a data file']],
        options: [
          { flags: '-o, --out <file>', description: 'write it there; to standard output without it' },
        ],
        examples: [
          ['toolbox contract infer data/customers.csv --out contracts/customers.yaml', 'for prep.contract'],
        ],
        run: async () => (await import('../commands/contract.js')).infer,
      },
      {
        name: 'check',
        summary: 'Hold a data file to a contract: verdict, score, every rule; exit status 3 where it fails',
        arguments: [
          ['<file>', 'a data file'],
          ['<contract>', 'a contract'],
        ],
        options: [
          {
            flags: '--as-of <day>',
            description: 'day by which freshness is judged, 2024-01-31; today without it',
          },
          {
            flags: '--reference <file>',
            description: 'profile that prep.contract saved, to measure drift from',
          },
          { flags: '--strict', description: 'exit status 3 where a rule of medium severity is broken too' },
          { flags: '-o, --out <file>', description: 'write the report there: .md, .txt, .html or .json' },
        ],
        examples: [
          ['toolbox contract check data/customers.csv contracts/customers.yaml', 'before anything uses it'],
          [
            'toolbox contract check data/customers.csv contracts/customers.yaml --out quality.md',
            'for continuous integration: the report is written whatever the verdict',
          ],
        ],
        run: async () => (await import('../commands/contract-check.js')).run,
      },
      {
        name: 'export',
        summary: 'Write a contract in the Open Data Contract Standard',
        arguments: [['<file>', 'a contract']],
        options: [
          {
            flags: '--format <format>',
            description: 'of what is written',
            choices: ['odcs'],
            default: 'odcs',
          },
          { flags: '--contract-version <version>', description: 'of the contract', default: '1.0.0' },
          { flags: '-o, --out <file>', description: 'write it there; to standard output without it' },
        ],
        examples: [
          ['toolbox contract export contracts/logs.yaml --out logs.odcs.yaml', 'for a data catalogue'],
        ],
        run: async () => (await import('../commands/contract-exchange.js')).exportContract,
      },
      {
        name: 'import',
        summary: 'Write a contract from one in the Open Data Contract Standard, version 3',
        arguments: [['<file>', 'a contract of the standard']],
        options: [
          { flags: '--schema <name>', description: 'which object of its schema, where there are several' },
          { flags: '-o, --out <file>', description: 'write it there; to standard output without it' },
        ],
        examples: [
          [
            'toolbox contract import logs.odcs.yaml --out contracts/logs.yaml',
            'what could not be carried over is told',
          ],
        ],
        run: async () => (await import('../commands/contract-exchange.js')).importContract,
      },
      {
        name: 'diff',
        summary: 'What changed between two contracts, and whom that can break',
        arguments: [
          ['<before>', 'a contract'],
          ['<after>', 'the contract that follows it'],
        ],
        options: [
          {
            flags: '--for <side>',
            description: 'whose changes count: of those who make the data, or read them',
            choices: ['makers', 'readers', 'both'],
            default: 'both',
          },
        ],
        examples: [
          ['toolbox contract diff old.yaml new.yaml', 'exit status 1 where anything changed'],
          ['toolbox contract diff old.yaml new.yaml --for makers', '1 only where the new one is tighter'],
        ],
        run: async () => (await import('../commands/contract.js')).diff,
      },
    ],
  },
  {
    name: 'schema',
    summary: 'Write the JSON Schemas that editors complete and check by, or print one',
    arguments: [
      [
        '[kind]',
        'pipeline, project, tests or component: print it; without it all are written to .toolbox/schema/',
      ],
    ],
    examples: [
      ['toolbox schema', 'after an update of the engine'],
      ['toolbox schema pipeline > pipeline.json', 'for an editor of your own'],
    ],
    run: async () => (await import('../commands/schema.js')).run,
  },
  {
    name: 'components',
    summary: 'List and show the components that steps can use',
    examples: [['toolbox components list', 'all of them']],
    commands: [
      {
        name: 'list',
        summary: 'Components by stage',
        arguments: [['[stage]', 'ingest, prep, train, …']],
        examples: [['toolbox components list train', 'estimators']],
        run: async () => (await import('../commands/components.js')).list,
      },
      {
        name: 'show',
        summary: 'One component: its settings, inputs, outputs, metrics, an example',
        arguments: [['<component>', 'for example prep.split']],
        examples: [['toolbox components show train.random-forest', 'its settings and defaults']],
        run: async () => (await import('../commands/components.js')).show,
      },
    ],
  },
  {
    name: 'clean',
    summary: 'Remove what no run refers to any more; never models, the log or your files',
    options: [
      {
        flags: '--older-than <days>',
        description: 'also runs older than so many days, and what only they used',
      },
      { flags: '-y, --yes', description: 'delete; without it only a list is shown' },
    ],
    examples: [
      ['toolbox clean', 'list what could go'],
      ['toolbox clean --older-than 30 --yes', 'delete runs older than 30 days'],
    ],
    run: async () => (await import('../commands/clean.js')).run,
  },
  {
    name: 'explain',
    summary: 'What a problem code means, how it comes about and what to do',
    arguments: [['[code]', 'the text in brackets behind a message; without it all are listed']],
    examples: [
      ['toolbox explain spec/unit', 'a value without the unit it needs'],
      ['toolbox explain', 'every code'],
    ],
    run: async () => (await import('../commands/explain.js')).run,
  },
  {
    name: 'completion',
    summary: 'Print a script that completes commands, flags and names in a shell',
    arguments: [['<shell>', 'bash, zsh or fish']],
    examples: [
      ['source <(toolbox completion bash)', 'in ~/.bashrc; zsh alike, in ~/.zshrc'],
      ['toolbox completion fish | source', 'in ~/.config/fish/config.fish'],
    ],
    run: async () => (await import('../commands/completion.js')).run,
  },
  {
    name: 'doctor',
    summary: 'Check that this machine and project have what the engine needs',
    examples: [['toolbox doctor', 'when something seems wrong']],
    run: async () => (await import('../commands/doctor.js')).run,
  },
];
