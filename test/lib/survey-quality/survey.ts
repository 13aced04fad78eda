import { computeHere } from '#dist/components/lib/compute/kernel.js';
import { addSums, emptySums, spectrumKernel } from '#dist/components/lib/spectra/mean-spectrum.js';
import { layeredEarthKernel } from '#dist/components/lib/survey/layered-earth.js';
import { demoSurvey } from '#dist/components/lib/survey/params.js';
import { gridOf, neighboursOn, positionRules } from '#dist/components/lib/survey-quality/positions.js';
import type { Measured, RuleName } from '#dist/components/lib/survey-quality/rules.js';
import { spectrumRules } from '#dist/components/lib/survey-quality/spectrum.js';
import { traceNumbers, traceNumbersKernel } from '#dist/components/lib/survey-quality/trace-numbers.js';
import { traceRules } from '#dist/components/lib/survey-quality/traces.js';

export const inlines = 32;
export const crosslines = 40;
export const samples = demoSurvey.time.samples;
export const interval = demoSurvey.time.intervalMs / 1000;

/** A synthetic survey in memory, to be spoilt. */
export interface Survey {
  values: Float32Array;
  readonly inline: Float64Array;
  readonly crossline: Float64Array;
  readonly x: Float64Array;
  readonly y: Float64Array;
  /** What the forward model did to each trace. */
  readonly state: Uint8Array;
}

/** The demo survey in small; `damage` of it as it comes, or none. */
export async function modelled(seed: number, damaged = false): Promise<Survey> {
  const damage = damaged ? demoSurvey.damage : { ...demoSurvey.damage, dead: 0, clipped: 0 };
  const params = { ...demoSurvey, damage, grid: { ...demoSurvey.grid, inlines, crosslines } };
  const sections = await computeHere(layeredEarthKernel, { params, seed, options: {} });
  const rows = inlines * crosslines;
  const values = new Float32Array(new SharedArrayBuffer(rows * samples * 4));
  for (const [i, section] of sections.entries()) values.set(section.samples, i * crosslines * samples);
  const all = (of: (section: (typeof sections)[number]) => ArrayLike<number>) =>
    Float64Array.from(sections.flatMap((section) => Array.from(of(section))));
  return {
    values,
    inline: all((section) => new Array<number>(crosslines).fill(section.inline)),
    crossline: all((section) => section.crosslines),
    x: all((section) => section.x),
    y: all((section) => section.y),
    state: Uint8Array.from(sections.flatMap((section) => Array.from(section.state))),
  };
}

/** The samples of a trace, to be changed in place. */
export const traceOf = ({ values }: Survey, row: number): Float32Array =>
  values.subarray(row * samples, (row + 1) * samples);

/** The survey without these rows. */
export function without(survey: Survey, gone: readonly number[]): Survey {
  const rows = Array.from(survey.inline.keys()).filter((row) => !gone.includes(row));
  const take = (numbers: Float64Array) => Float64Array.from(rows, (row) => numbers[row]!);
  const values = new Float32Array(new SharedArrayBuffer(rows.length * samples * 4));
  for (const [i, row] of rows.entries()) values.set(traceOf(survey, row), i * samples);
  return {
    values,
    inline: take(survey.inline),
    crossline: take(survey.crossline),
    x: take(survey.x),
    y: take(survey.y),
    state: Uint8Array.from(rows, (row) => survey.state[row]!),
  };
}

/** What the rules find, by name. */
export async function checked(survey: Survey): Promise<{ [name in RuleName]?: Measured }> {
  const traces = survey.inline.length;
  const out = traceNumbers(traces);
  const args = { samples: survey.values, n: samples };
  await computeHere(traceNumbersKernel, { ...args, out, to: 0 });
  const sums = emptySums(samples);
  const spectrum = { ...args, first: 0, length: samples, taper: true, high: out.high, to: 0 };
  for (const part of await computeHere(spectrumKernel, spectrum)) addSums(sums, part);
  const grid = gridOf(survey);
  const found = [
    ...traceRules(out, neighboursOn(grid, survey)),
    ...positionRules(survey, grid, 0.5),
    ...spectrumRules(sums, { step: 1 / (samples * interval), unit: 'Hz', isTime: true }),
  ];
  return Object.fromEntries(found.map((one) => [one.rule, one]));
}

export const rowsOf = (found: Measured | undefined): readonly number[] =>
  (found?.issues ?? []).flatMap(({ row }) => (row === undefined ? [] : [row])).sort((a, b) => a - b);
