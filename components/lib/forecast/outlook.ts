/** What a method says of the next steps: mean and standard deviation of the forecast error, a value a step. */
export interface Outlook {
  readonly mean: Float64Array;
  readonly sd: Float64Array;
}

/** An outlook of `horizon` steps from functions of the step, 1 for the first. */
export const outlook = (
  horizon: number,
  mean: (step: number) => number,
  variance: (step: number) => number,
): Outlook => ({
  mean: Float64Array.from({ length: horizon }, (_, i) => mean(i + 1)),
  sd: Float64Array.from({ length: horizon }, (_, i) => Math.sqrt(variance(i + 1))),
});
