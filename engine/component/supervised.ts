import type { Context, Prediction, Target } from '../component.js';
import { OneOf, Type } from '../schema.js';

/** The setting of an estimator whose task is `supervised`. */
export const supervisedTask = {
  task: Type.Optional(
    OneOf(['classify', 'regress'], {
      description: 'what is learned; where absent, classes of text and yes/no, numbers of decimals',
    }),
  ),
};

/** Output of an ensemble or network: probabilities of `classes` classes, or numbers where there are none. */
export const asPrediction = (classes: number, values: Float64Array): Prediction =>
  classes > 0 ? { kind: 'class', probabilities: values } : { kind: 'number', values };

/** Ends the step where class weights are set and the target is a number. */
export function refuseClassWeight(ctx: Context, y: Target, rule: unknown): void {
  if (y.kind === 'number' && rule !== 'none')
    ctx.fail('spec/value', 'class_weight is for classes, and the target here is a number', {
      path: ['with', 'class_weight'],
      hint: 'a column with the role weight weighs rows',
    });
}
