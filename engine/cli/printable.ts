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

/** The colours and weights that `Terminal` paints with: all that a line may ask of a terminal. */
const painted = '\u001b\\[(?:1|2|22|3[0-9]|9[0-7])m';
const obeyed =
  '[\\u0000-\\u0008\\u000b-\\u001f\\u007f-\\u009f\\u061c\\u200e\\u200f\\u2028-\\u202e\\u2066-\\u2069\\ufeff]';
const either = new RegExp(`(${painted})|${obeyed}`, 'g');

/**
 * Lines for a terminal, with text of data in them: what would move the cursor, ring, set a title or turn the direction
 * of writing is shown as `\u001b`. Colour stays, since it can do no harm; so do letters of every language.
 */
export const terminalText = (text: string): string =>
  text.replace(
    either,
    (character, colour?: string) => colour ?? `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
