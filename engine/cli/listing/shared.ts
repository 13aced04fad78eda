import type { OptionSpec } from '../command.js';

export const pipeline = ['<pipeline>', 'file, or name of a file in pipelines/'] as const;

export const readOptions: readonly OptionSpec[] = [
  { flags: '-e, --environment <name>', description: 'environment whose params apply' },
  { flags: '-s, --set <param=value>', description: 'set a parameter; may stand more than once', many: true },
];

export const selectOptions: readonly OptionSpec[] = [
  { flags: '--only <step>', description: 'this step and what it needs', many: true },
  { flags: '--from <step>', description: 'this step and all that depends on it', many: true },
  { flags: '--to <step>', description: 'everything up to this step', many: true },
];

export const runOption: OptionSpec = {
  flags: '--run <id>',
  description: 'id, its beginning, last or prev',
  default: 'last',
};
