import type { Context, Matrix } from '../component.js';

/** Ends the step where an estimator that takes numbers alone is given columns of text. */
export function refuseText(ctx: Context, { names, categories }: Matrix, estimator: string): void {
  const text = names.filter((_, j) => categories[j]);
  if (text.length > 0)
    ctx.fail('data/column', `${estimator} takes numbers, and ${text.join(', ')} hold text`, {
      hint: 'turn text into numbers in prep: prep.target-encode',
    });
}
