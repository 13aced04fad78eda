import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const names = [process.env['TOOLBOX_CHROMIUM'], 'chromium', 'chromium-browser', 'google-chrome'];

/** A Chromium of this machine; undefined where there is none. */
export const browser = names.find(
  (name) => name !== undefined && spawnSync(name, ['--version'], { stdio: 'ignore' }).status === 0,
);

/** The page as the browser has it after it loaded and ran whatever it runs, with no host to be found. */
export function domOf(file: string): string {
  const profile = mkdtempSync(join(tmpdir(), 'toolbox-browser-'));
  try {
    return execFileSync(
      browser!,
      [
        '--headless',
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
        '--host-resolver-rules=MAP * ~NOTFOUND',
        '--virtual-time-budget=2000',
        `--user-data-dir=${profile}`,
        '--dump-dom',
        pathToFileURL(file).href,
      ],
      { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'], maxBuffer: 1 << 28, timeout: 60_000 },
    );
  } finally {
    rmSync(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
}
