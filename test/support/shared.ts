import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Real input files beside the checkout; absent on a user's machine, where the tests that need them are skipped. */
export const sharedData = fileURLToPath(new URL('../../../shared/data/', import.meta.url));
export const hasSharedData = existsSync(sharedData);
