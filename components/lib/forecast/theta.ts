import { hasSeason, seasonalFigure } from './decompose.js';
import { type EtsModel, fitEts, fitForm } from './ets.js';
import { regress } from './ets-start.js';
import { type Outlook, outlook } from './outlook.js';

export interface ThetaModel {
  /** Simple exponential smoothing of the seasonally adjusted series. */
  readonly smoothing: EtsModel;
  /** Half the slope of the line through the adjusted series. */
  readonly drift: number;
  readonly values: number;
  /** Factors of the next period, or none. */
  readonly season: Float64Array;
}

/** Simple exponential smoothing by least squares (R forecast: `ses`). Throws `too-few-rows` below four values. */
export const fitSes = (values: Float64Array): EtsModel =>
  leastSquares(values, { error: 'A', trend: 'N', damped: false, season: 'N' });

/** Holt's linear trend by least squares (R forecast: `holt`). Throws `too-few-rows` below six values. */
export const fitHolt = (values: Float64Array): EtsModel =>
  leastSquares(values, { error: 'A', trend: 'A', damped: false, season: 'N' });

function leastSquares(values: Float64Array, form: EtsModel['form']): EtsModel {
  const moving = values.some((v) => v !== values[0]);
  return (moving && fitForm(values, 1, form, 'mse')) || fitEts(values, 1, { ...form, season: 'N' });
}

/**
 * The Theta method (Assimakopoulos and Nikolopoulos 2000) in the form of Hyndman and Billah (2003): exponential
 * smoothing with half the slope of a straight line, on the seasonally adjusted series where a season is found (R
 * forecast: `thetaf`; the M4 competition's Theta). Throws `too-few-rows` below four values.
 */
export function fitTheta(values: Float64Array, period: number): ThetaModel {
  const n = values.length;
  const figure =
    hasSeason(values, period) && values.every((v) => v > 0)
      ? seasonalFigure(values, period, 'multiplicative')
      : new Float64Array(0);
  const seasonal = figure.length > 0 && figure.every((f) => f > 1e-4);
  const adjusted = seasonal ? values.map((y, t) => y / figure[t % period]!) : values;
  const [, slope] = regress(adjusted, [() => 1, (t) => t]);
  return {
    smoothing: fitSes(adjusted),
    drift: slope! / 2,
    values: n,
    season: seasonal ? figure.map((_, i) => figure[(n + i) % period]!) : new Float64Array(0),
  };
}

export function forecastTheta({ smoothing, drift, values, season }: ThetaModel, horizon: number): Outlook {
  const { alpha } = smoothing.params;
  const settled = (1 - (1 - alpha) ** values) / alpha;
  const factor = (step: number) => (season.length > 0 ? season[(step - 1) % season.length]! : 1);
  return outlook(
    horizon,
    (step) => factor(step) * (smoothing.end.level + drift * (step - 1 + settled)),
    (step) => factor(step) ** 2 * smoothing.variance * ((step - 1) * alpha ** 2 + 1),
  );
}
