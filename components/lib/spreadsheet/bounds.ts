const END = 0x06054b50;
const ENTRY = 0x02014b50;

/**
 * Bytes that a zip archive says it unpacks to, by its central directory (APPNOTE 6.3, sections 4.3.12 and 4.3.16);
 * Infinity for what cannot be told. Archives past 4 GiB (zip64) say 0xffffffff, which is past any bound.
 */
export function unpackedBytes(archive: Uint8Array): number {
  const bytes = Buffer.from(archive.buffer, archive.byteOffset, archive.byteLength);
  let end = bytes.length - 22;
  const first = Math.max(0, end - 0xffff);
  while (end >= first && bytes.readUInt32LE(end) !== END) end--;
  if (end < first) return Infinity;
  let at = bytes.readUInt32LE(end + 16);
  let total = 0;
  for (let left = bytes.readUInt16LE(end + 10); left > 0; left--) {
    if (at + 46 > bytes.length || bytes.readUInt32LE(at) !== ENTRY) return Infinity;
    total += bytes.readUInt32LE(at + 24);
    at += 46 + bytes.readUInt16LE(at + 28) + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32);
  }
  return total;
}
