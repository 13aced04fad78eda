import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { hasSharedData, sharedData } from '../support/shared.js';
import { starts, toolbox } from '../support/starter.js';

describe.skipIf(!hasSharedData)('a project around a well-known table runs as it is written', () => {
  it.each([
    ['adult_6000.csv', 'income'],
    ['penguins_with_missing.csv', 'species'],
    ['impute_penguins_input.csv', 'body_mass_g'],
    ['impute_penguins_knn5_expected.csv', 'flipper_length_mm'],
    ...['breast_cancer', 'diabetes', 'digits', 'iris', 'wine'].flatMap((name) => [
      [`${name}/train.csv`, 'target'],
      [`${name}/test.csv`, 'target'],
    ]),
  ])('%s', (file, target) => {
    const { project } = starts(join(sharedData, 'tabular', file!), target!);
    expect(toolbox(project, 'test').stdout).toContain('2 passed, 0 failed');
  });
});
