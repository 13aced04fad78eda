/** Texts that stand for a missing value in columns of numbers, dates and truth; a column of text keeps them. */
export const missingTexts: readonly string[] = [
  'na',
  'n/a',
  'nan',
  'null',
  'none',
  '-',
  '--',
  '.',
  '?',
  '#n/a',
  '#null!',
  '#div/0!',
  '#value!',
];
