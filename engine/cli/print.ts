import { printableJson, terminalText } from './printable.js';

/** A result for programs, on stdout. */
export function printJson(value: unknown): void {
  process.stdout.write(`${printableJson(JSON.stringify(value, null, 2))}\n`);
}

/** Lines for people, on stdout; no text of data in them can steer the terminal. */
export const print = (text: string): void => {
  process.stdout.write(`${terminalText(text)}\n`);
};

/** A value in one cell: numbers as people read them, anything else as JSON, cut by the column. */
export function short(value: unknown): string {
  if (typeof value === 'number')
    return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(5)));
  if (typeof value === 'string') return value;
  return value === null || value === undefined ? '' : JSON.stringify(value);
}
