import { defineConfig, mergeConfig } from 'vitest/config';
import base from './vitest.config.js';

const merged = mergeConfig(base, defineConfig({ test: { testTimeout: 600_000 } }));
merged.test!.include = ['test/deep/**/*.test.ts'];
merged.test!.exclude = [];
export default merged;
