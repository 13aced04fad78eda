import { appendFileSync, mkdirSync, readdirSync, readFileSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { type Digest, sha256 } from '../canonical.js';
import { isAbsent } from '../store/files.js';
import { splitLines } from './entry.js';
import { type Head, headText, isSigned, parseHead } from './head.js';
import { stateFolder } from './state.js';

/** Heads that were kept outside the log, with the name of the place. */
export interface Remembered {
  readonly source: string;
  readonly heads: readonly Head[];
}

/** One folder for each place of a project, in it one file for each log that ever was there, named by its first head. */
const folderOf = (root: string, env: NodeJS.ProcessEnv): string =>
  join(stateFolder(env), 'heads', sha256(realpathSync(root)).slice(0, 32));

export const headLines = (heads: readonly Head[]) => heads.map((head) => `${headText(head)}\n`).join('');

/** Copies heads to the user's state folder; `first` is the digest of the log's first head. */
export function rememberHeads(root: string, first: Digest, heads: readonly Head[], env: NodeJS.ProcessEnv) {
  const folder = folderOf(root, env);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  appendFileSync(join(folder, `${first}.jsonl`), headLines(heads), { mode: 0o600 });
}

export interface StateHeads extends Remembered {
  /** Digest of the log's first head. */
  readonly log: Digest;
  /** Whether that log was at this place, and not at another. */
  readonly here: boolean;
}

/** The newest `count` heads of each log that was at this place, without looking at the rest. */
export function recentlyRemembered(
  root: string,
  count: number,
  env: NodeJS.ProcessEnv,
): (Remembered & { readonly log: Digest })[] {
  const folder = folderOf(root, env);
  return names(folder).map((name) => {
    const file = join(folder, name);
    const heads = splitLines(readFileSync(file)).lines.slice(-count).map(parseHead);
    return {
      source: file,
      log: name.slice(0, -'.jsonl'.length),
      heads: heads.filter((head): head is Head => head !== undefined),
    };
  });
}

/** What the user's state folder keeps: a list for each log that was at this place or at any other. */
export function rememberedHeads(root: string, env: NodeJS.ProcessEnv): StateHeads[] {
  const all = join(stateFolder(env), 'heads');
  const here = folderOf(root, env);
  return names(all).flatMap((place) => {
    const folder = join(all, place);
    return names(folder).map((name) => ({
      ...readHeads(join(folder, name)),
      log: name.slice(0, -'.jsonl'.length),
      here: folder === here,
    }));
  });
}

function names(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch (error) {
    if (isAbsent(error)) return [];
    throw error;
  }
}

/** Heads of a file with one a line, as a witness or the state folder keeps them; other lines are passed over. */
export function readHeads(file: string): Remembered {
  const heads = splitLines(readFileSync(file)).lines.map(parseHead);
  return { source: file, heads: heads.filter((head): head is Head => head !== undefined && isSigned(head)) };
}
