import { execFileSync } from 'node:child_process';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/** Names one process among all that ever ran on any machine that shares the folder. */
export interface ProcessIdentity {
  readonly pid: number;
  /** When it started, in the system's own words; a process that reuses the number started at another time. */
  readonly started: string;
  /** This start of the machine. Empty where the system does not tell. */
  readonly boot: string;
  readonly host: string;
  /** Numbering of processes that `pid` counts in: a container has its own. Empty where there is only one. */
  readonly namespace: string;
}

const attempt = (read: () => string): string => {
  try {
    return read().trim();
  } catch {
    return '';
  }
};

const run = (program: string, ...args: string[]) =>
  execFileSync(program, args, {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
    env: { LC_ALL: 'C' },
  });

/** Start of a process as text, or empty where there is no such process (a zombie is none: it does nothing more). */
function startOf(pid: number): string {
  if (process.platform === 'linux')
    return attempt(() => {
      // the name in brackets may hold spaces and brackets: fields count from the last one; 3 is state, 22 start
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      return ['Z', 'X'].includes(fields[0]!) ? '' : fields[19]!;
    });
  if (process.platform === 'win32')
    return attempt(() =>
      run('powershell', '-NoProfile', '-Command', `(Get-Process -Id ${pid}).StartTime.ToFileTimeUtc()`),
    );
  return attempt(() => run('/bin/ps', '-o', 'lstart=', '-p', String(pid)));
}

const bootOf = (): string =>
  process.platform === 'linux'
    ? attempt(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8'))
    : process.platform === 'darwin'
      ? attempt(() => run('/usr/sbin/sysctl', '-n', 'kern.bootsessionuuid'))
      : '';

let own: ProcessIdentity | undefined;
export function thisProcess(): ProcessIdentity {
  own ??= {
    pid: process.pid,
    started: startOf(process.pid),
    boot: bootOf(),
    host: hostname(),
    namespace: attempt(() => readlinkSync('/proc/self/ns/pid')),
  };
  return own;
}

/** True only where it is certain that the process runs no more: what another machine or container did, nobody knows. */
export function isGone(other: ProcessIdentity): boolean {
  const self = thisProcess();
  if (other.host !== self.host) return false;
  if (other.boot && self.boot && other.boot !== self.boot) return true;
  if (other.namespace !== self.namespace) return false;
  try {
    process.kill(other.pid, 0);
  } catch (error) {
    return (error as { code?: string }).code === 'ESRCH';
  }
  return other.started !== '' && startOf(other.pid) !== other.started;
}
