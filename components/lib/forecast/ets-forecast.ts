import type { EtsModel } from './ets.js';
import { type Outlook, outlook } from './outlook.js';

/**
 * Mean and standard deviation of the next `horizon` values of an exponential smoothing model (Hyndman et al. 2008,
 * tables 6.1 and 6.2 and section 6.4; R forecast: `forecast.ets`): exact with additive seasons or none, the usual
 * approximation with multiplicative seasons. Time O(horizon²).
 */
export function forecastEts({ form, params, end, variance }: EtsModel, horizon: number): Outlook {
  const { alpha, beta, gamma, phi } = params;
  const { level, slope, season } = end;
  const m = season.length;
  const seasonAt = (step: number) => season[(step - 1) % m]!;
  // phi + … + phi^step.
  const damping = new Float64Array(horizon + 1);
  for (let step = 1; step <= horizon; step++) damping[step] = damping[step - 1]! + phi ** step;
  const line = (step: number) => level + (form.trend === 'A' ? damping[step]! * slope : 0);
  const mean = (step: number) =>
    form.season === 'N'
      ? line(step)
      : form.season === 'A'
        ? line(step) + seasonAt(step)
        : line(step) * seasonAt(step);
  // How much of an innovation is left j steps later.
  const weight = (j: number) =>
    alpha +
    (form.trend === 'A' ? beta * (1 + damping[j - 1]!) : 0) +
    (form.season === 'A' && j % m === 0 ? gamma : 0);
  const weights = Float64Array.from({ length: horizon }, (_, i) => (i === 0 ? 0 : weight(i)));
  if (form.error === 'A') {
    let sum = 1;
    const spread = weights.map((w) => {
      sum += w * w;
      return sum;
    });
    return outlook(horizon, mean, (step) => variance * spread[step - 1]!);
  }
  const base = form.season === 'M' ? line : mean;
  const second = new Float64Array(horizon);
  for (let step = 1; step <= horizon; step++) {
    second[step - 1] = base(step) ** 2;
    for (let j = 1; j < step; j++) second[step - 1]! += variance * weights[j]! ** 2 * second[step - 1 - j]!;
  }
  return outlook(horizon, mean, (step) => {
    if (form.season !== 'M') return (1 + variance) * second[step - 1]! - base(step) ** 2;
    const repeats = (1 + gamma ** 2 * variance) ** Math.floor((step - 1) / m);
    return seasonAt(step) ** 2 * (second[step - 1]! * (1 + variance) * repeats - base(step) ** 2);
  });
}
