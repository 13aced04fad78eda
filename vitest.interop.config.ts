import { defineConfig, mergeConfig } from 'vitest/config';
import base from './vitest.config.js';

const merged = mergeConfig(base, defineConfig({ test: { testTimeout: 600_000 } }));
merged.test!.include = ['test/interop/**/*.test.ts'];
merged.test!.exclude = [];
merged.test!.setupFiles = [...(merged.test!.setupFiles ?? []), './test/support/measures.ts'];
merged.test!.reporters = [['json', { outputFile: '.peers/interop.json' }], './test/support/reporter.ts'];
export default merged;
