import { expect, test } from 'vitest';
import { compare } from '#dist/engine/run/why.js';
import type { KeyParts } from '#dist/engine/store/record.js';

const parts: KeyParts = {
  format: 1,
  component: 'train.random-forest',
  version: '1',
  implementation: { 'train.random-forest': 'aa', 'prep.scale': 'bb' },
  config: { with: { trees: 100, classes: ['sand', 'silt'] }, prep: [{ use: 'prep.scale', with: {} }] },
  inputs: { in: ['cc'] },
  externals: { 'data/a.csv': 'dd' },
  programs: { duckdb: '1.5.5' },
  environment: { TZ: 'UTC' },
  seed: 42,
};

test('equal parts have no cause', () => {
  expect(compare(parts, structuredClone(parts))).toEqual([]);
});

test('each part that differs is a cause of its kind, with old and new value', () => {
  const after: KeyParts = {
    ...parts,
    version: '2',
    implementation: { ...parts.implementation, 'prep.scale': 'be' },
    config: { with: { trees: 200, classes: ['sand', 'shale'] }, prep: [{ use: 'prep.scale', with: {} }] },
    inputs: { in: ['ce'] },
    externals: { 'data/b.csv': 'de' },
    programs: { duckdb: '1.6.0' },
    environment: {},
    seed: 7,
  };
  expect(compare(parts, after)).toEqual([
    { kind: 'setting', name: 'with.trees', before: 100, after: 200 },
    { kind: 'setting', name: 'with.classes.1', before: 'silt', after: 'shale' },
    { kind: 'upstream', name: 'in', steps: [] },
    { kind: 'file', name: 'data/a.csv', before: 'dd' },
    { kind: 'file', name: 'data/b.csv', after: 'de' },
    { kind: 'seed', name: 'seed', before: 42, after: 7 },
    { kind: 'code', name: 'prep.scale', before: 'bb', after: 'be' },
    { kind: 'program', name: 'duckdb', before: '1.5.5', after: '1.6.0' },
    { kind: 'environment', name: 'TZ', before: 'UTC' },
    { kind: 'code', name: 'version of train.random-forest', before: '1', after: '2' },
  ]);
});

test('a list of another length is one cause', () => {
  const after: KeyParts = { ...parts, config: { with: { trees: 100, classes: ['sand'] }, prep: [] } };
  expect(compare(parts, after).map(({ name }) => name)).toEqual(['with.classes', 'prep']);
});
