import { type Redact, redactor, streamRedactor } from '../audit/redact.js';
import type { Json } from '../canonical.js';
import type { Code } from '../codes.js';
import type { Context } from '../component.js';
import type { Where } from '../problem.js';
import { alternatives, anyKey, type Field, isTuple } from '../spec/field.js';

/** Longest line that is shown; a program may print a file. */
const LONGEST = 2000;

/**
 * How code that is not the engine's speaks: everything that it says goes through here, without the secrets that its
 * configuration gave it, in any form that `redactor` knows, and also where one is split over lines.
 */
export class Voice {
  readonly redact: Redact;
  readonly #notes: ReturnType<typeof streamRedactor>;
  readonly #lines = new Map<string, Lines>();

  constructor(
    private readonly context: Pick<Context, 'progress' | 'metric' | 'warn' | 'fail' | 'print'>,
    private readonly secrets: readonly string[],
  ) {
    this.redact = redactor(secrets);
    this.#notes = streamRedactor(secrets);
  }

  progress(done: number, total: number, note?: string): void {
    const shown = note === undefined ? '' : this.#notes.push(`${note}\n`).trim();
    this.context.progress(done, total, ...(shown === '' ? [] : [shown]));
  }

  metric(name: string, value: number | string | boolean | null): void {
    this.context.metric(this.redact(name), typeof value === 'string' ? this.redact(value) : value);
  }

  warn(message: string, { path, hint, code }: { path?: Where; hint?: string; code?: Code } = {}): void {
    this.context.warn(this.redact(message), {
      ...(path && { path }),
      ...(hint !== undefined && { hint: this.redact(hint) }),
      ...(code && { code }),
    });
  }

  fail(code: Code, message: string, { path, hint }: { path?: Where; hint?: string } = {}): never {
    return this.context.fail(code, this.redact(message), {
      ...(path && { path }),
      ...(hint !== undefined && { hint: this.redact(hint) }),
    });
  }

  print(line: string): void {
    this.write('stdout', `${line}\n`);
  }

  /** Text of a stream as it comes; whole lines are shown. */
  write(stream: 'stdout' | 'stderr', text: string): void {
    let lines = this.#lines.get(stream);
    if (!lines) {
      lines = new Lines(this.secrets, (line) => this.context.print(line));
      this.#lines.set(stream, lines);
    }
    lines.write(text);
  }

  /** Shows what was held back, and hands back the last lines of a stream. */
  end(stream: 'stdout' | 'stderr'): readonly string[] {
    return this.#lines.get(stream)?.end() ?? [];
  }
}

const LAST = 6;

class Lines {
  readonly #redact: ReturnType<typeof streamRedactor>;
  readonly #last: string[] = [];
  #open = '';

  constructor(
    secrets: readonly string[],
    private readonly show: (line: string) => void,
  ) {
    this.#redact = streamRedactor(secrets);
  }

  write(text: string): void {
    this.#take(this.#redact.push(text));
  }

  end(): readonly string[] {
    this.#take(this.#redact.end());
    if (this.#open !== '') this.#line(this.#open);
    this.#open = '';
    return this.#last;
  }

  #take(text: string): void {
    const lines = (this.#open + text).split(/\r?\n/);
    this.#open = lines.pop()!.slice(0, LONGEST);
    for (const line of lines) this.#line(line);
  }

  #line(text: string): void {
    const line = text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
    this.show(line);
    this.#last.push(line);
    if (this.#last.length > LAST) this.#last.shift();
  }
}

/** Values of the fields of a configuration that are marked secret. */
export function secretsIn(field: Field, value: Json | undefined): readonly string[] {
  if (value === undefined || value === null) return [];
  return alternatives(field).flatMap((option): readonly string[] => {
    if (typeof value === 'string') return option.secret && value !== '' ? [value] : [];
    if (Array.isArray(value)) {
      const items = option.items;
      return items ? value.flatMap((item, i) => secretsIn(isTuple(items) ? items[i]! : items, item)) : [];
    }
    if (typeof value !== 'object') return [];
    const any = anyKey(option);
    return Object.entries(value as { [key: string]: Json }).flatMap(([key, item]) => {
      const inner = option.properties?.[key] ?? any;
      return inner ? secretsIn(inner, item) : [];
    });
  });
}
