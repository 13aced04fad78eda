import type { CommandSpec } from '../command.js';
import { runOption } from './shared.js';

/** Commands that look at what runs left: results, models, the log. */
export const resultCommands: readonly CommandSpec[] = [
  {
    name: 'show',
    summary: 'Show an output of a step: the head of a table, metrics, what a model is',
    arguments: [['<step>', 'address of a step, or of one output: split.train']],
    options: [runOption, { flags: '-n, --rows <n>', description: 'rows of a table', default: '10' }],
    examples: [
      ['toolbox show score', 'metrics of the last run'],
      ['toolbox show split.train -n 20', 'the first 20 rows of one output'],
      ['toolbox show model --run prev', 'of the run before'],
    ],
    run: async () => (await import('../commands/show.js')).run,
  },
  {
    name: 'why',
    summary: 'Say why a step ran, was reused, skipped or failed: what changed, from what to what, where',
    arguments: [['<step>', 'address of a step, as the run lists it']],
    options: [runOption],
    examples: [
      ['toolbox why model', 'in the last run'],
      ['toolbox why "score[well=NEWBY]" --run prev', 'one instance, in the run before'],
    ],
    run: async () => (await import('../commands/why.js')).run,
  },
  {
    name: 'inspect',
    summary: 'Look into a data file: columns and types, or the geometry and text of a SEG-Y file',
    arguments: [['<file>', 'csv, tsv, txt, parquet, json, jsonl, sgy, segy, su']],
    examples: [
      ['toolbox inspect data/wells.csv', 'columns, types, missing values'],
      ['toolbox inspect data/survey.sgy', 'geometry, axis, text header'],
    ],
    run: async () => (await import('../commands/inspect.js')).run,
  },
  {
    name: 'runs',
    summary: 'List, show and compare runs',
    examples: [['toolbox runs list', 'the latest runs']],
    commands: [
      {
        name: 'list',
        summary: 'The runs of the project, newest first',
        options: [{ flags: '-n, --count <n>', description: 'how many', default: '20' }],
        examples: [['toolbox runs list -n 5', 'the last five']],
        run: async () => (await import('../commands/runs.js')).list,
      },
      {
        name: 'show',
        summary: 'One run: its steps, scores, files and problems',
        arguments: [['[run]', 'id, its beginning, last or prev']],
        examples: [['toolbox runs show last', 'the last run']],
        run: async () => (await import('../commands/runs.js')).show,
      },
      {
        name: 'diff',
        summary: 'What differs between two runs: params, steps, where it began, metrics',
        arguments: [
          ['[before]', 'default: the run of the same pipeline before the other'],
          ['[after]', 'default: last'],
        ],
        options: [
          { flags: '--html', description: 'also write a page with figures, runs/diff-BEFORE-AFTER.html' },
        ],
        examples: [
          ['toolbox runs diff prev last', 'what the last change did'],
          ['toolbox runs diff --html', 'the same as a page: which change moved the metric'],
        ],
        run: async () => (await import('../commands/runs-diff.js')).run,
      },
    ],
  },
  {
    name: 'predict',
    summary: 'Predict every row of a file with a registered model',
    arguments: [
      ['<model>', 'name, name@3, name@production, or a folder or zip that was exported'],
      ['<file>', 'csv, parquet, json, sgy: with the columns that the model asks for'],
    ],
    options: [
      {
        flags: '-o, --out <file>',
        description:
          'where to: csv, parquet, json, jsonl, xlsx, arrow; rows that do not fit are left out, listed in FILE.problems.csv, and the exit status is 3',
      },
      { flags: '-n, --rows <n>', description: 'rows to show where nothing is written', default: '10' },
    ],
    examples: [
      ['toolbox predict leaving-customers new.csv -o results/new.csv', 'a table'],
      ['toolbox predict seismic-facies survey.sgy -o results/facies.parquet', 'a survey'],
    ],
    run: async () => (await import('../commands/predict.js')).run,
  },
  {
    name: 'serve',
    summary: 'Answer requests with registered models: HTTP, JSON, /docs to try it; or one file with --batch',
    arguments: [
      ['<models...>', 'name, name@3, an alias, or a folder with a version; the first is the default'],
    ],
    options: [
      { flags: '--host <address>', description: 'others than this machine need keys', default: '127.0.0.1' },
      { flags: '--port <n>', description: 'port; 0 takes a free one', default: '8000' },
      { flags: '--rate <n>', description: 'requests a second of one caller; no limit where absent' },
      { flags: '--max-rows <n>', description: 'most rows of a request', default: '10000' },
      { flags: '--max-body <mb>', description: 'largest request, MiB', default: '10' },
      { flags: '--max-jobs <n>', description: 'most files that wait to be predicted', default: '100' },
      { flags: '--timeout <s>', description: 'for a request to arrive, and for its answer', default: '30' },
      {
        flags: '--log-sample <share>',
        description: 'requests kept with answers in .toolbox/inference, without personal columns; 0: none',
        default: '0',
      },
      {
        flags: '--log-level <level>',
        description: 'of the lines on stderr',
        choices: ['debug', 'info', 'warning', 'error'],
        default: 'info',
      },
      {
        flags: '--batch <files...>',
        description:
          'IN and OUT: predict that file, without a server, and end; after a kill it goes on; rows that do not fit: as `toolbox predict`',
      },
      { flags: '--no-probabilities', description: 'with --batch: leave the columns prob_… out' },
    ],
    examples: [
      ['toolbox serve seismic-facies', 'the newest version, at http://127.0.0.1:8000'],
      ['toolbox serve seismic-facies@3 leaving-customers --port 9000', 'two models'],
      ['toolbox serve seismic-facies --log-sample 10%', 'keep one request in ten, as Parquet'],
      ['toolbox serve seismic-facies --batch survey.sgy results/facies.parquet', 'a file, no server'],
    ],
    run: async () => (await import('../commands/serve.js')).run,
  },
  {
    name: 'audit',
    summary: 'Verify, show and export the log of everything that happened',
    examples: [['toolbox audit verify', 'is the log what was written?']],
    commands: [
      {
        name: 'verify',
        summary: 'Check the log: edits, removals, insertions, cuts; says what cannot be excluded',
        arguments: [['[project]', 'folder of a project, or of a copy; default: here']],
        options: [
          { flags: '--witness <file>', description: 'heads that somebody else kept, one a line', many: true },
          { flags: '--key <key>', description: 'public key that may sign; default: any', many: true },
        ],
        examples: [
          ['toolbox audit verify', 'this project'],
          ['toolbox audit verify --witness /mnt/safe/heads.jsonl', 'against heads kept elsewhere'],
        ],
        run: async () => (await import('../commands/audit.js')).verifyLog,
      },
      {
        name: 'show',
        summary: 'Entries of the log, oldest first',
        options: [
          { flags: '--run <id>', description: 'of one run: id, its beginning, last or prev' },
          { flags: '--step <address>', description: 'of one step and all under it' },
          { flags: '--type <type>', description: 'step.failed, or all of a kind: step' },
          { flags: '--since <time>', description: 'at or after: 2026-11-23T08:00Z' },
          { flags: '--until <time>', description: 'before' },
        ],
        examples: [
          ['toolbox audit show --run last', 'the last run'],
          ['toolbox audit show --type gate', 'what gates decided'],
        ],
        run: async () => (await import('../commands/audit.js')).showLog,
      },
      {
        name: 'export',
        summary: 'Entries with proofs that anyone can check without the log',
        options: [
          { flags: '-o, --out <file>', description: 'where to; default: standard output' },
          {
            flags: '--format <format>',
            description: 'of the file',
            choices: ['json', 'jsonl', 'csv'],
            default: 'jsonl',
          },
          { flags: '--run <id>', description: 'of one run: id, its beginning, last or prev' },
          { flags: '--type <type>', description: 'step.failed, or all of a kind: step' },
        ],
        examples: [['toolbox audit export -o audit.jsonl', 'the whole log']],
        run: async () => (await import('../commands/audit.js')).exportEntries,
      },
    ],
  },
];
