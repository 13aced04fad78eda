import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { findProject } from '../project.js';
import { decode } from '../spec/decode.js';

/** Lines of files that problems point at, named from the project's root; an unreadable file is shown without its line. */
export function sourceReader(root = findProject(process.cwd()) ?? '.'): (file: string) => string | undefined {
  const known = new Map<string, string | undefined>();
  return (file) => {
    if (!known.has(file)) {
      try {
        known.set(file, decode(file, readFileSync(resolve(root, file))).text);
      } catch {
        known.set(file, undefined);
      }
    }
    return known.get(file);
  };
}
