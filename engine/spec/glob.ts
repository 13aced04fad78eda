import { readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Folders that are never searched: the engine's own, and other people's code. */
const SKIPPED = new Set(['.toolbox', 'node_modules', '.git']);
const MAX_FILES = 100_000;

/**
 * Files below `root` that a pattern names, relative, with `/`, by code point. `*` and `?` stay within a name,
 * `**` crosses folders, `{a,b}` is either. Links to folders are not followed.
 */
export function glob(root: string, pattern: string): readonly string[] {
  const parts = pattern.replaceAll('\\', '/').replace(/^\.\//, '').split('/');
  const files = new Set<string>();
  let seen = 0;
  const visit = (folder: string, rest: readonly string[]): void => {
    const [part, ...more] = rest;
    if (part === undefined || seen > MAX_FILES) return;
    if (part === '**') visit(folder, more);
    const matches = part === '**' ? undefined : matcher(part);
    for (const entry of list(join(root, folder))) {
      seen++;
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory()) {
        if (SKIPPED.has(entry.name)) continue;
        if (part === '**') visit(path, rest);
        else if (matches!.test(entry.name)) visit(path, more);
      } else if (more.length === 0 && part !== '**' && matches!.test(entry.name)) files.add(path);
      else if (part === '**' && more.length === 0) files.add(path);
    }
  };
  visit('', parts);
  return [...files].sort();
}

function list(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}

function matcher(part: string): RegExp {
  const source = part.replace(/[.+^$()|[\]\\]|\*+|\?|\{[^}]*\}/g, (token) => {
    if (token.startsWith('*')) return '[^/]*';
    if (token === '?') return '[^/]';
    if (token.startsWith('{')) return `(?:${token.slice(1, -1).split(',').map(escapeText).join('|')})`;
    return `\\${token}`;
  });
  return new RegExp(`^${source}$`, 'u');
}

const escapeText = (text: string): string => text.replace(/[.+^$()|[\]\\*?{}]/g, '\\$&');
