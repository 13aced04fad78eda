import { Command, CommanderError } from 'commander';
import { engineVersion } from '../catalog.js';
import { ProblemError } from '../problem.js';
import { addCommand } from './command.js';
import { commands } from './commands.js';
import { printProblems } from './problems.js';

/** Parses the command line, runs the command, prints what went wrong, and gives the exit status. */
export async function main(argv: readonly string[]): Promise<number> {
  let status = 0;
  const program = new Command('toolbox')
    .description('From data to a governed, monitored model with one YAML file.')
    .version(engineVersion, '-V, --version')
    .exitOverride()
    .configureHelp({ minWidthToWrap: 20 })
    .addHelpText(
      'after',
      '\nStart with:\n  toolbox new my-project --template tabular\n  cd my-project\n  toolbox run main\n\nEvery command has --help with examples, and --json.',
    );
  const ended = (result: number) => {
    status = result;
  };
  for (const spec of commands) addCommand(program, spec, ended);
  try {
    await program.parseAsync([...argv], { from: 'user' });
    return status;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    if (error instanceof ProblemError) return printProblems(error.problems, argv.includes('--json'));
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    process.stderr.write(`internal error: this is a bug, not your fault\n${text}\n`);
    return 1;
  }
}
