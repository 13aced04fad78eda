import { InputError } from '../errors.js';

/**
 * How much each class weighs: `none`, `balanced` (all classes present weigh the same: rows / (classes × rows of
 * the class), as scikit-learn's compute_class_weight), or a factor a class.
 */
export type ClassWeight = 'none' | 'balanced' | readonly number[];

/** Factor of each class, to be multiplied into the row weights. Throws `bad-class-weight`. */
export function classFactors(
  rule: ClassWeight,
  classOf: ArrayLike<number>,
  weight: Float64Array,
  classes: number,
): Float64Array {
  if (rule === 'none') return new Float64Array(classes).fill(1);
  if (rule !== 'balanced') {
    if (rule.length !== classes || !rule.every((factor) => factor >= 0 && Number.isFinite(factor)))
      throw new InputError(
        'bad-class-weight',
        `expected ${classes} class weights, finite and not negative, found ${rule.length}`,
      );
    return Float64Array.from(rule);
  }
  const sums = new Float64Array(classes);
  let total = 0;
  for (let i = 0; i < weight.length; i++) {
    sums[classOf[i]!]! += weight[i]!;
    total += weight[i]!;
  }
  const present = sums.filter((sum) => sum > 0).length;
  return sums.map((sum) => (sum > 0 ? total / (present * sum) : 0));
}
