import { once } from 'node:events';
import { crc32, createDeflateRaw } from 'node:zlib';

export interface ZipEntry {
  readonly name: string;
  readonly content: AsyncIterable<string | Uint8Array> | Iterable<string | Uint8Array>;
}

/**
 * A zip archive (APPNOTE 6.3, deflate, no zip64) of files. Times are left at 1980-01-01, so that equal contents give
 * equal bytes. An entry is held in memory compressed until it is whole.
 */
export async function* zipOf(entries: Iterable<ZipEntry>): AsyncGenerator<Uint8Array> {
  const directory: Uint8Array[] = [];
  let offset = 0;
  let count = 0;
  for (const { name, content } of entries) {
    const { packed, size, crc } = await pack(content);
    const fileName = Buffer.from(name);
    const header = Buffer.alloc(26);
    header.writeUInt16LE(20, 0); // version that can extract it
    header.writeUInt16LE(0x0800, 2); // names are UTF-8
    header.writeUInt16LE(8, 4); // deflate
    header.writeUInt16LE(0x21, 8); // 1980-01-01
    header.writeUInt32LE(crc, 10);
    header.writeUInt32LE(packed.length, 14);
    header.writeUInt32LE(size, 18);
    header.writeUInt16LE(fileName.length, 22);
    const local = Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), header, fileName]);
    yield local;
    yield packed;
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE(offset, 10);
    const made = Buffer.from([20, 0]);
    directory.push(Buffer.concat([Buffer.from('PK\x01\x02', 'latin1'), made, header, rest, fileName]));
    offset += local.length + packed.length;
    count++;
  }
  const central = Buffer.concat(directory);
  yield central;
  const end = Buffer.alloc(18);
  end.writeUInt16LE(count, 4);
  end.writeUInt16LE(count, 6);
  end.writeUInt32LE(central.length, 8);
  end.writeUInt32LE(offset, 12);
  yield Buffer.concat([Buffer.from('PK\x05\x06', 'latin1'), end]);
}

async function pack(content: ZipEntry['content']) {
  const deflate = createDeflateRaw();
  const chunks: Uint8Array[] = [];
  const packed = (async () => {
    for await (const chunk of deflate) chunks.push(chunk as Uint8Array);
    return Buffer.concat(chunks);
  })();
  let crc = 0;
  let size = 0;
  for await (const text of content) {
    const bytes = typeof text === 'string' ? Buffer.from(text) : text;
    crc = crc32(bytes, crc);
    size += bytes.length;
    if (!deflate.write(bytes)) await once(deflate, 'drain');
  }
  deflate.end();
  return { packed: await packed, size, crc };
}
