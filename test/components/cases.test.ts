import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { AnyDefinition } from '#dist/engine/component.js';
import { findCases, runCase } from '../support/cases.js';

const here = fileURLToPath(new URL('.', import.meta.url));
const cases = findCases(here);

describe.each([...new Set(cases.map((c) => c.component))])('%s', (component) => {
  it.each(cases.filter((c) => c.component === component))('$name', async ({ file }) => {
    const module = new URL(`../../dist/components/${component.replace('.', '/')}.js`, import.meta.url);
    const definition = ((await import(module.href)) as { default: AnyDefinition }).default;
    expect(definition.name).toBe(component);
    await runCase(definition, file);
  });
});
