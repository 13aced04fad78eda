import { beforeAll, describe, it } from 'vitest';
import { computeHere } from '#dist/components/lib/compute/kernel.js';
import { fitElasticNet } from '#dist/components/lib/linear/elastic-net.js';
import { fitLeastSquares } from '#dist/components/lib/linear/least-squares.js';
import { fitLogistic } from '#dist/components/lib/linear/logistic.js';
import { predictLogistic } from '#dist/components/lib/linear/logistic-predict.js';
import { fitPca, transformPca } from '#dist/components/lib/pca/fit.js';
import { expectWithin } from '../support/close.js';
import { largestDifference } from '../support/numbers.js';
import { askPeer, hasPeers } from '../support/peer.js';

interface Linear {
  coef: number[];
  intercept: number;
}
interface Answers {
  regression: {
    x: number[];
    rows: number;
    features: number;
    y: number[];
    weight: number[];
    alpha: number;
    ratio: number;
    models: Record<'plain' | 'origin' | 'ridge' | 'net' | 'lasso', Linear>;
  }[];
  logistic: {
    x: number[];
    rows: number;
    features: number;
    y: number[];
    weight: number[];
    classes: number;
    models: {
      c: number;
      l1Ratio: number;
      balanced: boolean;
      coef: number[];
      intercept: number[];
      proba: number[];
    }[];
  }[];
  pca: {
    x: number[];
    width: number;
    components: number;
    full: { components: number[]; variance: number[]; ratio: number[]; scores: number[] };
    incremental: { components: number[]; variance: number[]; ratio: number[] };
  }[];
}

describe.skipIf(!hasPeers).each([21, 22])('scikit-learn, random problems of seed %i', (seed) => {
  let answers: Answers;
  beforeAll(() => {
    answers = askPeer<Answers>('test/interop/linear.py', seed, 8);
  }, 120_000);

  it('least squares, ridge, lasso and elastic net', async () => {
    for (const { alpha, ratio, models, ...given } of answers.regression) {
      const plain = {
        ...given,
        x: Float64Array.from(given.x),
        y: Float64Array.from(given.y),
        weight: undefined,
      };
      const { weight: _, ...unweighted } = plain;
      const data = { ...unweighted, weight: Float64Array.from(given.weight) };
      const agree = (
        { coef, intercept }: { coef: Float64Array; intercept: number },
        with_: Linear,
        within: number,
        what: string,
      ) =>
        expectWithin(
          largestDifference([...coef, intercept], [...with_.coef, with_.intercept]),
          within,
          `coefficients of ${what}`,
        );
      agree(await fitLeastSquares(computeHere, data), models.plain, 1e-10, 'least squares');
      agree(
        await fitLeastSquares(computeHere, unweighted, { intercept: false }),
        models.origin,
        1e-10,
        'least squares through 0',
      );
      agree(await fitLeastSquares(computeHere, data, { alpha }), models.ridge, 1e-10, 'ridge');
      agree(
        await fitElasticNet(computeHere, data, { alpha, l1Ratio: ratio }),
        models.net,
        1e-5,
        'elastic net',
      );
      agree(await fitElasticNet(computeHere, unweighted, { alpha }), models.lasso, 1e-5, 'lasso');
    }
  });

  it('logistic regression with l2, l1 and both', async () => {
    for (const given of answers.logistic) {
      const { rows, features, classes, y } = given;
      const data = { x: Float64Array.from(given.x), y, rows, features, classes };
      for (const { c, l1Ratio, balanced, coef, intercept, proba } of given.models) {
        const model = balanced
          ? await fitLogistic(computeHere, data, { c, l1Ratio, classWeight: 'balanced' })
          : await fitLogistic(
              computeHere,
              { ...data, weight: Float64Array.from(given.weight) },
              { c, l1Ratio },
            );
        // With l1 alone and an even number of classes, coefficients may slide together at no cost.
        const unique = l1Ratio < 1 || classes % 2 === 1 || classes === 2;
        const kind = `logistic regression, ${l1Ratio === 0 ? 'l2' : l1Ratio === 1 ? 'l1' : 'elastic net'}`;
        if (unique) expectWithin(largestDifference(model.coef, coef), 1e-5, `coefficients of ${kind}`);
        expectWithin(largestDifference(model.intercept, intercept), 1e-5, `intercepts of ${kind}`);
        const p = await predictLogistic(computeHere, model, data);
        expectWithin(largestDifference(p.subarray(0, 5 * classes), proba), 1e-6, `probabilities of ${kind}`);
      }
    }
  });

  it('principal components with the signs of scikit-learn 1.3', async () => {
    for (const { x, width, components, full, incremental } of answers.pca) {
      const data = Float64Array.from(x);
      const pca = await fitPca(computeHere, { data, width }, { components });
      expectWithin(largestDifference(pca.components, full.components), 1e-10, 'PCA, components');
      expectWithin(largestDifference(pca.ratio, full.ratio), 1e-10, 'PCA, shares of variance');
      expectWithin(
        largestDifference(
          pca.variance.map((v, k) => v / full.variance[k]!),
          full.variance.map(() => 1),
        ),
        1e-10,
        'PCA, variances',
      );
      const scores = await transformPca(computeHere, pca, data);
      // Scores are float32.
      expectWithin(
        largestDifference(scores.subarray(0, full.scores.length), full.scores),
        1e-5,
        'PCA, scores',
      );
      const steps = await fitPca(computeHere, { data, width }, { components, solver: 'incremental' });
      expectWithin(
        largestDifference(steps.components, incremental.components),
        1e-9,
        'incremental PCA, components',
      );
      expectWithin(
        largestDifference(steps.ratio, incremental.ratio),
        1e-10,
        'incremental PCA, shares of variance',
      );
    }
  });
});
