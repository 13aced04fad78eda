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

// simple-statistics reads by index and length only, so typed arrays do; its types ask for arrays.
export const mean = (sample: Sample): number => simple.mean(sample as readonly number[]);
export const sampleVariance = (sample: Sample): number => simple.sampleVariance(sample as readonly number[]);
