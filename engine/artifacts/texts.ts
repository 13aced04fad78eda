import { isAscii } from 'node:buffer';

/** UTF-8 texts end to end; text `i` lies from `offsets[i]` up to `offsets[i + 1]`. */
export interface Texts {
  readonly bytes: Buffer;
  readonly offsets: Int32Array;
}

/** Room in UTF-8 of a text in UTF-16 at most. */
const widest = 3;

/**
 * Many short texts as UTF-8. ASCII is written byte by byte, which for part numbers and names is many times faster than
 * a call to the encoder for each; a text with anything else goes to the encoder.
 */
export function encodeTexts(texts: readonly string[]): Texts {
  const offsets = new Int32Array(texts.length + 1);
  let left = 0;
  let longest = 0;
  for (const { length } of texts) {
    left += length;
    longest = Math.max(longest, length);
  }
  let bytes: Buffer = Buffer.allocUnsafe(left + (widest - 1) * longest);
  let at = 0;
  for (let i = 0; i < texts.length; i++) {
    const text = texts[i]!;
    left -= text.length;
    const needed = at + widest * text.length + left;
    if (bytes.length < needed) bytes = grown(bytes, 2 * needed);
    at = writeText(bytes, at, text);
    offsets[i + 1] = at;
  }
  return { bytes: bytes.subarray(0, at), offsets };
}

/** Writes a text where there is room for it, three bytes a UTF-16 unit; gives where it ends. */
function writeText(bytes: Buffer, start: number, text: string): number {
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit > 127) return start + bytes.write(text, start, 'utf8');
    bytes[start + i] = unit;
  }
  return start + text.length;
}

function grown(bytes: Buffer, size: number): Buffer {
  const larger = Buffer.allocUnsafe(size);
  larger.set(bytes);
  return larger;
}

/** The texts again; of ASCII throughout, all are cut from one. */
export function decodeTexts(bytes: Uint8Array, offsets: Int32Array, count: number): string[] {
  if (count === 0) return [];
  const [start, end] = [offsets[0]!, offsets[count]!];
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const texts = new Array<string>(count);
  if (isAscii(buffer.subarray(start, end))) {
    const whole = buffer.toString('latin1', start, end);
    for (let i = 0; i < count; i++) texts[i] = whole.slice(offsets[i]! - start, offsets[i + 1]! - start);
  } else for (let i = 0; i < count; i++) texts[i] = buffer.toString('utf8', offsets[i]!, offsets[i + 1]!);
  return texts;
}
