import { spawn } from 'node:child_process';
import { setTimeout } from 'node:timers/promises';

/** How long a program that cannot show anything takes to say so; one that can may run until its window closes. */
const WAIT_MS = 1500;

/** Program and arguments that show a file to the person at this screen; undefined where there is none to look at. */
export function browserFor(
  path: string,
  env: NodeJS.ProcessEnv,
  platform = process.platform,
): readonly [program: string, ...args: string[]] | undefined {
  const chosen = env['BROWSER']?.split(platform === 'win32' ? ';' : ':').find(Boolean);
  if (chosen) return [chosen, path];
  if (platform === 'darwin') return ['open', path];
  if (platform === 'win32') return ['rundll32', 'url.dll,FileProtocolHandler', path];
  if (env['WSL_DISTRO_NAME']) return ['wslview', path];
  return env['DISPLAY'] || env['WAYLAND_DISPLAY'] ? ['xdg-open', path] : undefined;
}

/** Shows a file in the person's browser; false where that did not work. Never throws. */
export async function showInBrowser(path: string, env: NodeJS.ProcessEnv = process.env): Promise<boolean> {
  const found = browserFor(path, env);
  if (!found) return false;
  const [program, ...args] = found;
  const waiting = new AbortController();
  const ended = new Promise<boolean>((resolve) => {
    const child = spawn(program, args, { stdio: 'ignore', detached: true, env });
    child.once('error', () => resolve(false));
    child.once('exit', (status) => resolve(status === 0));
    child.unref();
  });
  const opened = await Promise.race([ended, setTimeout(WAIT_MS, true, { signal: waiting.signal })]);
  waiting.abort();
  return opened;
}
