import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readProject, satisfies } from '#dist/engine/spec/project-file.js';

let root: string;
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'project-'));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

const read = (text: string) => {
  writeFileSync(join(root, 'toolbox.yaml'), text);
  const result = readProject(root, '0.1.4');
  return result.ok
    ? result.value
    : result.problems.map((p) => `${p.at?.line}:${p.at?.col} ${p.message} [${p.code}]`);
};

describe('toolbox.yaml', () => {
  test('defaults', () => {
    const project = { root, name: 'p', roots: ['.'], components: [], environments: {}, policy: {} };
    expect(read('version: 1\nname: p\n')).toEqual(project);
  });

  test('everything', () => {
    const text = `version: 1
name: survey
engine: ^0.1.0
roots: [., ../shared]
components: [own]
environments:
  production: { params: { trees: 600 } }
  staging: {}
x-note: left alone
`;
    expect(read(text)).toEqual({
      root,
      name: 'survey',
      roots: ['.', '../shared'],
      components: ['own'],
      policy: {},
      environments: { production: { params: { trees: 600 } }, staging: { params: {} } },
    });
  });

  test('all problems at once', () => {
    expect(read('name: p\nroot: [.]\nengine: ">=1"\nenvironments: [a]\n')).toEqual([
      '1:1 toolbox.yaml needs "version" [spec/missing-key]',
      '2:1 unknown key "root" in toolbox.yaml [spec/unknown-key]',
      '4:15 "environments" takes a map, not a list [spec/type]',
    ]);
    expect(read('version: 1\nname: p\nengine: ">=1"\n')).toEqual([
      '3:9 the project wants engine >=1, and this is 0.1.4 [project/version]',
    ]);
    expect(read('version: 1\nname: p\nengine: newest\n')).toEqual([
      '3:9 "newest" names no versions [project/invalid]',
    ]);
    expect(read('')).toEqual(['1:1 toolbox.yaml is empty [project/invalid]']);
    expect(read('- a\n')).toEqual(['1:1 toolbox.yaml holds a list [project/invalid]']);
  });
});

test.each([
  ['0.1.4', '0.1.4', true],
  ['0.1.4', '0.1', true],
  ['0.1.4', '0.1.5', false],
  ['0.1.4', '^0.1.2', true],
  ['0.2.0', '^0.1.2', false],
  ['1.9.0', '^1.2.0', true],
  ['2.0.0', '^1.2.0', false],
  ['0.0.4', '^0.0.3', false],
  ['1.2.9', '~1.2.3', true],
  ['1.3.0', '~1.2.3', false],
  ['1.3.0', '>=1.2 <2', true],
  ['2.0.0', '>=1.2 <2', false],
  ['1.2.3-beta.1', '1.2.3', true],
  ['1.2.3', 'latest', undefined],
])('version %s in %s: %s', (version, range, fits) => {
  expect(satisfies(version, range)).toBe(fits);
});
