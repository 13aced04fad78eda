import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openCatalog } from '#dist/engine/catalog.js';
import { openModel } from '#dist/engine/learn/bundle.js';
import { type ParityProof, proveParity, replayParity } from '#dist/engine/learn/parity.js';
import { openRegistry } from '#dist/engine/registry/registry.js';
import { learnEnvironment } from '#dist/engine/run/context.js';
import { doorTo, scratchWorkspace } from '#dist/engine/run/read-file.js';
import { modelsProject } from '../../support/models.js';

const project = modelsProject();
const workspace = scratchWorkspace(openCatalog());
beforeAll(async () => {
  for (const name of ['rocks', 'scaled', 'facies']) await project.run(`pipelines/${name}.yaml`);
}, 120_000);
afterAll(async () => {
  await workspace.close();
  project.remove();
});

async function registered(name: string) {
  const version = await openRegistry(project.root).open(name);
  const door = doorTo(workspace, 'test', new AbortController().signal);
  const env = { ...learnEnvironment(door), objects: version.objects };
  const { parity } = version.version;
  const bytes = await version.objects.get(parity!.proof);
  const proof = JSON.parse(Buffer.from(bytes!).toString('utf8')) as ParityProof;
  return { version, env, parity: parity!, proof, fitted: await openModel(env, version.bundle) };
}

describe.each(['rocks', 'scaled', 'facies'])('%s', (name) => {
  test('is registered with 64 rows whose answers are the same in files and requests, and replays them', async () => {
    const { env, version, parity, proof, fitted } = await registered(name);
    expect(parity).toMatchObject({ rows: 64, requests: 'one and all' });
    expect(proof.rows).toHaveLength(64);
    expect(new Set(proof.rows.map((row) => JSON.stringify(row))).size).toBeGreaterThan(32);
    await replayParity(env, fitted, version.bundle, proof);
  });
});

test('an answer that is off by one bit is found, with its row', async () => {
  const { env, version, proof, fitted } = await registered('rocks');
  const answers = proof.answers.map((answer, row) =>
    row === 7 ? { ...answer, confidence: (answer['confidence'] as number) + 2 ** -50 } : answer,
  );
  await expect(replayParity(env, fitted, version.bundle, { ...proof, answers })).rejects.toThrow(
    /row 7, confidence is/,
  );
});

test('a model whose requests go another way than its files is not registered', async () => {
  const { env, version, fitted } = await registered('scaled');
  const { definition } = fitted.path.estimator;
  let asked = 0;
  // Right for the file, and from then on off by the least there is.
  const predict: typeof definition.predict = async (...args) => {
    const prediction = await definition.predict(...args);
    if (asked++ > 0 && prediction.kind === 'class') prediction.probabilities[0]! *= 1 + 2 ** -52;
    return prediction;
  };
  const estimator = { ...fitted.path.estimator, definition: { ...definition, predict } };
  const wrong = { ...fitted, path: { ...fitted.path, estimator } };
  await expect(proveParity(env, wrong, version.bundle, undefined)).rejects.toThrow(
    /row 0, .* in a file, and/,
  );
});
