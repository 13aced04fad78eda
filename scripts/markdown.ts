/** Text for a paragraph: angle brackets outside of code are no tags. */
export const prose = (text: string): string =>
  text
    .split(/(`[^`]*`)/)
    .map((part) => (part.startsWith('`') ? part : part.replaceAll('<', '&lt;')))
    .join('');

/** Text for a cell of a table. */
export const cell = (text: string): string => prose(text).replaceAll('|', '\\|').replaceAll('\n', ' ');
