import * as simple from 'simple-statistics';
import { InputError } from '../errors.js';

/** A sample of finite numbers; missing values are taken out by the caller. */
export type Sample = ArrayLike<number>;

/** Throws `too-few-rows` where the sample is shorter than `least`, `not-finite` where it holds NaN or ±∞. */
export function checkSample(sample: Sample, least: number): void {
  if (sample.length < least)
    throw new InputError('too-few-rows', `${sample.length} values where ${least} or more are needed`);
  for (let i = 0; i < sample.length; i++)
    if (!Number.isFinite(sample[i]!)) throw new InputError('not-finite', `value ${i} is ${sample[i]}`);
}

/** Whether two values differ: rounding of the mean gives a constant sample such as 0.1, 0.1, 0.1 a variance above 0. */
export const varies = (sample: Sample): boolean =>
  Array.prototype.some.call(sample, (value) => value !== sample[0]);

// simple-statistics reads by index and length only, so typed arrays do; its types ask for arrays.
export const mean = (sample: Sample): number => simple.mean(sample as readonly number[]);
export const sampleVariance = (sample: Sample): number =>
  varies(sample) ? simple.sampleVariance(sample as readonly number[]) : 0;
