import { readFileSync } from 'node:fs';

/** Lines of files that problems point at; a file that cannot be read is shown without its line. */
export function sourceReader(): (file: string) => string | undefined {
  const known = new Map<string, string | undefined>();
  return (file) => {
    if (!known.has(file)) {
      try {
        known.set(file, readFileSync(file, 'utf8'));
      } catch {
        known.set(file, undefined);
      }
    }
    return known.get(file);
  };
}
