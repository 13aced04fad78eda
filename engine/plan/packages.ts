import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const { resolve } = createRequire(import.meta.url);
const versions = new Map<string, string>();

/** Version of a package as it is installed here; empty where it is not. */
export function installedVersion(name: string): string {
  let version = versions.get(name);
  if (version === undefined) {
    const files = (resolve.paths(name) ?? []).map((folder) => join(folder, name, 'package.json'));
    const file = files.find((path) => existsSync(path));
    version = file ? (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version : '';
    versions.set(name, version);
  }
  return version;
}
