import type { CommandSpec } from './command.js';
import { modelCommands } from './listing/models.js';
import { pipelineCommands } from './listing/pipelines.js';
import { projectCommands } from './listing/project.js';
import { resultCommands } from './listing/results.js';
import { segyCommands } from './listing/segy.js';
import { sharingCommands } from './listing/sharing.js';

/** Every command, in the order in which `--help` lists them. */
export const commands: readonly CommandSpec[] = [
  ...pipelineCommands,
  ...resultCommands,
  ...sharingCommands,
  ...modelCommands,
  ...segyCommands,
  ...projectCommands,
];
