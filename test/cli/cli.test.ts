import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { commands } from '#dist/engine/cli/commands.js';
import { matches, parseScenario, play } from './scenario.js';

const folder = import.meta.dirname;
const files = readdirSync(folder).filter((name) => name.endsWith('.scenario'));

describe.each(files)('%s', (file) => {
  test('prints what it should', async () => {
    const scenario = parseScenario(join(folder, file));
    await play(scenario, (step, seen) => {
      const where = `${file}:${step.line}: toolbox ${step.command.join(' ')}`;
      expect.soft(seen.status, `${where}\n${seen.out}\n${seen.err}`).toBe(step.status);
      const shown = (expected: readonly string[], found: string) =>
        matches(expected, found) ? found : expected.join('\n');
      expect.soft(seen.out, where).toBe(shown(step.out, seen.out));
      expect.soft(seen.err, where).toBe(shown(step.err, seen.err));
    });
  }, 120_000);
});

test('every command has a scenario', () => {
  const typed = files.flatMap((file) =>
    parseScenario(join(folder, file)).actions.flatMap((action) =>
      action.kind === 'run' ? [action.step.command.join(' ')] : [],
    ),
  );
  const all = commands.flatMap(({ name, commands: inner }) =>
    inner ? inner.map((sub) => `${name} ${sub.name}`) : [name],
  );
  expect(all.filter((name) => !typed.some((line) => `${line} `.startsWith(`${name} `)))).toEqual([]);
});
