import type { Span } from './expression.js';
import type { Complaint, LineFault } from './names.js';

/** Something wrong with a model: where under `with`, and where in the text there. */
export interface ModelFault {
  readonly path: readonly (string | number)[];
  readonly code: LineFault['code'] | 'spec/value';
  readonly message: string;
  readonly hint?: string;
  readonly span?: Span;
  /** The name at the end of the path is wrong, not what stands beside it. */
  readonly key?: true;
}

type Told = Pick<ModelFault, 'code' | 'message'> & { readonly hint?: string | undefined };

/** The faults of a model as they are found; each method gives undefined, so that `return faults.…` ends a reading. */
export class Faults {
  readonly all: ModelFault[] = [];

  at(path: ModelFault['path'], { code, message, hint }: Told, key = false): undefined {
    this.all.push({ path, code, message, ...(hint && { hint }), ...(key && { key }) });
  }

  within(path: ModelFault['path'], { code, message, hint, start, end }: LineFault): undefined {
    this.all.push({ path, code, message, ...(hint && { hint }), span: { start, end } });
  }
}

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
