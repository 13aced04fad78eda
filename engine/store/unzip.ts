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
  readonly name: string;
  readonly method: number;
  readonly packed: number;
  readonly size: number;
  readonly offset: number;
}

/**
 * Reads a zip archive (APPNOTE 6.3; stored or deflated, no zip64) in memory. Nothing of it becomes a path here, yet
 * names that lead out of a folder, links, encrypted files and names that stand twice are refused. Sizes are bounded
 * before anything is unpacked, and no file unpacks to more than it says. `what`: what the file should have been.
 */
export function openArchive(bytes: Buffer, what = 'archive of a model'): Result<Archive> {
  const found = entriesOf(bytes);
  if (typeof found === 'string') return failed(problem('data/format', `the file is no ${what}: ${found}`));
  const entries = new Map(found.map((entry) => [entry.name, entry]));
  return ok({
    names: [...entries.keys()],
    read(name) {
      const entry = entries.get(name);
      return entry && unpack(bytes, entry);
    },
  });
}

/** The files of the directory at the archive's end, or what is wrong with it. */
function entriesOf(bytes: Buffer): Entry[] | string {
  const end = bytes.lastIndexOf('PK\x05\x06', bytes.length, 'latin1');
  if (end < 0 || end + 22 > bytes.length) return 'it has no directory';
  const count = bytes.readUInt16LE(end + 10);
  if (count > ENTRIES) return `it holds ${count} files`;
  const entries: Entry[] = [];
  const taken = new Set<string>();
  let total = 0;
  let packed = 0;
  let at = bytes.readUInt32LE(end + 16);
  for (let i = 0; i < count; i++) {
    if (at + 46 > bytes.length || bytes.readUInt32LE(at) !== 0x02014b50) return 'its directory is damaged';
    const length = bytes.readUInt16LE(at + 28);
    const entry = {
      name: bytes.toString('utf8', at + 46, at + 46 + length),
      method: bytes.readUInt16LE(at + 10),
      packed: bytes.readUInt32LE(at + 20),
      size: bytes.readUInt32LE(at + 24),
      offset: bytes.readUInt32LE(at + 42),
    };
    total += entry.size;
    packed += entry.packed;
    const shown = JSON.stringify(entry.name);
    // Some systems take names that differ in case or in how an accent is written for one.
    const folded = entry.name.normalize('NFC').toLowerCase();
    if (entry.size > LARGEST || total > TOTAL) return 'it would unpack to more than 2 GiB';
    if (packed > bytes.length) return 'its files lie over one another';
    if (taken.has(folded)) return `it holds ${shown} twice`;
    if (leadsOut(entry.name)) return `the name ${shown} leads out of a folder`;
    if (isLink(bytes.readUInt16LE(at + 4), bytes.readUInt32LE(at + 38))) return `${shown} is a link`;
    if ((bytes.readUInt16LE(at + 8) & 1) === 1) return `${shown} is encrypted`;
    taken.add(folded);
    // Folders have entries of their own where people zip again what they unpacked.
    if (!(entry.name.endsWith('/') && entry.size === 0)) entries.push(entry);
    at += 46 + length + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32);
  }
  return entries;
}

/** A path that is absolute, climbs, or means something else on another system. */
const leadsOut = (name: string): boolean =>
  name === '' || /^\/|^[a-zA-Z]:|[\\\0]/.test(name) || name.split('/').some((part) => part === '..');

/** Made on Unix (3) or macOS (19), whose file modes stand in the upper half: 0xa000 is a symbolic link. */
const isLink = (madeBy: number, attributes: number): boolean =>
  [3, 19].includes(madeBy >> 8) && ((attributes >>> 16) & 0xf000) === 0xa000;

function unpack(bytes: Buffer, { name, method, packed, size, offset }: Entry): Uint8Array | undefined {
  if (offset + 30 > bytes.length || bytes.readUInt32LE(offset) !== 0x04034b50) return undefined;
  const named = offset + 30 + bytes.readUInt16LE(offset + 26);
  // The name stands twice; a reader of the one must not see another file than a reader of the other.
  if (bytes.toString('utf8', offset + 30, named) !== name) return undefined;
  const from = named + bytes.readUInt16LE(offset + 28);
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
