import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { nextChange } from '#dist/engine/cli/watch.js';

test('a change, a new file and a cancel end the wait', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'watch-'));
  try {
    cpSync(join(import.meta.dirname, 'rocks'), folder, { recursive: true });
    const file = join(folder, 'pipelines', 'rocks.yaml');
    const absent = join(folder, 'data', 'new.csv');
    const stop = new AbortController();
    const edited = nextChange([file, absent], stop.signal);
    setTimeout(() => writeFileSync(file, `${readFileSync(file, 'utf8')}# more\n`), 50);
    expect(await edited).toBe(file);
    const made = nextChange([file, absent], stop.signal);
    setTimeout(() => writeFileSync(absent, 'a\n1\n'), 50);
    expect(await made).toBe(absent);
    const waiting = nextChange([file, absent], stop.signal);
    stop.abort();
    expect(await waiting).toBeUndefined();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
