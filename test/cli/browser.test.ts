import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { browserFor, showInBrowser } from '#dist/engine/cli/browser.js';

describe('browserFor', () => {
  test.each<[string, NodeJS.ProcessEnv, NodeJS.Platform, readonly string[] | undefined]>([
    ['a desktop', { DISPLAY: ':0' }, 'linux', ['xdg-open', '/r.html']],
    ['Wayland', { WAYLAND_DISPLAY: 'wayland-0' }, 'linux', ['xdg-open', '/r.html']],
    ['a server', {}, 'linux', undefined],
    ['Linux in Windows', { WSL_DISTRO_NAME: 'Ubuntu' }, 'linux', ['wslview', '/r.html']],
    ['macOS', {}, 'darwin', ['open', '/r.html']],
    ['Windows, without a shell', {}, 'win32', ['rundll32', 'url.dll,FileProtocolHandler', '/r.html']],
    ['what the person chose', { BROWSER: 'firefox:lynx', DISPLAY: ':0' }, 'linux', ['firefox', '/r.html']],
  ])('%s', (_, env, platform, expected) => {
    expect(browserFor('/r.html', env, platform)).toEqual(expected);
  });
});

describe.skipIf(process.platform === 'win32')('showInBrowser', () => {
  const folder = mkdtempSync(join(tmpdir(), 'browser-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const program = (name: string, body: string) => {
    const path = join(folder, name);
    writeFileSync(path, `#!/bin/sh\n${body}\n`);
    chmodSync(path, 0o755);
    return { PATH: process.env['PATH'], BROWSER: path };
  };

  test('hands over a path with anything in it as one word', async () => {
    const seen = join(folder, 'seen');
    const path = '/tmp/a b; touch x & $(y)/report.html';
    expect(await showInBrowser(path, program('good', `printf %s "$1" > ${seen}`))).toBe(true);
    expect(existsSync(seen) && readFileSync(seen, 'utf8')).toBe(path);
  });

  test('says so where the program fails or is not there', async () => {
    expect(await showInBrowser('/r.html', program('bad', 'exit 3'))).toBe(false);
    expect(await showInBrowser('/r.html', { BROWSER: join(folder, 'none') })).toBe(false);
    expect(await showInBrowser('/r.html', {})).toBe(process.platform === 'darwin');
  });
});
