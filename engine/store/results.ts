import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Objects } from '../artifacts/objects.js';
import { canonical, type Digest, digestOf, type Json } from '../canonical.js';
import type { Durability } from './durability.js';
import { isAbsent, replaceFile } from './files.js';
import type { KeyParts, ResultRecord } from './record.js';

/** The key of a step: canonical digest of everything that decides its result. */
export const keyOf = (parts: KeyParts): Digest => digestOf(parts as unknown as Json);

export interface Found {
  readonly record: ResultRecord;
  /** Digest of the record, which the log enters. */
  readonly digest: Digest;
}

/** Result records, one file `<key>.json` each, written by rename. A damaged record reads as absent. */
export interface Results {
  read(key: Digest): Found | undefined;
  /** As `read`, but only where every object that the outputs need is there and sound: what may be reused. */
  complete(key: Digest, objects: Objects): Promise<Found | undefined>;
  /** Replaces an earlier record of the same key. */
  write(record: ResultRecord): Digest;
  /** Keys of all records, by code point. */
  keys(): Digest[];
}

export function openResults(folder: string, durability?: Durability): Results {
  const path = (key: Digest) => join(folder, `${key}.json`);

  function read(key: Digest): Found | undefined {
    let text: string;
    try {
      text = readFileSync(path(key), 'utf8');
    } catch (error) {
      if (isAbsent(error)) return undefined;
      throw error;
    }
    const found = parse(text);
    return found && found.record.key === key && keyOf(found.record.parts) === key ? found : undefined;
  }

  return {
    read,
    async complete(key, objects) {
      const found = read(key);
      for (const digest of found?.record.objects ?? []) if (!(await objects.has(digest))) return undefined;
      return found;
    },
    write(record) {
      const digest = digestOf(record as unknown as Json);
      replaceFile(path(record.key), canonical({ digest, record: record as unknown as Json }), {
        written: 'record.written',
        named: 'record.named',
      });
      durability?.file(path(record.key));
      return digest;
    },
    keys() {
      try {
        return readdirSync(folder)
          .filter((name) => /^[0-9a-f]{64}\.json$/.test(name))
          .map((name) => name.slice(0, 64))
          .sort();
      } catch (error) {
        if (isAbsent(error)) return [];
        throw error;
      }
    },
  };
}

function parse(text: string): Found | undefined {
  try {
    const { digest, record } = JSON.parse(text) as Found;
    return digestOf(record as unknown as Json) === digest ? { record, digest } : undefined;
  } catch {
    return undefined; // cut or overwritten: the step runs again
  }
}
