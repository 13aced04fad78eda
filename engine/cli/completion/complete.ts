import type { CommandSpec, OptionSpec } from '../command.js';
import { commands } from '../commands.js';
import { type Around, aroundHere, type Candidate, candidatesFor } from './values.js';

const common: readonly OptionSpec[] = [
  { flags: '--json', description: 'print the result as JSON' },
  { flags: '-h, --help', description: 'display help for command' },
];

/**
 * What may stand in the place of the last of `words`, which follow `toolbox` on the command line and of which the last
 * may be empty or begun. None where the shell should offer files, or where nobody can know.
 */
export function complete(words: readonly string[], around: Around = aroundHere(words)): readonly Candidate[] {
  const current = words.at(-1) ?? '';
  const place = placeOf(words.slice(0, -1));
  return candidatesAt(place, current, around)
    .filter(({ value }) => value.startsWith(current) && !/[\u0000-\u001f]/.test(value))
    .map(({ value, note }) => ({ value, ...(note && { note: note.replaceAll(/\s+/g, ' ') }) }));
}

interface Place {
  /** Undefined before the first command. */
  readonly spec: CommandSpec | undefined;
  /** Arguments so far. */
  readonly count: number;
  /** The option whose value comes now. */
  readonly option: OptionSpec | undefined;
  readonly given: ReadonlySet<OptionSpec>;
}

/** Walks over the words up to the one that is typed. */
function placeOf(words: readonly string[]): Place {
  let spec: CommandSpec | undefined;
  let count = 0;
  let option: OptionSpec | undefined;
  const given = new Set<OptionSpec>();
  for (const word of words) {
    if (option && !(word.startsWith('-') && !takesValue(option, true))) {
      option = undefined;
      continue;
    }
    option = undefined;
    if (word.startsWith('-')) {
      const found = optionsOf(spec).find(({ flags }) => flagsOf(flags).includes(word.split('=')[0]!));
      if (!found) continue;
      given.add(found);
      if (takesValue(found) && !word.includes('=')) option = found;
      continue;
    }
    const inner = (spec ? spec.commands : commands)?.find(({ name }) => name === word);
    if (inner) spec = inner;
    else count++;
  }
  return { spec, count, option, given };
}

function candidatesAt({ spec, count, option, given }: Place, current: string, around: Around) {
  if (option && (takesValue(option, true) || !current.startsWith('-'))) return valuesOf(option, around);
  if (current.startsWith('-'))
    return optionsOf(spec)
      .filter((one) => one.many || !given.has(one))
      .map(({ flags, description }) => ({ value: flagsOf(flags).at(-1)!, note: description }));
  if (count === 0 && (!spec || spec.commands))
    return (spec?.commands ?? commands).map(({ name, summary }) => ({ value: name, note: summary }));
  const wanted = spec?.arguments?.[Math.min(count, spec.arguments.length - 1)];
  if (!wanted || (count >= spec!.arguments!.length && !wanted[0].includes('...'))) return [];
  const named = nameOf(wanted[0]);
  // What `models` calls a name is that of a model; elsewhere a name is the person's to choose.
  const isModel = named === 'name' && around.words[0] === 'models';
  return candidatesFor[isModel ? 'model' : named]?.(around) ?? [];
}

function valuesOf({ flags, choices }: OptionSpec, around: Around): readonly Candidate[] {
  if (choices) return choices.map((value) => ({ value }));
  const name = nameOf(/[<[].*/.exec(flags)?.[0] ?? '');
  return candidatesFor[flags.includes('--environment') ? 'environment' : name]?.(around) ?? [];
}

const optionsOf = (spec: CommandSpec | undefined): readonly OptionSpec[] =>
  spec
    ? [...(spec.options ?? []), ...common]
    : [{ flags: '-V, --version', description: 'output the version number' }, ...common.slice(1)];

/** `['-f', '--force']` of `-f, --force [step]`. */
const flagsOf = (flags: string): string[] => flags.split(/[ ,]+/).filter((part) => part.startsWith('-'));
const takesValue = ({ flags }: OptionSpec, always = false): boolean =>
  flags.includes('<') || (!always && flags.includes('['));
const nameOf = (argument: string): string => argument.replaceAll(/[<>[\].]/g, '');
