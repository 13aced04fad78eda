import { type Code, codes } from '../codes.js';
import type { WrongCell } from '../learn/cells.js';
import type { ProblemError } from '../problem.js';

/** A request that is not answered as asked: what the client is told, and nothing else. */
export class Refusal extends Error {
  readonly hint?: string;
  readonly cells?: readonly WrongCell[];
  readonly more?: number;
  readonly headers: { readonly [name: string]: string };

  constructor(
    readonly code: Code,
    message: string,
    rest: {
      hint?: string | undefined;
      cells?: readonly WrongCell[];
      more?: number;
      headers?: { readonly [name: string]: string };
    } = {},
  ) {
    super(message);
    if (rest.hint !== undefined) this.hint = rest.hint;
    if (rest.cells) this.cells = rest.cells;
    if (rest.more) this.more = rest.more;
    this.headers = rest.headers ?? {};
  }

  get status(): number {
    return codes[this.code].http;
  }

  /** The body of the answer; `problems` lists wrong cells, `more` counts those beyond the first hundred. */
  body(requestId: string): string {
    return JSON.stringify({
      error: { code: this.code, message: this.message, hint: this.hint },
      problems: this.cells,
      more: this.more,
      request_id: requestId,
    });
  }
}

/** A problem that the engine found in what a request asked for. */
export function refusalOf(error: ProblemError, code: Code): Refusal {
  const first = error.problems[0]!;
  return new Refusal(code, error.problems.map((problem) => problem.message).join('; '), { hint: first.hint });
}
