import type { LedgerEntry } from './ledger.js';

/** Where a version stands. Production and Staging each hold at most one version of a model: the alias of that name. */
export type Stage = 'None' | 'Staging' | 'Production' | 'Archived';

type Moved = Extract<LedgerEntry, { type: 'moved' }>;

/** An alias and the entry that set it: version, digest, since when, by whom, why. */
export interface Alias {
  readonly name: string;
  readonly version: number;
  readonly move: Moved;
}

/** What the aliases of a model stood for after some of its ledger's entries. */
export interface Standing {
  /** By name, in order of code points. */
  readonly aliases: readonly Alias[];
  alias(name: string): Alias | undefined;
  stage(version: number): Stage;
  /** Was it archived by somebody, and not by another version that took its place? */
  retired(version: number): boolean;
  /** What an alias goes back to: the version that it stood for before, past those that were archived since. */
  before(alias: string): number | undefined;
}

/**
 * Stages and aliases follow from the ledger alone. A version that another one takes the place of in Staging or
 * Production is archived by that; a free alias (champion, challenger) says nothing about stages.
 */
export function standingOf(ledger: readonly LedgerEntry[]): Standing {
  const stacks = new Map<string, Moved[]>();
  const displaced = new Set<number>();
  const retired = new Set<number>();
  const top = (alias: string) => stacks.get(alias)?.at(-1);
  for (const entry of ledger) {
    if (entry.type === 'moved') move(entry);
    else if (entry.type === 'removed') stacks.delete(entry.alias);
    else if (entry.type === 'archived') {
      retired.add(entry.version);
      for (const [alias, stack] of stacks) {
        const left = stack.at(-1)?.version === entry.version ? [] : stack;
        stacks.set(
          alias,
          left.filter(({ version }) => version !== entry.version),
        );
      }
    }
  }

  function move(entry: Moved): void {
    const { alias, version } = entry;
    const stack = stacks.get(alias) ?? [];
    if (isStage(alias)) {
      const last = stack.at(-1);
      if (last) displaced.add(last.version);
      if (alias === 'production' && top('staging')?.version === version) stacks.delete('staging');
      displaced.delete(version);
      retired.delete(version);
    }
    const returned = entry.rollback ? stack.findLastIndex((earlier) => earlier.version === version) : -1;
    stacks.set(alias, [...(returned < 0 ? stack : stack.slice(0, returned)), entry]);
  }

  const aliases = [...stacks.keys()].sort().flatMap((name) => {
    const last = top(name);
    return last ? [{ name, version: last.version, move: last }] : [];
  });
  const alias = (name: string) => aliases.find((one) => one.name === name);
  return {
    aliases,
    alias,
    stage(version) {
      if (alias('production')?.version === version) return 'Production';
      if (alias('staging')?.version === version) return 'Staging';
      return retired.has(version) || displaced.has(version) ? 'Archived' : 'None';
    },
    retired: (version) => retired.has(version),
    before(name) {
      const stack = stacks.get(name) ?? [];
      return stack.findLast(({ version }) => version !== stack.at(-1)?.version)?.version;
    },
  };
}

export const isStage = (alias: string): boolean => alias === 'production' || alias === 'staging';

/** The ledger as it was at a time, in milliseconds since 1970. */
export const ledgerAt = (ledger: readonly LedgerEntry[], time: number): readonly LedgerEntry[] =>
  ledger.filter((entry) => Date.parse(entry.time) <= time);
