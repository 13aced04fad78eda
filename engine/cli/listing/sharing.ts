import type { CommandSpec } from '../command.js';

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
];
