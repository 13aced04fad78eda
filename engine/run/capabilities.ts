import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Capabilities, Files, Learners, Models, Predictions } from '../component.js';
import { makeModel, openModel, pathOf } from '../learn/bundle.js';
import { derivedSeed, type LearnEnvironment } from '../learn/environment.js';
import { fitPath, openEstimator, predictTable } from '../learn/path.js';
import { shuffleTarget } from '../learn/train.js';
import type { StepDoor } from './context.js';

/** Files that the step may read: those that its configuration names, whose digests are in its key. */
export interface AllowedFiles {
  readonly inputs: ReadonlyMap<string, string>;
}

export function stepCapabilities(
  door: StepDoor,
  env: LearnEnvironment,
  allowed: AllowedFiles,
  models: Models,
): { capabilities: Capabilities; dispose(): void } {
  const folders: string[] = [];
  const files: Files = {
    async input(path) {
      const digest = allowed.inputs.get(path);
      if (digest === undefined)
        throw new Error(`a component reads ${path}, which none of its fields with "format: path" names`);
      return { path, digest, bytes: statSync(path).size };
    },
    async scratch() {
      const folder = mkdtempSync(join(tmpdir(), 'toolbox-'));
      folders.push(folder);
      return folder;
    },
  };
  return {
    capabilities: {
      files,
      models,
      learners: learners(env),
      predictions: predictions(env),
      network: { fetch: (url, init) => fetch(url, { ...init, signal: door.signal }) },
    },
    dispose() {
      for (const folder of folders) rmSync(folder, { recursive: true, force: true });
    },
  };
}

const predictions = (env: LearnEnvironment): Predictions => ({
  predict: async (model, data) => predictTable(env, await openModel(env, model.bundle), data),
  open: async (model) => openEstimator(env, await openModel(env, model.bundle)),
});

const learners = (env: LearnEnvironment): Learners => ({
  async refit(model, table, { seed, shuffle = false }) {
    const path = await pathOf(env, model.bundle);
    const fitted = await fitPath(env, path, table, seed, (target) =>
      shuffle ? shuffleTarget(target, derivedSeed(seed, 'shuffle')) : target,
    );
    const manifest = await env.tables.put(table);
    return makeModel(env, fitted, table, manifest, { training: {} });
  },
  async trainingTable(model) {
    if (!model.training || !(await env.objects.has(model.training))) return undefined;
    return env.tables.open(model.training);
  },
});
