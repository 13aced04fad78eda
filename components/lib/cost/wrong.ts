import type { Span } from './expression.js';
import type { Complaint, LineFault } from './names.js';

/** Carries the first fault of an expression up to whoever asked for its units. */
export class Wrong extends Error {
  readonly fault: LineFault;

  constructor({ start, end }: Span, { code, message, hint }: Complaint) {
    super(message);
    this.fault = { code, message, start, end, ...(hint && { hint }) };
  }
}

export function wrong(at: Span, code: LineFault['code'], message: string, hint?: string): never {
  throw new Wrong(at, { code, message, ...(hint && { hint }) });
}
