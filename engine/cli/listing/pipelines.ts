import type { CommandSpec } from '../command.js';
import { pipeline, readOptions, selectOptions } from './shared.js';

/** Commands that take a pipeline file. */
export const pipelineCommands: readonly CommandSpec[] = [
  {
    name: 'run',
    summary: 'Run a pipeline; steps whose inputs did not change are reused',
    arguments: [
      ['[pipeline]', 'file, or name of a file in pipelines/; may be left out where there is only one'],
    ],
    options: [
      ...readOptions,
      ...selectOptions,
      {
        flags: '-f, --force [step]',
        description:
          'run again even where a result is there: one step, or all that run (with --only and --from, what they name)',
        many: true,
      },
      { flags: '-j, --jobs <n>', description: 'steps at a time', default: '2' },
      { flags: '-w, --workers <n>', description: 'threads for the numeric work; default: all cores' },
      { flags: '--resume [run]', description: 'with the params of an earlier run: id, last or prev' },
      { flags: '--lock', description: 'write a lock file: what the run rested on and what came of it' },
      { flags: '--locked', description: 'only if nothing differs from the lock; compares what comes of it' },
      { flags: '--watch', description: 'run again whenever the pipeline or a file that it reads changes' },
      { flags: '--dry-run', description: 'show what would run, as plan does' },
      { flags: '-q, --quiet', description: 'no progress; warnings, problems and the summary stay' },
    ],
    examples: [
      ['toolbox run pipelines/seismic.yaml', 'the whole pipeline'],
      ['toolbox run seismic --set trees=500', 'by name, with another parameter'],
      ['toolbox run seismic --only score', 'one step and what it needs'],
      ['toolbox run seismic --resume', 'go on after a stop, with the same params'],
      ['toolbox run seismic --locked', 'reproduce what was locked'],
    ],
    run: async () => (await import('../commands/run.js')).run,
  },
  {
    name: 'validate',
    summary: 'Check pipelines without running them: keys, types, wiring, expressions, columns',
    arguments: [['[pipelines...]', 'files or names; default: all of the project']],
    options: [
      ...readOptions,
      {
        flags: '--format <format>',
        description: 'how problems are written',
        choices: ['pretty', 'json', 'github'],
        default: 'pretty',
      },
    ],
    examples: [
      ['toolbox validate', 'every pipeline of the project'],
      ['toolbox validate seismic --set survey=~/data/line.sgy', 'with other parameters'],
      ['toolbox validate --format github', 'only as annotations of a GitHub workflow'],
    ],
    run: async () => (await import('../commands/validate.js')).run,
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
    run: async () => (await import('../commands/plan.js')).run,
  },
  {
    name: 'graph',
    summary: 'Print the steps and what they take from each other as a Mermaid diagram',
    arguments: [pipeline],
    options: readOptions,
    examples: [['toolbox graph seismic > docs/seismic.mmd', 'GitHub and many editors draw it']],
    run: async () => (await import('../commands/graph.js')).run,
  },
  {
    name: 'render',
    summary: 'Print the pipeline as the engine reads it: params filled in, defaults written out',
    arguments: [pipeline],
    options: readOptions,
    examples: [
      ['toolbox render seismic', 'with the defaults'],
      ['toolbox render seismic -e production', 'as it runs in an environment'],
    ],
    run: async () => (await import('../commands/render.js')).run,
  },
];
