import { isoNow } from './clock.js';

export const logLevels = ['debug', 'info', 'warning', 'error'] as const;
export type LogLevel = (typeof logLevels)[number];
export type Fields = { readonly [name: string]: string | number | boolean | undefined };

/** Structured lines, one JSON object each: time, level, event, and what belongs to it. */
export interface Log {
  readonly level: LogLevel;
  write(level: LogLevel, event: string, fields?: Fields): void;
  /** Hands on what is still held back. */
  flush(): void;
}

/** Written member by member: a line a request should cost no object. */
function membersOf(fields: Fields | undefined): string {
  let text = '';
  for (const name in fields) {
    const value = fields[name];
    if (value !== undefined)
      text += `,"${name}":${typeof value === 'number' ? value : JSON.stringify(value)}`;
  }
  return text;
}

const HELD = 16_384;
const WAIT_MS = 100;

/** A log to `out`, in batches: a request does not wait for its line. */
export function jsonLog(out: (text: string) => void, level: LogLevel): Log {
  const least = logLevels.indexOf(level);
  let held = '';
  let timer: NodeJS.Timeout | undefined;
  const flush = () => {
    clearTimeout(timer);
    timer = undefined;
    if (held) out(held);
    held = '';
  };
  return {
    level,
    flush,
    write(own, event, fields) {
      if (logLevels.indexOf(own) < least) return;
      held += `{"time":"${isoNow()}","level":"${own}","event":${JSON.stringify(event)}${membersOf(fields)}}\n`;
      if (held.length > HELD) flush();
      else timer ??= setTimeout(flush, WAIT_MS).unref();
    },
  };
}
