import { counted } from '../report/numbers.js';
import { type BadRow, badRowText } from '../run/bad-rows.js';

/** Exit status of a command that predicted a file: 3 where some of its rows are not among the predictions. */
export const statusOf = (rowsSetAside: number): number => (rowsSetAside > 0 ? 3 : 0);

/** Said where the reasons stand in a file. */
export const listedIn = (rowsSetAside: number, path: string): string =>
  `${counted(rowsSetAside, 'row')} not predicted; why is in ${path}`;

/** Said where nothing is written: the first few, each with its reason. */
export function shownHere(bad: readonly BadRow[], most = 5): readonly string[] {
  const left = bad.length - most;
  return [
    `${counted(bad.length, 'row')} not predicted:`,
    ...bad.slice(0, most).map((one) => `  ${badRowText(one)}`),
    ...(left > 0 ? [`  and ${left} more; -o FILE lists all in FILE.problems.csv`] : []),
  ];
}
