import { InputError } from '../errors.js';
import { allowed } from './ets-admissible.js';
import { type EtsForm, type EtsParams, type EtsStates, etsPass, nameOf } from './ets-filter.js';
import { closing, startParams, startStates } from './ets-start.js';
import { nelderMead } from './nelder-mead.js';

/** A fitted exponential smoothing model: all that its forecasts need. */
export interface EtsModel {
  readonly form: EtsForm;
  readonly name: string;
  readonly params: EtsParams;
  /** Where the recursion starts, and where the last value leaves it. */
  readonly start: EtsStates;
  readonly end: EtsStates;
  /** Variance of the innovations, with the degrees of freedom that the fit used. */
  readonly variance: number;
  readonly aicc: number;
}

/** Parts of the form that are settled; the others are searched. */
export interface EtsChoice {
  readonly error?: EtsForm['error'];
  readonly trend?: EtsForm['trend'];
  readonly damped?: boolean;
  readonly season?: EtsForm['season'];
}

/** More steps a season than this have no states of their own, as in R's `ets`. */
const longestSeason = 24;

/**
 * The exponential smoothing model of least AICc over error, trend, damping and season (Hyndman et al. 2002; R
 * forecast: `ets`): parameters and first states by maximum likelihood within the admissible region. Forms with
 * infinite variance and multiplicative trends are left out, and multiplicative parts where a value is not positive.
 * Throws `too-few-rows` where no form has fewer parameters than the series values. Time O(values · evaluations).
 */
export function fitEts(values: Float64Array, period: number, choice: EtsChoice = {}): EtsModel {
  if (values.length === 0) throw new InputError('too-few-rows', 'the series has no values');
  if (values.every((v) => v === values[0])) return constant(values[0]!);
  let best: EtsModel | undefined;
  for (const form of forms(values, period, choice)) {
    const model = fitForm(values, period, form);
    if (model && (!best || model.aicc < best.aicc)) best = model;
  }
  if (best) return best;
  const simple = fitForm(values, period, { error: 'A', trend: 'N', damped: false, season: 'N' });
  if (simple) return simple;
  throw new InputError('too-few-rows', `${values.length} values are too few for exponential smoothing`);
}

function* forms(values: Float64Array, period: number, choice: EtsChoice): Iterable<EtsForm> {
  const positive = values.every((v) => v > 0);
  const seasonal = period > 1 && period <= longestSeason && values.length > period;
  for (const error of ['A', 'M'] as const)
    for (const trend of ['N', 'A'] as const)
      for (const season of ['N', 'A', 'M'] as const)
        for (const damped of [true, false]) {
          if ((choice.error ?? error) !== error || (choice.trend ?? trend) !== trend) continue;
          if ((choice.season ?? season) !== season || (choice.damped ?? damped) !== damped) continue;
          if (damped && trend === 'N') continue;
          if (error === 'A' && season === 'M') continue;
          if (season !== 'N' && !seasonal) continue;
          if (error === 'M' && !positive) continue;
          yield { error, trend, damped, season };
        }
}

/** One form by maximum likelihood, or by least squares of one-step errors; undefined where it has too many parameters. */
export function fitForm(
  values: Float64Array,
  period: number,
  form: EtsForm,
  criterion: 'lik' | 'mse' = 'lik',
): EtsModel | undefined {
  const n = values.length;
  const { pack, unpack } = layout(form, form.season === 'N' ? 1 : period);
  const start = pack(startParams(form, period), startStates(values, form, period));
  const np = start.length;
  if (np >= n - 1) return undefined;
  const { x } = nelderMead((point) => {
    const { params, states } = unpack(point);
    if (!allowed(form, params, period)) return Number.POSITIVE_INFINITY;
    if (form.season === 'M' && states.season.some((s) => s < 0)) return Number.POSITIVE_INFINITY;
    const pass = etsPass(values, form, params, states);
    return criterion === 'mse' ? pass.mse : Math.max(pass.lik, -1e10);
  }, start);
  const { params, states } = unpack(x);
  const { season } = states;
  const pass = etsPass(values, form, params, { ...states, season: season.slice() });
  const k = np + 1;
  const aicc = n - k - 1 > 0 ? pass.lik + 2 * k + (2 * k * (k + 1)) / (n - k - 1) : Number.POSITIVE_INFINITY;
  if (Number.isNaN(aicc)) return undefined;
  return {
    form,
    name: nameOf(form),
    params,
    start: states,
    end: pass.end,
    variance: pass.sse / (n - np),
    aicc,
  };
}

/** Parameters and states as one point of the search, and back; every point is unpacked into the same seasons. */
function layout({ trend, damped, season }: EtsForm, period: number) {
  const seasons = new Float64Array(season === 'N' ? 0 : period);
  return {
    pack({ alpha, beta, gamma, phi }: EtsParams, states: EtsStates): Float64Array {
      const point = [alpha];
      if (trend === 'A') point.push(beta);
      if (season !== 'N') point.push(gamma);
      if (damped) point.push(phi);
      point.push(states.level);
      if (trend === 'A') point.push(states.slope);
      // The latest season first; the one of the first step is what they leave.
      for (let i = period - 1; i > 0; i--) point.push(states.season[i]!);
      return Float64Array.from(point);
    },
    unpack(point: Float64Array): { params: EtsParams; states: EtsStates } {
      let at = 0;
      const alpha = point[at++]!;
      const beta = trend === 'A' ? point[at++]! : 0;
      const gamma = season !== 'N' ? point[at++]! : 0;
      const phi = damped ? point[at++]! : 1;
      const level = point[at++]!;
      const slope = trend === 'A' ? point[at++]! : 0;
      if (season !== 'N') {
        for (let i = period - 1; i > 0; i--) seasons[i] = point[at++]!;
        seasons[0] = closing(seasons, season);
      }
      return { params: { alpha, beta, gamma, phi }, states: { level, slope, season: seasons } };
    },
  };
}

/** A series that never moves. */
function constant(level: number): EtsModel {
  const form: EtsForm = { error: 'A', trend: 'N', damped: false, season: 'N' };
  const states: EtsStates = { level, slope: 0, season: new Float64Array(0) };
  const params: EtsParams = { alpha: 0.9999, beta: 0, gamma: 0, phi: 1 };
  return { form, name: nameOf(form), params, start: states, end: states, variance: 0, aicc: 0 };
}
