import type { Context, Learner, Prediction, State, TrainingData } from '../component.js';
import { OneOf, type Static, type TObject, Type } from '../schema.js';

/** The setting of every regression; `onTransformedTarget` acts on it. */
export const targetTransform = {
  target_transform: OneOf(['none', 'log'], {
    default: 'none',
    description: 'log: learn the logarithm of the target and predict its exponential (target above 0)',
  }),
};
const settings = Type.Object(targetTransform);
const isLog = ({ config }: Context): boolean =>
  (config as Static<typeof settings>).target_transform === 'log';

/**
 * An estimator that learns the transformed target and predicts it as it was, scikit-learn's TransformedTargetRegressor
 * with numpy.log and numpy.exp. Explanations stay on the
 * scale that was learned, with `exp` for link. Early stopping, too, goes by it.
 */
export function onTransformedTarget<C extends TObject, S extends State>(
  learner: Omit<Learner<C, S>, 'kind'>,
): Omit<Learner<C, S>, 'kind'> {
  return {
    ...learner,
    ...(learner.explain && {
      explain: async (ctx, state, x) => ({
        ...(await learner.explain!(ctx, state, x)),
        ...(isLog(ctx) && { link: 'exp' as const }),
      }),
    }),
    fit: (ctx, data) => learner.fit(ctx, isLog(ctx) ? logarithms(ctx, data) : data),
    async predict(ctx, state, x): Promise<Prediction> {
      const prediction = await learner.predict(ctx, state, x);
      return isLog(ctx) && prediction.kind === 'number'
        ? { kind: 'number', values: prediction.values.map(Math.exp) }
        : prediction;
    },
  };
}

function logarithms(ctx: Context, data: TrainingData): TrainingData {
  const { y } = data;
  const path = ['with', 'target_transform'];
  if (y?.kind !== 'number')
    return ctx.fail('spec/value', 'target_transform: log is for numbers, and the target here is classes', {
      path,
    });
  const low = y.values.reduce((count, value) => count + (value > 0 ? 0 : 1), 0);
  if (low > 0)
    ctx.fail(
      'learn/target',
      `${low} of ${y.values.length} rows have a target of 0 or below, which has no logarithm`,
      {
        path,
        hint: 'leave those rows out with prep.filter, or set target_transform: none',
      },
    );
  return { ...data, y: { kind: 'number', values: y.values.map(Math.log) } };
}
