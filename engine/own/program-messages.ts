import { type Code, codes } from '../codes.js';
import type { Where } from '../problem.js';
import type { Voice } from './voice.js';

/** Longest line that is taken for a message. */
const LONGEST = 64 * 1024;

interface Failure {
  readonly code: Code;
  readonly message: string;
  readonly path?: Where;
  readonly hint?: string;
}

/**
 * What a program says on stdout: a JSON object a line with a `type` of `progress`, `metric`, `warn` or `fail`; any
 * other line is shown as it is.
 */
export class Messages {
  failure: Failure | undefined;
  #open = '';

  constructor(private readonly voice: Voice) {}

  write(text: string): void {
    const lines = (this.#open + text).split('\n');
    this.#open = lines.pop()!;
    for (const line of lines) this.#line(line);
    if (this.#open.length > LONGEST) this.end();
  }

  end(): void {
    if (this.#open !== '') this.#line(this.#open);
    this.#open = '';
    this.voice.end('stdout');
  }

  #line(line: string): void {
    const message = line.startsWith('{') && line.length <= LONGEST ? objectIn(line) : undefined;
    if (!message || !this.#take(message)) this.voice.write('stdout', `${line}\n`);
  }

  /** False where it is none of the messages. */
  #take(said: { readonly [key: string]: unknown }): boolean {
    const { type, done, total, note, name, value, message, path, hint, code } = said;
    const at = {
      ...(Array.isArray(path) && { path: path as Where }),
      ...(typeof hint === 'string' && { hint }),
    };
    if (type === 'progress' && typeof done === 'number' && typeof total === 'number')
      this.voice.progress(done, total, typeof note === 'string' ? note : undefined);
    else if (type === 'metric' && typeof name === 'string' && isSimple(value)) this.voice.metric(name, value);
    else if (type === 'warn' && typeof message === 'string') this.voice.warn(message, at);
    else if (type === 'fail' && typeof message === 'string') {
      const known = typeof code === 'string' && Object.hasOwn(codes, code);
      this.failure ??= { code: known ? (code as Code) : 'component/process', message, ...at };
    } else return false;
    return true;
  }
}

const isSimple = (value: unknown): value is number | string | boolean | null =>
  value === null || ['number', 'string', 'boolean'].includes(typeof value);

function objectIn(line: string): { readonly [key: string]: unknown } | undefined {
  try {
    return JSON.parse(line) as { readonly [key: string]: unknown };
  } catch {
    return undefined;
  }
}
