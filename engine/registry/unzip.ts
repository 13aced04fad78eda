import { inflateRawSync } from 'node:zlib';
import { failed, ok, problem, type Result } from '../problem.js';

/** Most that an archive may hold, whatever it says of itself. */
const ENTRIES = 10_000;
const LARGEST = 1024 ** 3;
const TOTAL = 2 * LARGEST;

export interface Archive {
  /** Names of its files. */
  readonly names: readonly string[];
  /** A file's bytes; undefined where there is none or it is not what the archive says. */
  read(name: string): Uint8Array | undefined;
}

interface Entry {
  readonly method: number;
  readonly packed: number;
  readonly size: number;
  readonly offset: number;
}

/**
 * Reads a zip archive (APPNOTE 6.3; stored or deflated, no zip64) in memory. Nothing of it becomes a path here. Sizes
 * are bounded before anything is unpacked, and no file unpacks to more than it says.
 */
export function openArchive(bytes: Buffer): Result<Archive> {
  const end = bytes.lastIndexOf('PK\x05\x06', bytes.length, 'latin1');
  if (end < 0 || end + 22 > bytes.length) return wrong('it has no directory');
  const count = bytes.readUInt16LE(end + 10);
  if (count > ENTRIES) return wrong(`it holds ${count} files`);
  const entries = new Map<string, Entry>();
  let total = 0;
  let at = bytes.readUInt32LE(end + 16);
  for (let i = 0; i < count; i++) {
    if (at + 46 > bytes.length || bytes.readUInt32LE(at) !== 0x02014b50)
      return wrong('its directory is damaged');
    const length = bytes.readUInt16LE(at + 28);
    const name = bytes.toString('utf8', at + 46, at + 46 + length);
    const size = bytes.readUInt32LE(at + 24);
    total += size;
    if (size > LARGEST || total > TOTAL) return wrong('it would unpack to more than 2 GiB');
    if (entries.has(name)) return wrong(`it holds ${JSON.stringify(name)} twice`);
    entries.set(name, {
      method: bytes.readUInt16LE(at + 10),
      packed: bytes.readUInt32LE(at + 20),
      size,
      offset: bytes.readUInt32LE(at + 42),
    });
    at += 46 + length + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32);
  }
  return ok({
    names: [...entries.keys()],
    read(name) {
      const entry = entries.get(name);
      return entry && unpack(bytes, entry);
    },
  });
}

function unpack(bytes: Buffer, { method, packed, size, offset }: Entry): Uint8Array | undefined {
  if (offset + 30 > bytes.length || bytes.readUInt32LE(offset) !== 0x04034b50) return undefined;
  const from = offset + 30 + bytes.readUInt16LE(offset + 26) + bytes.readUInt16LE(offset + 28);
  const body = bytes.subarray(from, from + packed);
  if (method === 0) return body.length === size ? body : undefined;
  if (method !== 8) return undefined;
  try {
    const unpacked = inflateRawSync(body, { maxOutputLength: Math.max(1, size) });
    return unpacked.length === size ? unpacked : undefined;
  } catch {
    return undefined; // damaged, or longer than it says
  }
}

const wrong = (what: string) => failed(problem('data/format', `the file is no archive of a model: ${what}`));
