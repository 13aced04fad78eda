import { textHeaderBytes } from './headers.js';

export type TextEncoding = 'ebcdic' | 'ascii';

export const lineLength = 80;
export const lineCount = 40;

/** EBCDIC code page 500 → Latin-1, one to one, so that text that is decoded and encoded again keeps every byte. */
const latin1OfEbcdic = Buffer.from(
  '000102039c09867f978d8e0b0c0d0e0f101112139d8508871819928f1c1d1e1f80818283840a171b88898a8b8c050607' +
    '909116939495960498999a9b14159e1a20a0e2e4e0e1e3e5e7f15b2e3c282b2126e9eaebe8edeeefecdf5d242a293b5e' +
    '2d2fc2c4c0c1c3c5c7d1a62c255f3e3ff8c9cacbc8cdcecfcc603a2340273d22d8616263646566676869abbbf0fdfeb1' +
    'b06a6b6c6d6e6f707172aabae6b8c6a4b57e737475767778797aa1bfd0dddeaea2a3a5b7a9a7b6bcbdbeac7cafa8b4d7' +
    '7b414243444546474849adf4f6f2f3f57d4a4b4c4d4e4f505152b9fbfcf9faff5cf7535455565758595ab2d4d6d2d3d5' +
    '30313233343536373839b3dbdcd9da9f',
  'hex',
);

const ebcdicOfLatin1 = Uint8Array.from({ length: 256 }, (_, code) => latin1OfEbcdic.indexOf(code));

const isLetterOrDigit = (code: number): boolean =>
  (code >= 0x30 && code <= 0x39) || (code >= 0x41 && code <= 0x5a) || (code >= 0x61 && code <= 0x7a);

const isPrintable = (code: number): boolean => code >= 0x20 && code <= 0x7e;

/**
 * EBCDIC or ASCII, by letters and digits first (the two sets share no byte), by printable characters where there
 * are none. Empty and all-zero text counts as ASCII.
 */
export function detectEncoding(bytes: Uint8Array): TextEncoding {
  let words = 0;
  let printable = 0;
  for (const byte of bytes) {
    const code = latin1OfEbcdic[byte];
    words += Number(isLetterOrDigit(code)) - Number(isLetterOrDigit(byte));
    printable += Number(isPrintable(code)) - Number(isPrintable(byte));
  }
  if (startsStanza(bytes, 'ebcdic')) return 'ebcdic';
  if (startsStanza(bytes, 'ascii')) return 'ascii';
  return (words || printable) > 0 ? 'ebcdic' : 'ascii';
}

const startsStanza = (bytes: Uint8Array, encoding: TextEncoding): boolean =>
  decodeText(bytes.subarray(0, 2), encoding) === '((';

/** One character a byte. ASCII is read as Latin-1. */
export function decodeText(bytes: Uint8Array, encoding: TextEncoding): string {
  const codes = encoding === 'ebcdic' ? bytes.map((byte) => latin1OfEbcdic[byte]) : bytes;
  return Buffer.from(codes.buffer, codes.byteOffset, codes.length).toString('latin1');
}

/** One byte a character; characters beyond Latin-1 become `?`. */
export function encodeText(text: string, encoding: TextEncoding): Uint8Array {
  return Uint8Array.from(text, (character) => {
    const code = character.codePointAt(0)!;
    const latin1 = code < 256 ? code : 0x3f;
    return encoding === 'ebcdic' ? ebcdicOfLatin1[latin1] : latin1;
  });
}

/** The 40 lines of 80 characters of a text header, without the blanks at their ends. */
export function textLines(bytes: Uint8Array, encoding: TextEncoding): string[] {
  const text = decodeText(bytes, encoding);
  return Array.from({ length: Math.ceil(text.length / lineLength) }, (_, line) =>
    text.slice(line * lineLength, (line + 1) * lineLength).replace(/ +$/, ''),
  );
}

/** A 3200-byte text header: lines are cut at 80 characters and 40 lines, and filled with blanks. */
export function textHeader(lines: readonly string[], encoding: TextEncoding): Uint8Array {
  const text = lines
    .slice(0, lineCount)
    .map((line) => line.slice(0, lineLength).padEnd(lineLength))
    .join('');
  return encodeText(text.padEnd(textHeaderBytes), encoding);
}

/** Whether an extended text header is the `((SEG: EndText))` stanza that ends an uncounted series of them. */
export const isEndText = (bytes: Uint8Array): boolean =>
  /^\s*\(\(\s*SEG\s*:\s*EndText\s*\)\)/i.test(
    decodeText(bytes.subarray(0, lineLength), detectEncoding(bytes)),
  );
