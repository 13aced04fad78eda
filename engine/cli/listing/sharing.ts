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
