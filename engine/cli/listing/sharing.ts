import type { CommandSpec } from '../command.js';
import { runOption } from './shared.js';

/** Commands that carry what a run made further: to a screen, to a colleague, to a file. */
export const sharingCommands: readonly CommandSpec[] = [
  {
    name: 'open',
    summary: "Open a run's report in the browser; in a pipe or without a screen, print its path",
    arguments: [['[run]', 'id, its beginning, last or prev, or a file; default: last']],
    examples: [
      ['toolbox open', 'the report of the last run'],
      ['toolbox open prev', 'of the run before'],
      ['cp "$(toolbox open)" /tmp/report.html', 'its path, for another command'],
    ],
    run: async () => (await import('../commands/open.js')).run,
  },
  {
    name: 'share',
    summary: 'Put a run in one zip: report, results, pipeline, log, and a signed certificate',
    arguments: [['[run]', 'id, its beginning, last or prev; default: last']],
    options: [
      { flags: '-o, --out <file>', description: 'where to; default: PIPELINE-RUN.zip here' },
      { flags: '--without-results', description: 'without the files that the run saved' },
      { flags: '--max-size <mb>', description: 'most that all files may take', default: '200' },
    ],
    examples: [
      ['toolbox share', 'the last run'],
      ['toolbox share prev --without-results -o for-review.zip', 'report and proof, no data'],
    ],
    run: async () => (await import('../commands/share.js')).run,
  },
  {
    name: 'verify',
    summary: 'Check a shared run, on any machine: what was changed, added or left out since',
    arguments: [['<file>', 'a zip that toolbox share made']],
    options: [
      { flags: '--key <key>', description: 'public key that may sign; default: any', many: true },
      { flags: '--project <folder>', description: 'a project whose log must have this run' },
      { flags: '--witness <file>', description: 'heads that somebody else kept, one a line', many: true },
    ],
    examples: [
      ['toolbox verify churn-20261123-071448-3ba7k.zip', 'needs no project and no network'],
      ['toolbox verify run.zip --project ~/churn', 'and whether that log has it'],
    ],
    run: async () => (await import('../commands/verify.js')).run,
  },
  {
    name: 'export',
    summary: 'Write the saved outputs of a step again, of any run: undo; or one output anywhere',
    arguments: [['<step>', 'address of a step, or of one output: split.train']],
    options: [
      runOption,
      { flags: '--to <path>', description: 'one output, to this file; the ending says the format' },
      { flags: '--force', description: 'also over a file that somebody changed' },
    ],
    examples: [
      ['toolbox export score --run prev', 'its files as the run before saved them'],
      ['toolbox export split.test --to test.xlsx', 'one output, for a spreadsheet'],
    ],
    run: async () => (await import('../commands/export.js')).run,
  },
];
