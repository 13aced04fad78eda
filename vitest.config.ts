import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/interop/**', 'test/deep/**'],
    setupFiles: ['./test/support/seed.ts'],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 60_000,
    // The signing key and remembered heads of tests must not end up in the person's own.
    env: { XDG_STATE_HOME: join(tmpdir(), `toolbox-test-state-${process.pid}`) },
    reporters: ['./test/support/reporter.ts'],
    server: { deps: { external: [/\/dist\//] } },
  },
});
