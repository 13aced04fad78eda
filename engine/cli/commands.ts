import type { CommandSpec, OptionSpec } from './command.js';

const pipeline = ['<pipeline>', 'file, or name of a file in pipelines/'] as const;
const readOptions: readonly OptionSpec[] = [
  { flags: '-e, --environment <name>', description: 'environment whose params apply' },
  { flags: '-s, --set <param=value>', description: 'set a parameter; may stand more than once', many: true },
];
const selectOptions: readonly OptionSpec[] = [
  { flags: '--only <step>', description: 'this step and what it needs', many: true },
  { flags: '--from <step>', description: 'this step and all that depends on it', many: true },
  { flags: '--to <step>', description: 'everything up to this step', many: true },
];

/** Every command, in the order in which `--help` lists them. */
export const commands: readonly CommandSpec[] = [
  {
    name: 'run',
    summary: 'Run a pipeline; steps whose inputs did not change are reused',
    arguments: [pipeline],
    options: [
      ...readOptions,
      ...selectOptions,
      {
        flags: '-f, --force [step]',
        description: 'run again even where a result is there; all steps, or one',
        many: true,
      },
      { flags: '-j, --jobs <n>', description: 'steps at a time', default: '2' },
      { flags: '-w, --workers <n>', description: 'threads for the numeric work; default: all cores' },
      { flags: '--dry-run', description: 'show what would run, as plan does' },
      { flags: '-q, --quiet', description: 'no progress' },
    ],
    examples: [
      ['toolbox run pipelines/seismic.yaml', 'the whole pipeline'],
      ['toolbox run seismic --set trees=500', 'by name, with another parameter'],
      ['toolbox run seismic --only score', 'one step and what it needs'],
    ],
    run: () => import('./commands/run.js'),
  },
  {
    name: 'plan',
    summary: 'Show what would run, what would be reused, and what would be touched',
    arguments: [pipeline],
    options: [
      ...readOptions,
      ...selectOptions,
      { flags: '-f, --force [step]', description: 'as for run', many: true },
    ],
    examples: [['toolbox plan seismic', 'before a run']],
    run: () => import('./commands/plan.js'),
  },
];
