import { homedir } from 'node:os';
import { join } from 'node:path';

/** The user's own folder, outside every project: the signing key, and heads that were seen. */
export const stateFolder = (env: NodeJS.ProcessEnv = process.env): string =>
  join(env['XDG_STATE_HOME'] || join(homedir(), '.local', 'state'), 'ds-toolbox');
