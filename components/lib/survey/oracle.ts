import type { Kernel } from '../compute/kernel.js';
import { type ClassificationReport, classificationReport } from '../metrics/classification.js';
import { targetMean } from './geology.js';
import { type LayeredEarth, layeredEarth, type Section } from './layered-earth.js';
import type { LayeredEarthParams } from './params.js';
import { traceLikelihood } from './trace-likelihood.js';

export interface Oracle {
  /**
   * Bayes' classifier on the noise-free impedances of a trace's target beds: no classifier that sees one trace at a
   * time can be expected to do better, whatever the recording.
   */
  readonly impedance: ClassificationReport;
  /**
   * Bayes' classifier on the window of the trace as recorded, told what no one is told in practice: where the horizons
   * lie, the wavelet, the noise spectrum, and the distribution of every bed's impedance. The ceiling for classifiers
   * of single traces. It takes reflection coefficients to be half the contrast of ln impedance (1 % off at 0.35), a
   * dead trace for one that tells nothing, and clipping for noise.
   */
  readonly trace: ClassificationReport;
}

/** ln p(data of a trace | facies) for each facies, up to a constant of the trace. */
export type Likelihood = (section: Section) => (trace: number) => number[];

/** Codes of facies, one a trace of an inline. */
export interface OraclePart {
  readonly truth: Uint8Array;
  readonly impedance: Uint8Array;
  readonly trace: Uint8Array;
}

/**
 * How well the facies of a survey can be told at best, knowing the process that made it. Both classifiers take the
 * facies with the largest posterior, with the survey's own class shares as priors; they see one trace at a time
 * and do without what neighbours could tell. As the best in expectation they may be beaten by luck on one survey, by a
 * little. Scores are over every trace.
 */
export function oracle(params: LayeredEarthParams, seed: number): Oracle {
  const judge = oracleJudge(params, seed);
  return oracleReport(
    params,
    Array.from({ length: params.grid.inlines }, (_, inline) => judge(inline)),
  );
}

export interface OracleArgs {
  readonly params: LayeredEarthParams;
  readonly seed: number;
}

let latest: { key: string; judge: (inline: number) => OraclePart } | undefined;

/** The oracle in parallel: block i is inline i; `oracleReport` takes the parts. */
export const oracleKernel: Kernel<OracleArgs, OraclePart> = {
  name: 'oracleKernel',
  url: import.meta.url,
  blocks: ({ params }) => params.grid.inlines,
  run({ params, seed }, block) {
    const key = JSON.stringify([params, seed]);
    if (latest?.key !== key) latest = { key, judge: oracleJudge(params, seed) };
    return latest.judge(block);
  },
};

export function oracleReport(params: LayeredEarthParams, parts: readonly OraclePart[]): Oracle {
  const codes = (of: (part: OraclePart) => Uint8Array) =>
    Int32Array.from(parts.flatMap((part) => [...of(part)]));
  const truth = codes((part) => part.truth);
  const report = (predicted: Int32Array) =>
    classificationReport({ truth, predicted, classes: params.facies.length });
  return { impedance: report(codes((part) => part.impedance)), trace: report(codes((part) => part.trace)) };
}

function oracleJudge(params: LayeredEarthParams, seed: number): (inline: number) => OraclePart {
  const earth = layeredEarth(params, seed);
  const logShares = logarithmOfShares(earth);
  const impedance = impedanceLikelihood(params);
  const trace = traceLikelihood(earth);
  return (inline) => {
    const section = earth.section(inline);
    const decide = (likelihood: Likelihood) => {
      const of = likelihood(section);
      return section.facies.map((_, i) => largest(of(i).map((value, k) => value + logShares[k])));
    };
    return { truth: section.facies, impedance: decide(impedance), trace: decide(trace) };
  };
}

function logarithmOfShares({ params, geology }: LayeredEarth): number[] {
  const counts = params.facies.map(() => 0);
  for (let inline = 0; inline < params.grid.inlines; inline++) {
    for (const code of geology.facies(inline)) counts[code]++;
  }
  const total = params.grid.inlines * params.grid.crosslines;
  return counts.map((count) => Math.log(count / total));
}

const largest = (values: readonly number[]) =>
  values.reduce((best, value, i) => (value > values[best] ? i : best), 0);

/** Normal densities of ln impedance over the K target beds, of covariance sd²(ρ11ᵀ + (1−ρ)I), inverted in closed form. */
function impedanceLikelihood({ facies, lateral: { common } }: LayeredEarthParams): Likelihood {
  return ({ targetImpedance, facies: labels }) => {
    const beds = targetImpedance.length / labels.length;
    return (trace) =>
      facies.map((rock) => {
        let sum = 0;
        let squares = 0;
        for (let k = 0; k < beds; k++) {
          const d = (Math.log(targetImpedance[trace * beds + k]) - targetMean(rock, k)) / rock.sd;
          sum += d;
          squares += d * d;
        }
        const distance = (squares - (common / (1 + (beds - 1) * common)) * sum * sum) / (1 - common);
        return -distance / 2 - beds * Math.log(rock.sd);
      });
  };
}
