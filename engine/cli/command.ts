import { Argument, Command, Option } from 'commander';

/** One command of `toolbox`: what `--help` shows, and a module that is loaded only when it runs. */
export interface CommandSpec {
  readonly name: string;
  readonly summary: string;
  /** `<required>`, `[optional]`, `[many...]`, with a description. */
  readonly arguments?: readonly (readonly [name: string, description: string])[];
  /** Flags as commander writes them, with a description; `choices` and `default` where they apply. */
  readonly options?: readonly OptionSpec[];
  /** Command lines that work in a project, each with what it is for. */
  readonly examples: readonly (readonly [line: string, note: string])[];
  readonly commands?: readonly CommandSpec[];
  /** Loads the module that does the work. */
  readonly run?: () => Promise<Run>;
}

export interface OptionSpec {
  readonly flags: string;
  readonly description: string;
  readonly choices?: readonly string[];
  readonly default?: string | number | boolean;
  /** May stand more than once; the values come as a list. */
  readonly many?: boolean;
}

/** Gives the exit status. */
export type Run = (
  args: readonly (string | readonly string[] | undefined)[],
  options: Options,
) => Promise<number>;
export interface Options {
  readonly [name: string]: string | number | boolean | readonly string[] | undefined;
}

/** Adds a command to its parent, whose settings it takes over. `--json` and `--help` are everywhere. */
export function addCommand(parent: Command, spec: CommandSpec, ended: (status: number) => void): void {
  const command = new Command(spec.name).copyInheritedSettings(parent).description(spec.summary);
  parent.addCommand(command);
  for (const [name, description] of spec.arguments ?? [])
    command.addArgument(new Argument(name, description));
  for (const option of spec.options ?? []) {
    const made = new Option(option.flags, option.description);
    if (option.choices) made.choices([...option.choices]);
    if (option.default !== undefined) made.default(option.default);
    if (option.many)
      made.argParser((value: string, before: string[] | undefined) => [...(before ?? []), value]);
    command.addOption(made);
  }
  const lines = spec.examples.map(([example, note]) => `${continued(example)}\n      ${note}`);
  command.addHelpText('after', `\nExamples:\n${lines.join('\n')}\n`);
  for (const inner of spec.commands ?? []) addCommand(command, inner, ended);
  if (spec.run) {
    const load = spec.run;
    command.addOption(new Option('--json', 'print the result as JSON'));
    command.action(async (...given: unknown[]) => {
      const count = spec.arguments?.length ?? 0;
      const run = await load();
      ended(await run(given.slice(0, count) as Parameters<Run>[0], given[count] as Options));
    });
  }
}

/** A command line in 80 columns: words in quotes stay whole, and the shell takes the lines for one. */
function continued(line: string): string {
  const words = line.match(/(?:"[^"]*"|\S)+/g) ?? [];
  const lines: string[] = [];
  for (const word of words) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + word.length < 76) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return `  ${lines.join(' \\\n    ')}`;
}
