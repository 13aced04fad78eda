import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Metrics } from '../artifacts/artifact.js';
import type { Capabilities, Files, Learners, Models, Predictions } from '../component.js';
import { makeModel, openModel, pathOf } from '../learn/bundle.js';
import { derivedSeed, type LearnEnvironment } from '../learn/environment.js';
import { fitPath, openEstimator, predictTable } from '../learn/path.js';
import { shuffleTarget } from '../learn/train.js';
import type { StepDoor } from './context.js';

/** What the step may see beside its inputs: it is all in its key. */
export interface Allowed {
  /** Digests of the files that its configuration names. */
  readonly inputs: ReadonlyMap<string, string>;
  readonly history?: Metrics | undefined;
}

export function stepCapabilities(
  door: StepDoor,
  env: LearnEnvironment,
  allowed: Allowed,
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
      history: { earlier: async () => allowed.history },
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
