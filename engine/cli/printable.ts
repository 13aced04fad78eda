/**
 * Text out of a file, safe to print: characters that a terminal obeys (C0, C1, DEL, and marks that turn the direction
 * of writing) become `.`, and so does what is not ASCII where the terminal has no Unicode.
 */
export const printable = (text: string, unicode: boolean): string =>
  text
    .replace(/[\u0000-\u001f\u007f-\u009f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g, '.')
    .replace(/[^\u0020-\u007e]/g, (character) => (unicode ? character : '.'));

/** JSON without a character that a terminal obeys; the same value. */
export const printableJson = (json: string): string =>
  json.replace(
    /[\u007f-\u009f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
